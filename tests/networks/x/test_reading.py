"""What X tells of others, of counts and of profiles, and what may be done with it."""

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from portevoix.networks.contracts import (
    Ability,
    Counted,
    Draft,
    Kind,
    ProfileLink,
    PublishedRef,
)
from portevoix.networks.errors import (
    OptionsRefused,
    UnexpectedReply,
)
from portevoix.networks.permits import Datum, Use, UseRefused, permit_of, require
from portevoix.networks.x.connector import VISIBILITY_LAG, XConnector
from tests.networks.calls import onwards, published
from tests.networks.contract import START
from tests.networks.x.case import XCase
from tests.networks.x.doors import answering, asked
from tests.networks.x.world import LEA, ME, number

LATER = START + timedelta(hours=1)


def test_who_answers_us_and_who_names_us_are_told_apart(case: XCase, door: XConnector) -> None:
    ref = published(door)
    world = case.network.world
    answer = world.make(LEA, "Thank you & <3", parent=ref.remote_id)
    named = world.make(LEA, "Ask @marion_x", parent=case.leas_post.id)
    quote = world.make(
        LEA, f"@marion_x said https://x.com/marion_x/status/{ref.remote_id}", quoted=ref.remote_id
    )
    first, second, third = door.read_events("", LATER).items
    assert (first.kind, first.object_id, first.remote_id) == (Kind.REPLY, ref.remote_id, answer.id)
    assert (first.text, first.actor.handle, first.target_id) == ("@marion_x Thank you & <3", "lea_x", ME)
    assert (second.kind, second.object_id, second.remote_id) == (Kind.MENTION, "", named.id)
    assert (third.kind, third.remote_id, third.text) == (Kind.MENTION, quote.id, "@marion_x said")


def test_what_is_younger_than_what_x_may_still_add_waits(case: XCase, door: XConnector) -> None:
    ref = published(door)
    world = case.network.world
    soon = world.make(LEA, "Soon", START + timedelta(minutes=10), parent=ref.remote_id)
    page = door.read_events("", START + timedelta(minutes=11))
    assert page.items == ()
    late = world.make(LEA, "Seen late", START + timedelta(minutes=9), parent=ref.remote_id)
    told, cursor = onwards(lambda at: door.read_events(at, soon.at + VISIBILITY_LAG), page.cursor)
    assert [getattr(one, "remote_id", "") for one in told] == [late.id, soon.id]
    assert door.read_events(cursor, LATER).items == ()


def test_our_own_answers_to_ourselves_are_nobodys_acts(case: XCase, door: XConnector) -> None:
    ref = published(door)
    case.network.world.make(ME, "@marion_x goes on", parent=ref.remote_id)
    assert door.read_events("", LATER).items == ()


def test_more_mentions_than_x_keeps_are_told_as_a_gap(case: XCase, door: XConnector) -> None:
    first = case.network.world.make(LEA, "@marion_x first")
    cursor = door.read_events("", LATER).cursor
    for count in range(800):
        case.network.world.make(LEA, f"@marion_x {count}", START + timedelta(seconds=count + 2))
    page = door.read_events(cursor, LATER + timedelta(days=1))
    assert cursor == first.id
    assert page.has_gap
    assert len(page.items) == 800
    assert not door.read_events(page.cursor, LATER + timedelta(days=1)).has_gap


@pytest.mark.parametrize("cursor", ["-1", "a", "1e3", "9" * 20, "١", "1-2", "1-2-3", "1-2-3-x"])
def test_a_cursor_that_is_none_of_ours_is_refused(door: XConnector, cursor: str) -> None:
    with pytest.raises(UnexpectedReply):
        door.read_events(cursor, LATER)


def test_names_of_before_are_read_as_those_of_today(case: XCase) -> None:
    post = {
        "id": number(START),
        "text": "Cut short…",
        "author_id": LEA,
        "note_tweet": {"text": "Long & whole"},
        "referenced_tweets": [{"type": "replied_to", "id": "5"}],
        "in_reply_to_user_id": ME,
        "public_metrics": {"retweet_count": 4, "like_count": 2},
        "lang": "und",
    }
    with answering(case, httpx.Response(200, json={"data": [post]})) as door:
        (event,) = door.read_events("", LATER).items
        assert (event.kind, event.text, event.language, event.at) == (Kind.REPLY, "Long & whole", "", START)
    user = {"data": {"id": ME, "public_metrics": {"followers_count": 7, "tweet_count": 3}}}
    with answering(case, httpx.Response(200, json=user)) as door:
        profile = door.verify(START)
        assert (profile.followers_count, profile.posts_count, profile.is_locked) == (7, 3, None)


def test_counts_are_told_of_what_is_there(case: XCase, door: XConnector) -> None:
    ref, gone = published(door), published(door, Draft("Gone."))
    door.withdraw(gone, now=START)
    readings = door.read_counts((ref, gone, PublishedRef("nowhere/0")), LATER)
    told = {one.counted: one.value for one in readings if one.object_id == ref.remote_id}
    assert told == {
        Counted.LIKES: 0,
        Counted.REPOSTS: 1,
        Counted.QUOTES: 0,
        Counted.REPLIES: 2,
        Counted.IMPRESSIONS: 90,
    }
    assert {one.object_id for one in readings} == {"", ref.remote_id}
    assert door.read_counts((gone,), LATER)[0].counted is Counted.FOLLOWERS


def test_counts_are_asked_a_hundred_at_once(case: XCase, door: XConnector) -> None:
    refs = [PublishedRef(str(count + 1)) for count in range(250)]
    assert len(door.read_counts(refs, LATER)) == 1
    assert len(asked(case, "GET", "/2/tweets")) == 3


def test_a_profile_shows_its_addresses_whole(door: XConnector) -> None:
    profile = door.verify(START)
    assert profile.biography == "Trains. https://atelier.example/"
    assert profile.links == (ProfileLink("https://atelier.example/marion"),)
    assert (profile.actor.url, profile.is_locked) == ("https://x.com/marion_x", False)


@pytest.mark.parametrize("nobody", ["9999", "nobody", ""])
def test_nobody_has_no_profile(door: XConnector, nobody: str) -> None:
    with pytest.raises(UnexpectedReply):
        door.read_profile(nobody, START)


@pytest.mark.parametrize("nothing", ["9999", "nowhere/0"])
def test_there_is_no_conversation_around_nothing(door: XConnector, nothing: str) -> None:
    with pytest.raises(UnexpectedReply):
        door.read_thread(PublishedRef(nothing), START)


def test_what_x_tells_is_never_joined_with_what_is_known_of_people_elsewhere(door: XConnector) -> None:
    for datum in Datum:
        with pytest.raises(UseRefused):
            require(door.permits, datum, Use.ENRICH)
    words = permit_of(door.permits, Datum.WORDS)
    assert words is not None
    assert words.must_follow_deletion == timedelta(hours=24)


def test_a_sign_in_of_fewer_scopes_may_do_less(case: XCase) -> None:
    few = replace(case.credentials(), scopes=frozenset({"tweet.read", "users.read"}))
    with XConnector(case.options(), few.written(), transport=case.wire) as door:
        able = door.abilities(START)
    assert able == {
        Ability.READ_EVENTS,
        Ability.READ_POSTS,
        Ability.READ_COUNTS,
        Ability.READ_PROFILES,
        Ability.READ_THREADS,
    }


@pytest.mark.parametrize(
    "credentials", ["", "{}", "[]", "3", '{"client_id": 3}', json.dumps({"client_id": "a"})]
)
def test_credentials_that_are_none_are_refused_in_words(credentials: str) -> None:
    with pytest.raises(OptionsRefused) as caught:
        XConnector({"account": ME}, credentials)
    assert str(caught.value)
