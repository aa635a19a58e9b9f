"""What leaves for LinkedIn: posts, links, pictures, answers and reposts; and what is looked for afterwards."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from portevoix.networks.contracts import Ability, Draft, Gesture, Looking, PublishedRef, Uploaded
from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    NotSupported,
    OutcomeUnknown,
    UnexpectedReply,
)
from portevoix.networks.linkedin.connector import LinkedInConnector
from portevoix.networks.permits import Datum, Use, UseRefused, require
from tests.networks.calls import DRAFT, later, published
from tests.networks.contract import START
from tests.networks.linkedin.case import LinkedInCase
from tests.networks.linkedin.network import ELSEWHERE, LEA, OWNER, PAGE
from tests.networks.walk import PICTURE


def sent(case: LinkedInCase) -> dict[str, Any]:
    """Return the body of the last request."""
    told: dict[str, Any] = json.loads(case.network.requests[-1].content)
    return told


def test_a_post_is_public_in_the_pages_name_and_its_text_escaped(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    ref = published(door, Draft("Nous formons (vite) — #formation"))
    body = sent(case)
    assert body["author"] == PAGE
    assert body["commentary"] == r"Nous formons \(vite\) — {hashtag|\#|formation}"
    assert (body["visibility"], body["lifecycleState"]) == ("PUBLIC", "PUBLISHED")
    assert "content" not in body
    assert ref == PublishedRef(ref.remote_id, f"https://www.linkedin.com/feed/update/{ref.remote_id}/", START)


def test_a_link_becomes_an_article_with_a_title(case: LinkedInCase, door: LinkedInConnector) -> None:
    published(door, Draft("Read this.", title="A title", link="https://example.org/a"))
    assert sent(case)["content"] == {"article": {"source": "https://example.org/a", "title": "A title"}}
    published(door, Draft("Read this.", link="https://example.org/a"))
    assert sent(case)["content"]["article"]["title"] == "https://example.org/a"


def test_pictures_go_with_the_words_for_those_who_cannot_see_them(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    first = door.upload(PICTURE, now=START)
    assert not first.is_ready
    assert not door.check_upload(first, now=START).is_ready
    ready = door.check_upload(first, now=START)
    assert ready.is_ready
    ref = published(door, replace(DRAFT, media=(ready,)))
    assert sent(case)["content"]["media"] == {"id": first.remote_id, "altText": PICTURE.alternative_text}
    assert ref.remote_id.startswith("urn:li:ugcPost:")
    published(door, replace(DRAFT, media=(ready, ready)))
    assert len(sent(case)["content"]["multiImage"]["images"]) == 2
    published(door, Draft("", media=(ready,)))


def test_bytes_go_where_linkedin_says_and_the_token_to_linkedin_alone(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    door.upload(PICTURE, now=START)
    put = case.network.requests[-1]
    assert (put.method, put.content) == ("PUT", PICTURE.content)
    assert put.headers["authorization"] == "Bearer access-0"
    case.network.next_upload = "https://elsewhere.example/put"
    with pytest.raises(NetworkError):
        door.upload(PICTURE, now=START)
    assert "authorization" not in case.network.requests[-1].headers
    case.network.next_upload = "http://www.linkedin.com/put"
    with pytest.raises(OutcomeUnknown):
        door.upload(PICTURE, now=START)


def test_a_picture_that_failed_goes_back_and_one_of_elsewhere_is_none(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    uploaded = door.upload(PICTURE, now=START)
    case.network.images[uploaded.remote_id] = "PROCESSING_FAILED"
    with pytest.raises(ContentRefused):
        door.check_upload(uploaded, now=START)
    with pytest.raises(UnexpectedReply):
        door.check_upload(Uploaded("3_1", "words"), now=START)
    with pytest.raises(ContentRefused, match="4086"):
        door.upload(replace(PICTURE, alternative_text="x" * 4087), now=START)


@pytest.mark.parametrize("text", ["", " \n", "x" * 3001])
def test_a_text_that_linkedin_would_cut_or_refuse_is_never_sent(
    case: LinkedInCase, door: LinkedInConnector, text: str
) -> None:
    with pytest.raises(ContentRefused, match="3000"):
        published(door, Draft(text))
    assert not case.network.requests


def test_an_answer_is_a_comment_that_is_found_and_taken_away(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    post = published(door).remote_id
    theirs = case.network.say(post, LEA, "Who (really)?", START)["commentUrn"]
    for target in (post, theirs):
        draft = Draft("We (all) of us.", in_reply_to=target)
        ref = published(door, draft)
        assert sent(case)["message"] == {"text": "We (all) of us."}
        assert sent(case).get("parentComment") == (theirs if target == theirs else None)
        assert [one.remote_id for one in door.find(draft, key="", since=START, now=START)] == [ref.remote_id]
        for _turn in (1, 2):
            door.withdraw(ref, now=START)
        assert door.find(draft, key="", since=START, now=START) == ()


@pytest.mark.parametrize(
    "draft", [Draft("x" * 1251, in_reply_to="urn:li:share:1"), Draft("a", in_reply_to="https://example.org")]
)
def test_an_answer_that_cannot_be_is_refused_without_a_call(
    case: LinkedInCase, door: LinkedInConnector, draft: Draft
) -> None:
    with pytest.raises(ContentRefused) as caught:
        published(door, draft)
    assert caught.value.reason
    assert not case.network.requests


def test_a_lost_answer_is_found_among_others_by_its_words(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    draft = Draft("Hello @[Acme](urn:li:organization:1), #été (1)", link="https://example.org/a")
    case.network.make(PAGE, "Hello Acme", START)
    case.lose_answer()
    with pytest.raises(OutcomeUnknown):
        published(door, draft)
    found = door.find(draft, key="", since=START, now=later(door))
    assert [one.remote_id for one in found] == [list(case.network.posts)[-1]]
    late = door.find(draft, key="", since=START + timedelta(hours=1), now=START + timedelta(hours=2))
    assert late == ()


def test_looking_goes_back_as_far_as_needed_and_no_further(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    for number in range(130):
        case.network.make(PAGE, f"Number {number}", START - timedelta(hours=number))
    found = door.find(Draft("Number 70"), key="", since=START - timedelta(hours=70), now=START)
    assert len(found) == 1
    assert len(case.network.requests) == 2


def test_a_repost_names_the_post_and_stands_once(case: LinkedInCase, door: LinkedInConnector) -> None:
    first = door.give(Gesture.REPOST, case.others_post, now=START)
    assert sent(case)["reshareContext"] == {"parent": case.others_post}
    before = len(case.network.posts)
    assert door.give(Gesture.REPOST, case.others_post, now=START) == first
    assert len(case.network.posts) == before
    case.network.posts.pop(case.others_post)
    door.withdraw(first, now=START)
    with pytest.raises(ContentRefused):
        door.give(Gesture.REPOST, case.others_post, now=START)


def test_what_is_not_given_from_here_has_its_address(door: LinkedInConnector) -> None:
    assert door.gesture_link(Gesture.FOLLOW, ELSEWHERE) == "https://www.linkedin.com/company/1/"
    assert door.gesture_link(Gesture.LIKE, "urn:li:share:1").endswith("urn:li:share:1/")
    assert not door.gesture_link(Gesture.LIKE, "elsewhere")
    assert not door.gesture_link(Gesture.FOLLOW, LEA)


def test_a_persons_profile_publishes_and_nothing_of_it_is_read(case: LinkedInCase) -> None:
    with case.personal() as door:
        may = door.abilities(START)
        assert may == {Ability.PUBLISH, Ability.UPDATE, Ability.WITHDRAW, Ability.UPLOAD}
        assert door.looking() is Looking.NEITHER
        assert published(door).remote_id
        assert sent(case)["author"] == OWNER
        for read in (
            lambda: door.find(DRAFT, key="", since=START, now=START),
            lambda: door.read_events("", START),
            lambda: door.read_posts("", START),
            lambda: door.read_counts((), START),
            lambda: door.give(Gesture.REPOST, case.others_post, now=START),
        ):
            with pytest.raises(NotSupported):
                read()


def test_a_page_without_the_permission_to_read_says_so(case: LinkedInCase) -> None:
    lesser = case.credentials(scope="w_organization_social r_organization_social_feed").written()
    with LinkedInConnector(case.options(), lesser, transport=case.wire) as door:
        assert door.looking() is Looking.NEITHER
        assert Ability.READ_EVENTS not in door.abilities(START)
        assert Ability.GIVE not in door.abilities(START)


@pytest.mark.parametrize("use", [Use.ENRICH, Use.EXPORT])
@pytest.mark.parametrize("datum", [Datum.ACTS, Datum.WORDS, Datum.PROFILES])
def test_what_members_do_is_neither_exported_nor_joined_with_anything(datum: Datum, use: Use) -> None:
    with pytest.raises(UseRefused):
        require(LinkedInConnector.permits, datum, use)


def test_what_people_said_may_be_kept_two_days_and_their_profiles_one() -> None:
    hours = {one.datum: one.keep for one in LinkedInConnector.permits}
    assert hours[Datum.WORDS] == hours[Datum.ACTS] == timedelta(hours=48)
    assert hours[Datum.PROFILES] == timedelta(hours=24)


def test_after_a_post_an_answer_without_its_id_leaves_the_outcome_open(case: LinkedInCase) -> None:
    case.wire = None
    silent = httpx.MockTransport(lambda _request: httpx.Response(201))
    with LinkedInConnector(case.options(), case.secret(), transport=silent) as door:
        with pytest.raises(OutcomeUnknown):
            published(door)
        with pytest.raises(OutcomeUnknown):
            published(door, Draft("An answer.", in_reply_to="urn:li:share:1"))
        with pytest.raises(OutcomeUnknown):
            door.upload(PICTURE, now=START)
