"""What a Mastodon server tells, in our words."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from portevoix.networks.contracts import Counted, Draft, Event, Kind, PostKind, PublishedRef, SeenPost
from portevoix.networks.errors import (
    UnexpectedReply,
)
from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks.calls import DRAFT, published, whole
from tests.networks.contract import START
from tests.networks.mastodon.case import MastodonCase
from tests.networks.mastodon.ways import Says, at


def events(door: MastodonConnector, now: datetime) -> list[Event]:
    """Return every event that is told."""
    return [one for one in whole(lambda cursor: door.read_events(cursor, now)) if isinstance(one, Event)]


def posts(door: MastodonConnector) -> dict[str, SeenPost]:
    """Return every post that is told, by its id."""
    seen = whole(lambda cursor: door.read_posts(cursor, START))
    return {one.remote_id: one for one in seen if isinstance(one, SeenPost)}


def test_each_act_is_told_with_what_it_was_given_to(marions: MastodonCase, opened: MastodonConnector) -> None:
    ref = published(opened)
    told = events(opened, marions.let_others_react(ref)[-1])
    by_kind = {kind: [one for one in told if one.kind is kind] for kind in Kind}
    assert {kind: len(found) for kind, found in by_kind.items() if found} == dict.fromkeys(
        (Kind.LIKE, Kind.REPOST, Kind.REPLY, Kind.MENTION, Kind.QUOTE, Kind.FOLLOW), 8
    )
    for kind in (Kind.LIKE, Kind.REPOST, Kind.REPLY, Kind.QUOTE):
        assert {one.object_id for one in by_kind[kind]} == {ref.remote_id}
    assert {one.object_id for one in by_kind[Kind.MENTION] + by_kind[Kind.FOLLOW]} == {""}
    assert {one.target_id for one in told} == {"https://mastodon.example/users/marion"}
    assert by_kind[Kind.LIKE][0].actor.handle == "newcomer1@elsewhere.example"


def test_words_are_told_as_people_read_them(marions: MastodonCase, opened: MastodonConnector) -> None:
    told = events(opened, marions.let_others_react(published(opened))[-1])
    words = {kind: {one.text for one in told if one.kind is kind} for kind in Kind}
    assert words[Kind.REPLY] == {"@marion Thanks."}
    assert words[Kind.QUOTE] == {"See this."}
    assert words[Kind.LIKE] == {""}


def test_what_is_said_to_few_is_never_told(marions: MastodonCase, opened: MastodonConnector) -> None:
    marions.server.post(marions.server.me, "@paul between us", START, visibility="direct")
    told = events(opened, marions.let_others_react(published(opened))[-1])
    assert not [one for one in told if "between us" in one.text]
    assert [one.text for one in posts(opened).values()] == [DRAFT.text]


def test_notifications_of_other_sorts_are_passed_over_whatever_they_hold(marions: MastodonCase) -> None:
    odd = [
        {"id": "7", "type": "emoji_reaction"},
        {"id": "6"},
        {"id": "5", "type": "favourite", "status": None},
    ]
    with at(marions, Says(httpx.Response(200, json=odd))) as door:
        page = door.read_events("", START)
    assert (page.items, page.cursor, page.has_more) == ((), "7", False)


def test_many_notifications_come_page_by_page_without_gap_or_repeat(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    last = marions.let_others_react(published(opened))[-1]
    at_once = events(opened, last)
    marions.server.page = 7
    assert events(opened, last) == at_once


def test_an_answer_to_what_is_gone_is_a_mention(marions: MastodonCase, opened: MastodonConnector) -> None:
    ref = published(opened)
    last = marions.let_others_react(ref)[-1]
    opened.withdraw(ref, now=last)
    with marions.connector() as restarted:
        kinds = {one.kind for one in events(restarted, last) if one.text == "@marion Thanks."}
    assert kinds == {Kind.MENTION}


def test_a_post_says_in_which_application_it_was_written(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    ref = published(opened)
    other = marions.server.post(marions.server.me, "From a phone.", START, made_with="Ivory", language="fr")
    seen = posts(opened)
    assert (seen[ref.remote_id].made_with, seen[ref.remote_id].kind) == ("Porte-voix", PostKind.POST)
    assert (seen[other.uri].made_with, seen[other.uri].language) == ("Ivory", "fr")


def test_an_answer_of_ours_says_what_it_answers(marions: MastodonCase, opened: MastodonConnector) -> None:
    ref = published(opened, Draft("Merci.", in_reply_to=marions.pauls_post.uri))
    with marions.connector() as restarted:
        seen = posts(restarted)[ref.remote_id]
    assert (seen.kind, seen.in_reply_to) == (PostKind.REPLY, marions.pauls_post.uri)


def test_a_warning_belongs_to_what_is_said(marions: MastodonCase, opened: MastodonConnector) -> None:
    one = marions.server.post(marions.server.me, "The murderer.", START, warning="Spoilers")
    assert posts(opened)[one.uri].text == "Spoilers\n\nThe murderer."


def test_counts_are_those_of_the_posts_that_are_there(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    ref, gone = published(opened), published(opened)
    now = marions.let_others_react(ref)[-1]
    opened.withdraw(gone, now=now)
    with marions.connector() as restarted:
        told = {(one.object_id, one.counted): one.value for one in restarted.read_counts([ref, gone], now)}
    assert told == {
        ("", Counted.FOLLOWERS): 8,
        **{(ref.remote_id, counted): 8 for counted in (Counted.LIKES, Counted.REPOSTS, Counted.QUOTES)},
        (ref.remote_id, Counted.REPLIES): 8,
    }


def test_many_posts_are_counted_in_few_calls(marions: MastodonCase, opened: MastodonConnector) -> None:
    refs = [published(opened, Draft(f"Word {number}.")) for number in range(45)]
    asked = len(marions.server.asked)
    with marions.connector() as restarted:
        told = restarted.read_counts(refs, START)
    assert len({one.object_id for one in told}) == 46
    assert len(marions.server.asked) - asked == 1 + 3


def test_followers_are_read_to_the_last_page(marions: MastodonCase, opened: MastodonConnector) -> None:
    now = marions.let_others_react(published(opened))[-1]
    marions.server.page = 3
    assert len(opened.read_standing(Kind.FOLLOW, "", now)) == 8


def test_a_link_to_elsewhere_leads_nowhere(marions: MastodonCase) -> None:
    person = marions.server.account(marions.paul)
    link = '<https://evil.example/api/v1/accounts/1/followers?max_id=5>; rel="next"'
    server = Says(httpx.Response(200, headers={"link": link}, json=[person]))
    with at(marions, server) as door:
        assert door.read_standing(Kind.FOLLOW, "", START) == {marions.paul.uri}
    assert {one.url.host for one in server.asked} == {"mastodon.example"}
    assert len(server.asked) == 2


def test_a_profile_shows_its_links_and_which_the_server_found_back(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    marions.server.me.fields = [
        _field("Who runs it", "https://acme.example/voices/marion", "2026-06-01T08:00:00.000+00:00"),
        _field("Blog", "https://blog.example/a?b&amp;c", None),
        {"name": "Pronouns", "value": "she", "verified_at": None},
        {"name": "Plain", "value": "https://plain.example", "verified_at": None},
    ]
    own = opened.verify(START)
    assert [(one.label, one.url, one.is_verified) for one in own.links] == [
        ("Who runs it", "https://acme.example/voices/marion", True),
        ("Blog", "https://blog.example/a?b&c", False),
        ("Plain", "https://plain.example", False),
    ]
    assert own.biography == "Speaks for Acme."
    assert (own.is_automated, own.is_locked) == (False, False)
    assert own.actor.handle == "marion@mastodon.example"


def _field(name: str, address: str, verified_at: str | None) -> dict[str, Any]:
    value = f'<a href="{address}" rel="me nofollow"><span class="invisible">https://</span></a>'
    return {"name": name, "value": value, "verified_at": verified_at}


def test_anybody_is_found_by_the_address_or_not_at_all(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    assert opened.read_profile(marions.paul.uri, START).actor.handle == "paul@elsewhere.example"
    for nobody in ("https://elsewhere.example/users/nobody", "paul", ""):
        with pytest.raises(UnexpectedReply):
            opened.read_profile(nobody, START)


def test_a_thread_begins_with_its_first_post(marions: MastodonCase, opened: MastodonConnector) -> None:
    answer = published(opened, Draft("Merci.", in_reply_to=marions.pauls_post.uri))
    other = marions.server.post(marions.paul, "De rien.", START, answers=marions.pauls_post.local_id)
    marions.server.post(
        marions.paul, "secret", START, answers=marions.pauls_post.local_id, visibility="direct"
    )
    with marions.connector() as restarted:
        thread = restarted.read_thread(answer, START)
    assert {one.remote_id for one in thread} == {marions.pauls_post.uri, answer.remote_id, other.uri}
    assert thread[0].remote_id == marions.pauls_post.uri
    assert {one.in_reply_to for one in thread[1:]} == {marions.pauls_post.uri}


def test_a_thread_that_is_gone_is_told_as_that(opened: MastodonConnector) -> None:
    ref = published(opened)
    opened.withdraw(ref, now=START)
    for gone in (ref, PublishedRef("nowhere/0")):
        with pytest.raises(UnexpectedReply):
            opened.read_thread(gone, START)


@pytest.mark.parametrize("cursor", ["a/b", "../x", "?", "1 2", "é"])
def test_a_cursor_that_is_none_of_ours_is_refused(opened: MastodonConnector, cursor: str) -> None:
    with pytest.raises(UnexpectedReply):
        opened.read_events(cursor, START)


def test_ids_that_cannot_stand_in_a_path_are_not_asked_about(marions: MastodonCase) -> None:
    told = marions.server.status(marions.pauls_post) | {
        "id": "../../admin",
        "uri": "https://mastodon.example/x/1",
    }
    server = Says(httpx.Response(200, json=told))
    with at(marions, server) as door, pytest.raises(UnexpectedReply):
        door.read_thread(PublishedRef("https://mastodon.example/x/1"), START)
    assert not [one for one in server.asked if "admin" in one.url.path]
