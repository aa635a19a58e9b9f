"""What leaves for Facebook: posts with a link, pictures and answers; and what is looked for afterwards."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from portevoix.networks.contracts import Draft, Gesture, Looking, PublishedRef, Uploaded
from portevoix.networks.errors import ContentRefused, NotSupported, OutcomeUnknown
from portevoix.networks.facebook.connector import FacebookConnector
from portevoix.networks.permits import Datum, Use, UseRefused, require
from tests.networks.calls import DRAFT, later, published
from tests.networks.contract import START
from tests.networks.facebook.case import FacebookCase
from tests.networks.facebook.network import LEA, PAGE, form_of
from tests.networks.walk import PICTURE


def sent(case: FacebookCase) -> dict[str, str]:
    """Return the form of the last request."""
    return form_of(case.network.requests[-1])


def test_a_post_carries_its_link_beside_its_words(case: FacebookCase, door: FacebookConnector) -> None:
    ref = published(door, Draft("Nous formons à Noël 🎄", link="https://example.org/a"))
    assert sent(case)["link"] == "https://example.org/a"
    assert sent(case)["message"] == "Nous formons à Noël 🎄\n\nhttps://example.org/a"
    assert ref == PublishedRef(ref.remote_id, f"https://www.facebook.com/{ref.remote_id}", START)
    assert ref.remote_id.startswith(f"{PAGE}_")


def test_pictures_go_with_the_words_for_those_who_cannot_see_them(
    case: FacebookCase, door: FacebookConnector
) -> None:
    first, second = (door.upload(PICTURE, now=START) for _turn in (1, 2))
    assert first.is_ready
    assert case.network.photos[first.remote_id] == PICTURE.alternative_text
    draft = replace(DRAFT, media=(first, second), link="https://example.org/a")
    ref = published(door, draft)
    assert [name for name in sent(case) if name.startswith("attached_media")] == [
        "attached_media[0]",
        "attached_media[1]",
    ]
    assert [one.remote_id for one in door.find(draft, key="", since=START, now=later(door))] == [
        ref.remote_id
    ]
    assert door.find(replace(draft, media=()), key="", since=START, now=later(door)) == ()
    assert published(door, Draft("", media=(first,)))
    with pytest.raises(ContentRefused):
        published(door, replace(DRAFT, media=(Uploaded("urn:li:image:1", "words"),)))


@pytest.mark.parametrize("text", ["", " \n", "x" * 63_207, "👏" * 31_604])
def test_a_text_that_facebook_would_refuse_is_never_sent(
    case: FacebookCase, door: FacebookConnector, text: str
) -> None:
    with pytest.raises(ContentRefused, match="63206"):
        published(door, Draft(text))
    assert not case.network.requests


def test_an_answer_is_a_comment_that_is_found_and_taken_away(
    case: FacebookCase, door: FacebookConnector
) -> None:
    post = published(door).remote_id
    theirs = case.network.say(post, LEA, "Who are you?", START)
    case.network.say(post, LEA, "All of us.", START)
    for target in (post, theirs):
        draft = Draft("All of us.", in_reply_to=target)
        ref = published(door, draft)
        assert [one.remote_id for one in door.find(draft, key="", since=START, now=START)] == [ref.remote_id]
        for _turn in (1, 2):
            door.withdraw(ref, now=START)
        assert door.find(draft, key="", since=START, now=START) == ()


def test_the_same_words_to_two_people_are_two_answers(case: FacebookCase, door: FacebookConnector) -> None:
    post = published(door).remote_id
    to_theirs = Draft("Thank you.", in_reply_to=case.network.say(post, LEA, "Who are you?", START))
    ref, lost = published(door, to_theirs), Draft("Thank you.", in_reply_to=post)
    assert [one.remote_id for one in door.find(to_theirs, key="", since=START, now=START)] == [ref.remote_id]
    assert door.find(lost, key="", since=START, now=START) == ()


def test_an_answer_to_something_of_elsewhere_is_refused_without_a_call(
    case: FacebookCase, door: FacebookConnector
) -> None:
    with pytest.raises(ContentRefused) as caught:
        published(door, Draft("a", in_reply_to="urn:li:share:1"))
    assert caught.value.reason
    assert not case.network.requests


def test_only_what_was_published_since_is_found(case: FacebookCase, door: FacebookConnector) -> None:
    ref = published(door)
    assert door.find(DRAFT, key="", since=START + timedelta(hours=1), now=START + timedelta(hours=2)) == ()
    assert door.find(DRAFT, key="", since=START, now=later(door))[0].remote_id == ref.remote_id


def test_a_page_that_we_may_not_read_cannot_be_looked_at(case: FacebookCase) -> None:
    lesser = case.token("pages_manage_posts").written()
    with FacebookConnector(case.options(), lesser, transport=case.wire) as door:
        assert door.looking() is Looking.NEITHER
        assert published(door)
        for read in (
            lambda: door.find(DRAFT, key="", since=START, now=START),
            lambda: door.read_events("", START),
            lambda: door.read_posts("", START),
            lambda: door.read_counts((), START),
        ):
            with pytest.raises(NotSupported):
                read()


def test_what_is_not_given_from_here_has_its_address(door: FacebookConnector) -> None:
    assert door.gesture_link(Gesture.LIKE, f"{PAGE}_1") == f"https://www.facebook.com/{PAGE}_1"
    assert door.gesture_link(Gesture.FOLLOW, PAGE) == f"https://www.facebook.com/{PAGE}"
    assert not door.gesture_link(Gesture.FOLLOW, "marion")


def test_a_change_that_is_not_confirmed_leaves_the_outcome_open(case: FacebookCase) -> None:
    ref = PublishedRef(f"{PAGE}_1")
    for told in (b"{}", b'{"success": false}', b"[]", b"", b"<html>"):
        silent = httpx.MockTransport(lambda _request, told=told: httpx.Response(200, content=told))
        with FacebookConnector(case.options(), case.secret(), transport=silent) as door:
            with pytest.raises(OutcomeUnknown):
                door.update(ref, DRAFT, now=START)
            with pytest.raises(OutcomeUnknown):
                published(door)


@pytest.mark.parametrize("use", [Use.ENRICH, Use.EXPORT])
@pytest.mark.parametrize("datum", [Datum.ACTS, Datum.WORDS, Datum.PROFILES])
def test_what_people_do_is_neither_exported_nor_joined_with_anything(datum: Datum, use: Use) -> None:
    with pytest.raises(UseRefused):
        require(FacebookConnector.permits, datum, use)
