"""What leaves for a Mastodon server, how it is found again, and what is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from portevoix.networks.contracts import Draft, Gesture, PublishedRef, Uploaded
from portevoix.networks.errors import ContentRefused, NeedsReconnection, UnexpectedReply
from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks.calls import DRAFT, later, published
from tests.networks.contract import START
from tests.networks.mastodon.case import MastodonCase
from tests.networks.walk import PICTURE


def bodies(case: MastodonCase, method: str = "POST", path: str = "/api/v1/statuses") -> list[Any]:
    """Return the bodies of the requests to a path, as the server got them."""
    asked = [one for one in case.server.asked if (one.method, one.url.path) == (method, path)]
    return [json.loads(one.content) for one in asked]


def found(door: MastodonConnector, draft: Draft) -> list[str]:
    """Return what may be `draft` on the server."""
    return [one.remote_id for one in door.find(draft, key="", since=START, now=later(door))]


def test_a_post_leaves_with_its_key_its_language_and_the_accounts_own_visibility(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    opened.publish(replace(DRAFT, language="fr-FR"), key="key-1", now=START)
    assert bodies(marions) == [{"status": DRAFT.text, "language": "fr"}]
    assert marions.server.asked[-1].headers["idempotency-key"] == "key-1"


def test_a_post_is_known_by_its_address_on_all_servers(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    ref = published(opened)
    local_id = next(one.local_id for one in marions.server.posts.values() if one.text == DRAFT.text)
    assert ref.remote_id == f"https://mastodon.example/users/marion/statuses/{local_id}"
    assert ref.url == f"https://mastodon.example/@marion/{local_id}"


@pytest.mark.parametrize(
    "text",
    [
        "Two lines\nand more.\n\nA paragraph.",
        "See https://example.org/a-rather-long/path/that/is/cut?for=display&ever=1#here, and tell @paul.",
        "Thanks @paul@elsewhere.example and @hugo@other.example!",
        "#Formation à l’été : « ça marche » & <b>plus</b> encore",
        "e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}",
        "  Spaces   kept\tor not  ",
        "\N{THUMBS UP SIGN}",
        "漢字かな",
    ],
)
def test_a_post_is_found_by_its_words_however_the_server_writes_them(
    opened: MastodonConnector, text: str
) -> None:
    ref = published(opened, Draft(text))
    assert found(opened, Draft(text)) == [ref.remote_id]


SAID = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
PARTS = st.sampled_from(
    ["@paul@elsewhere.example ", "https://example.org/a?b=1&c#d ", "#Été ", "\n\n", "<b> &amp; ", "*"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SAID | PARTS, min_size=1, max_size=5))
def test_whatever_is_said_is_found_again(
    marions: MastodonCase, opened: MastodonConnector, parts: list[str]
) -> None:
    draft = Draft("".join(parts))
    assume(opened.measure(draft.text).valid)
    ref = published(opened, draft)
    assert ref.remote_id in found(opened, draft)
    opened.withdraw(ref, now=START)


def test_what_only_resembles_is_not_found(marions: MastodonCase, opened: MastodonConnector) -> None:
    ref = published(opened)
    assert found(opened, Draft("Another word.")) == []
    assert found(opened, replace(DRAFT, in_reply_to=ref.remote_id)) == []
    assert found(opened, replace(DRAFT, media=(Uploaded("1", "A dot"),))) == []
    marions.server.clock += timedelta(hours=1)
    assert opened.find(DRAFT, key="", since=START + timedelta(hours=1), now=START) == ()


def test_two_that_may_be_it_are_both_returned(opened: MastodonConnector) -> None:
    refs = [published(opened), published(opened)]
    assert sorted(found(opened, DRAFT)) == sorted(ref.remote_id for ref in refs)


def test_the_same_words_to_two_people_are_two_answers(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    other = marions.server.post(marions.paul, "Et toi ?", START)
    first, lost = (replace(DRAFT, in_reply_to=one.uri) for one in (marions.pauls_post, other))
    ref = published(opened, first)
    assert found(opened, first) == [ref.remote_id]
    assert found(opened, lost) == []


def test_an_answer_is_found_although_what_it_answers_is_gone(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    draft = replace(DRAFT, in_reply_to=marions.pauls_post.uri)
    ref = published(opened, draft)
    del marions.server.posts[marions.pauls_post.local_id]
    with marions.connector() as another:
        assert found(another, draft) == [ref.remote_id]


def test_a_server_whose_clock_is_a_little_behind_hides_no_post(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    marions.server.clock = START - timedelta(seconds=40)
    ref = published(opened)
    assert found(opened, DRAFT) == [ref.remote_id]


def test_looking_goes_back_page_by_page_to_the_instant_of_sending(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    ref = published(opened)
    for number in range(30):
        marions.server.clock += timedelta(minutes=1)
        published(opened, Draft(f"Word {number}."))
    marions.server.page = 7
    assert found(opened, DRAFT) == [ref.remote_id]


def test_what_was_written_another_day_is_not_read_back(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    for number in range(30):
        marions.server.post(marions.server.me, f"Old {number}.", START - timedelta(days=40 - number))
    marions.server.page = 7
    asked = len(marions.server.asked)
    assert found(opened, DRAFT) == []
    assert len(marions.server.asked) - asked == 1


def test_an_answer_leaves_with_the_servers_own_id_of_what_it_answers(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    published(opened, replace(DRAFT, in_reply_to=marions.pauls_post.uri))
    assert bodies(marions)[-1]["in_reply_to_id"] == marions.pauls_post.local_id


def test_an_answer_to_what_is_gone_is_not_sent_as_a_post(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    with pytest.raises(ContentRefused) as caught:
        published(opened, replace(DRAFT, in_reply_to="https://elsewhere.example/users/paul/statuses/1"))
    assert caught.value.reason
    assert bodies(marions) == []


def test_after_a_restart_a_post_is_changed_and_withdrawn_by_its_address(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    ref = published(opened)
    with marions.connector() as restarted:
        restarted.update(ref, Draft("Changed."), now=START)
    with marions.connector() as restarted:
        restarted.withdraw(ref, now=START)
        restarted.withdraw(ref, now=START)
    assert [one.text for one in marions.server.posts.values()] == ["Bonjour."]


def test_a_post_that_only_ends_like_ours_is_never_withdrawn(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    ref = published(opened)
    local_id = ref.remote_id.rpartition("/")[2]
    with marions.connector() as restarted:
        restarted.withdraw(PublishedRef(f"https://mastodon.example/elsewhere/{local_id}"), now=START)
    assert local_id in marions.server.posts


def test_a_change_keeps_only_the_pictures_that_it_names(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    picture = opened.upload(PICTURE, now=START)
    ref = published(opened, replace(DRAFT, media=(picture,)))
    opened.update(ref, replace(DRAFT, media=(picture,)), now=START)
    path = f"/api/v1/statuses/{ref.remote_id.rpartition('/')[2]}"
    assert bodies(marions, "PUT", path)[-1]["media_ids"] == [picture.remote_id]
    opened.update(ref, DRAFT, now=START)
    assert bodies(marions, "PUT", path)[-1]["media_ids"] == []


def test_a_picture_that_takes_time_is_asked_about_again(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    marions.server.working = 2
    first = opened.upload(PICTURE, now=START)
    assert not first.is_ready
    assert first.check_at
    assert first.check_at > START
    with pytest.raises(ContentRefused):
        published(opened, replace(DRAFT, media=(first,)))
    second = opened.check_upload(first, now=START)
    assert not second.is_ready
    assert opened.check_upload(second, now=START).is_ready


def test_a_picture_that_the_server_lost_is_refused(opened: MastodonConnector) -> None:
    with pytest.raises(ContentRefused):
        opened.check_upload(Uploaded("4711", "A dot", is_ready=False), now=START)
    with pytest.raises(UnexpectedReply):
        opened.check_upload(Uploaded("../accounts/1", "A dot", is_ready=False), now=START)


def test_the_words_for_those_who_cannot_see_arrive(marions: MastodonCase, opened: MastodonConnector) -> None:
    picture = opened.upload(replace(PICTURE, alternative_text="Un été « rouge »"), now=START)
    assert marions.server.media[picture.remote_id]["description"] == "Un été « rouge »"


def test_a_gesture_is_looked_for_by_the_address_of_what_it_is_given_to(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    refs = [opened.give(gesture, target, now=START) for gesture, target in marions.targets().items()]
    assert marions.pauls_post.likes == marions.pauls_post.reposts == [marions.server.me]
    with marions.connector() as restarted:
        for ref in refs:
            restarted.withdraw(ref, now=START)
    assert marions.pauls_post.likes == marions.pauls_post.reposts == []


def test_one_who_blocks_us_is_a_refusal_and_no_lost_sign_in(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    marions.server.blocks_us.add(marions.paul.local_id)
    with pytest.raises(ContentRefused) as caught:
        opened.give(Gesture.FOLLOW, marions.paul.uri, now=START)
    assert caught.value.reason == "This action is not allowed"


def test_a_follow_outside_the_scopes_needs_a_new_sign_in(
    marions: MastodonCase, opened: MastodonConnector
) -> None:
    marions.server.tokens[marions.server.token] = "read write:statuses"
    with pytest.raises(NeedsReconnection):
        opened.give(Gesture.FOLLOW, marions.paul.uri, now=START)


def test_each_server_gets_only_its_own_token(marions: MastodonCase, opened: MastodonConnector) -> None:
    published(opened)
    hosts = {(one.url.host, one.headers["authorization"]) for one in marions.server.asked}
    assert hosts == {("mastodon.example", f"Bearer {marions.server.token}")}
    assert all(isinstance(one, httpx.Request) for one in marions.server.asked)
