"""How texts, pictures and gestures go to X, and how a post comes back and is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from portevoix.networks.contracts import (
    Draft,
    Gesture,
    Media,
    PostKind,
    PublishedRef,
    Uploaded,
)
from portevoix.networks.errors import (
    ContentRefused,
    NotSupported,
)
from portevoix.networks.x.connector import XConnector
from portevoix.networks.x.posts import instant_of
from portevoix.networks.x.uploads import PIECE
from tests.networks.calls import published
from tests.networks.contract import START
from tests.networks.walk import PICTURE
from tests.networks.x.case import XCase
from tests.networks.x.doors import answering, asked
from tests.networks.x.network import problem
from tests.networks.x.world import LEA, ME

LATER = START + timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "Été & hiver : <b> https://example.org/a?b=c&d=e",
        "Two https://example.org/1 and https://example.org/2 \N{THUMBS UP SIGN}",
        "1 < 2 && 3 > 2",
        "First line\n\nSecond line",
        "漢字 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    ],
)
def test_a_text_comes_back_as_it_was_written_and_is_found(case: XCase, door: XConnector, text: str) -> None:
    ref = published(door, Draft(text))
    seen = {one.remote_id: one for one in door.read_posts("", LATER).items}
    assert seen[ref.remote_id].text == text
    assert seen[ref.remote_id].author.remote_id == ME
    assert [one.remote_id for one in door.find(Draft(text), key="k", since=START, now=LATER)] == [
        ref.remote_id
    ]


def test_a_picture_and_a_reply_are_found_although_x_changes_their_text(case: XCase, door: XConnector) -> None:
    uploaded = door.check_upload(door.upload(PICTURE, now=START), now=START)
    draft = Draft("With a picture", media=(uploaded,), in_reply_to=case.leas_post.id)
    ref = published(door, draft)
    assert case.network._told(case.network.world.posts[ref.remote_id])["text"].startswith("@lea_x With")
    assert [one.remote_id for one in door.find(draft, key="k", since=START, now=LATER)] == [ref.remote_id]
    seen = door.read_posts("", LATER).items[-1]
    assert (seen.kind, seen.in_reply_to, seen.text) == (
        PostKind.REPLY,
        case.leas_post.id,
        "@lea_x With a picture",
    )


def test_the_same_words_to_two_people_are_two_answers(case: XCase, door: XConnector) -> None:
    other = case.network.world.make(LEA, "And you?", START)
    first, lost = (Draft("Thank you.", in_reply_to=one.id) for one in (case.leas_post, other))
    ref = published(door, first)
    assert [one.remote_id for one in door.find(first, key="k", since=START, now=LATER)] == [ref.remote_id]
    assert door.find(lost, key="k", since=START, now=LATER) == ()
    assert door.find(Draft("Thank you."), key="k", since=START, now=LATER) == ()


def test_an_address_that_x_completed_is_taken_for_the_same(case: XCase, door: XConnector) -> None:
    ref = published(door, Draft("Read https://atelier.paris/ today"))
    draft = Draft("Read atelier.paris today")
    assert [one.remote_id for one in door.find(draft, key="k", since=START, now=LATER)] == [ref.remote_id]


def test_the_same_words_around_another_address_may_be_the_post_but_an_address_alone_is_not(
    case: XCase, door: XConnector
) -> None:
    ref = published(door, Draft("Read https://example.org/unwound"))
    published(door, Draft("https://example.org/alone"))
    found = door.find(Draft("Read https://short.example.org/a"), key="k", since=START, now=LATER)
    assert [one.remote_id for one in found] == [ref.remote_id]
    assert door.find(Draft("https://example.org/other"), key="k", since=START, now=LATER) == ()


def test_looking_goes_through_every_page_and_no_further_back_than_clocks_may_differ(
    case: XCase, door: XConnector
) -> None:
    case.network.world.make(ME, "Word 3", START - timedelta(minutes=6))
    early = case.network.world.make(ME, "Word 3", START - timedelta(minutes=4))
    refs = [published(door, Draft(f"Word {count}")) for count in range(50)]
    found = door.find(Draft("Word 3"), key="k", since=START, now=LATER)
    assert [one.remote_id for one in found] == [early.id, refs[3].remote_id]


def test_a_number_tells_when_its_post_was_made() -> None:
    assert instant_of("1050118621198921728") == datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)


def test_a_text_that_x_does_not_take_is_refused_before_it_costs(case: XCase, door: XConnector) -> None:
    for draft in (
        Draft("x" * 281),
        Draft(""),
        Draft("a\x00b"),
        Draft("Hi", in_reply_to="https://a.example/1"),
    ):
        with pytest.raises(ContentRefused) as caught:
            published(door, draft)
        assert caught.value.reason
    assert case.network.requests == []


def test_a_picture_needs_no_words_beside_it(case: XCase, door: XConnector) -> None:
    assert published(door, Draft("", media=(Uploaded("7000", "A dot"),)))


def test_who_pays_x_may_write_at_length(case: XCase) -> None:
    with XConnector({"account": ME, "premium": True}, case.secret(), transport=case.wire) as door:
        assert door.limits(START).text_length == 25_000
        assert door.measure("x" * 281).valid


def test_reposts_are_given_and_taken_back(case: XCase, door: XConnector) -> None:
    ref = door.give(Gesture.REPOST, case.leas_post.id, now=START)
    assert case.network.world.reposted == {case.leas_post.id}
    door.withdraw(ref, now=START)
    assert case.network.world.reposted == set()


def test_a_repost_that_x_forbids_is_not_taken_for_one_that_stands(case: XCase) -> None:
    answer = problem(
        403, "about:blank", "Forbidden", "You have been blocked from retweeting this user's tweets."
    )
    with answering(case, answer) as door:
        with pytest.raises(ContentRefused):
            door.give(Gesture.REPOST, case.leas_post.id, now=START)
        with pytest.raises(ContentRefused):
            door.withdraw(PublishedRef(f"repost/{case.leas_post.id}"), now=START)


@pytest.mark.parametrize("gesture", [Gesture.LIKE, Gesture.FOLLOW])
def test_likes_and_follows_are_made_by_hand_at_an_address(door: XConnector, gesture: Gesture) -> None:
    with pytest.raises(NotSupported):
        door.give(gesture, "20", now=START)
    assert door.gesture_link(gesture, "20").startswith(f"https://x.com/intent/{gesture}?")
    assert door.gesture_link(gesture, "javascript:1") == ""


def test_a_large_picture_goes_piece_by_piece_and_is_described(case: XCase, door: XConnector) -> None:
    content = bytes(range(256)) * ((2 * PIECE) // 256) + b"end"
    uploaded = door.upload(Media(content, "image/png", "A wide picture"), now=START)
    assert (uploaded.is_ready, uploaded.check_at) == (False, START + timedelta(seconds=20))
    assert len(asked(case, "POST", f"/2/media/upload/{uploaded.remote_id}/append")) == 3
    kept = case.network.world.uploads[uploaded.remote_id]
    assert (kept["total_bytes"], kept["words"], kept["media_category"]) == (
        len(content),
        "A wide picture",
        "tweet_image",
    )
    assert door.check_upload(uploaded, now=START).is_ready


def test_a_picture_that_x_could_not_use_is_refused(case: XCase) -> None:
    told = {"id": "7000", "processing_info": {"state": "failed"}}
    with answering(case, httpx.Response(200, json={"data": told})) as door, pytest.raises(ContentRefused):
        door.check_upload(Uploaded("7000", "A dot", is_ready=False), now=START)


def test_words_that_are_too_long_for_a_picture_are_refused_before_it_is_sent(
    case: XCase, door: XConnector
) -> None:
    with pytest.raises(ContentRefused) as caught:
        door.upload(replace(PICTURE, alternative_text="x" * 1001), now=START)
    assert "1000" in caught.value.reason
    assert case.network.requests == []


@pytest.mark.parametrize(
    ("media_type", "category"),
    [("image/gif", "tweet_gif"), ("video/mp4", "tweet_video"), ("image/jpeg", "tweet_image")],
)
def test_each_sort_of_media_goes_under_its_category(
    case: XCase, door: XConnector, media_type: str, category: str
) -> None:
    uploaded = door.upload(replace(PICTURE, media_type=media_type), now=START)
    assert case.network.world.uploads[uploaded.remote_id]["media_category"] == category
