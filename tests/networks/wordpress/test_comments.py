"""What others say beneath articles, told late and once, and what is answered."""

from datetime import timedelta

import httpx
import pytest

from portevoix.networks.contracts import (
    Draft,
    Kind,
)
from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
)
from portevoix.networks.wordpress.connector import WordPressConnector
from portevoix.networks.wordpress.names import Names
from tests.networks.contract import START
from tests.networks.walk import PICTURE
from tests.networks.wordpress.case import OPTIONS, WordPressCase
from tests.networks.wordpress.doing import events, number, publish
from tests.networks.wordpress.rows import HOME


def test_a_comment_is_told_when_it_is_approved_and_only_then(
    case: WordPressCase, door: WordPressConnector
) -> None:
    post = number(publish(door))
    held = case.site.say(post, "First!", START + timedelta(minutes=1), status="hold")
    spam = case.site.say(post, "Buy", START + timedelta(minutes=2), status="hold")
    case.site.say(post, "Second", START + timedelta(minutes=3))
    told, cursor = events(door)
    assert [one.text for one in told] == ["Second"]
    spam.status = "spam"
    assert events(door, cursor)[0] == []
    held.status = "approved"
    told, cursor = events(door, cursor)
    assert [(one.text, one.at) for one in told] == [("First!", START + timedelta(minutes=1))]
    assert events(door, cursor) == ([], cursor)


def test_comments_are_those_of_others_on_ones_own_articles(
    case: WordPressCase, door: WordPressConnector
) -> None:
    ref = publish(door)
    case.site.say(case.pauls.number, "For Paul", START)
    case.site.say(number(ref), "Mine", START, author=3)
    case.site.say(number(ref), "Paul's", START, name="Paul", author=4)
    (event,) = events(door)[0]
    assert (event.kind, event.object_id, event.target_id) == (Kind.REPLY, ref.remote_id, f"{HOME}/?author=3")
    assert event.actor.remote_id == f"{HOME}/?author=4"


def test_a_visitor_is_known_by_name_and_one_without_a_name_by_the_comment(
    case: WordPressCase, door: WordPressConnector
) -> None:
    post = number(publish(door))
    for name in ("Élodie B.", "Élodie B.", "", ""):
        case.site.say(post, "Word", START, name=name)
    ids = [one.actor.remote_id for one in events(door)[0]]
    assert ids[:2] == [f"{HOME}/?visitor=%C3%89lodie%20B."] * 2
    assert len(set(ids)) == 3


def test_a_crowd_on_others_articles_is_passed_by(case: WordPressCase, door: WordPressConnector) -> None:
    post = number(publish(door))
    for minute in range(350):
        case.site.say(case.pauls.number, "For Paul", START + timedelta(minutes=minute))
    case.site.say(post, "For Marion", START + timedelta(minutes=400))
    assert [one.text for one in events(door)[0]] == ["For Marion"]


def test_a_crowd_larger_than_one_reading_goes_through_is_passed_by_in_several(
    case: WordPressCase, door: WordPressConnector
) -> None:
    post = number(publish(door))
    for minute in range(1500):
        case.site.say(case.pauls.number, "For Paul", START + timedelta(minutes=minute))
    case.site.say(post, "For Marion", START + timedelta(minutes=2000))
    told, cursor = events(door)
    assert told == []
    assert [one.text for one in events(door, cursor)[0]] == ["For Marion"]


def test_more_that_wait_than_a_page_are_all_asked_for(case: WordPressCase, door: WordPressConnector) -> None:
    post = number(publish(door))
    for minute in range(150):
        case.site.say(post, "Word", START + timedelta(minutes=minute), status="hold")
    told, cursor = events(door)
    told, cursor = events(door, cursor)
    assert told == []
    for comment in case.site.comments.values():
        comment.status = "approved"
    assert len(events(door, cursor)[0]) == 150


@pytest.mark.parametrize(
    "cursor", ["x", "2026-11-02T09:00:00", "2026-99-02T09:00:00 4", "2026-11-02T09:00:00 4 x", "2026-11-02 4"]
)
def test_what_is_no_cursor_is_not_understood(door: WordPressConnector, cursor: str) -> None:
    with pytest.raises(UnexpectedReply):
        door.read_events(cursor, START)


def test_an_answer_is_given_once_and_found_by_its_words(
    case: WordPressCase, door: WordPressConnector
) -> None:
    ref = publish(door)
    question = case.site.say(number(ref), "Why?", START)
    target = Names(HOME).comment(number(ref), question.number)
    draft = Draft('It\'s "so".', in_reply_to=target)
    assert door.find(draft, key="k", since=START, now=START) == ()
    case.lose_answer()
    with pytest.raises(OutcomeUnknown):
        publish(door, draft)
    (found,) = door.find(draft, key="k", since=START, now=START)
    assert publish(door, draft).remote_id == found.remote_id
    assert len([one for one in case.site.comments.values() if one.author == 3]) == 1
    changed = door.update(found, Draft("No."), now=START)
    assert [one.text for one in door.read_thread(changed, START)][-1] == "No."
    for _time in range(2):
        door.withdraw(found, now=START)
    with pytest.raises(ContentRefused):
        door.update(found, Draft("Yes."), now=START)


def test_an_answer_that_the_site_has_already_is_that_answer(
    case: WordPressCase, door: WordPressConnector
) -> None:
    ref = publish(door)
    draft = Draft("Thanks.", in_reply_to=ref.remote_id)
    plays = case.site.play

    def blind(request: httpx.Request) -> httpx.Response:
        answer = plays(request)
        is_first_look = "author" in request.url.params and not looks
        looks.append(1)
        return httpx.Response(200, json=[]) if is_first_look else answer

    looks: list[int] = []
    first = publish(door, draft)
    with WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(blind)) as other:
        assert publish(other, draft).remote_id == first.remote_id


def test_emojis_are_not_taken_for_one_another(case: WordPressCase, door: WordPressConnector) -> None:
    ref = publish(door)
    first, second = (publish(door, Draft(sign, in_reply_to=ref.remote_id)) for sign in ("👍", "👏"))
    assert first.remote_id != second.remote_id


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (Draft("Words.", in_reply_to="https://other.example/?p=1"), ContentRefused),
        (Draft("x" * 70_000, in_reply_to=f"{HOME}/?p=12"), ContentRefused),
        (Draft("Words.", in_reply_to=f"{HOME}/?p=99"), ContentRefused),
        (Draft("  "), ContentRefused),
        (Draft("x" * 1_000_001), ContentRefused),
        (Draft("Words.", quoting=f"{HOME}/?p=12"), NotSupported),
    ],
)
def test_what_cannot_be_published_is_refused(
    case: WordPressCase, door: WordPressConnector, draft: Draft, kind: type[NetworkError]
) -> None:
    publish(door)
    with pytest.raises(kind) as caught:
        publish(door, draft)
    assert kind is NotSupported or getattr(caught.value, "reason", None) is not None


def test_a_picture_in_a_comment_is_refused_before_anything_is_sent(door: WordPressConnector) -> None:
    ref = publish(door)
    with pytest.raises(NotSupported):
        publish(door, Draft("Words.", in_reply_to=ref.remote_id, media=(door.upload(PICTURE, now=START),)))


def test_a_comment_too_soon_after_another_waits(case: WordPressCase, door: WordPressConnector) -> None:
    ref = publish(door)
    flood = {"code": "comment_flood", "message": "You are posting comments too quickly."}

    def plays(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json=flood) if request.method == "POST" else case.site.play(request)

    with (
        WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(plays)) as other,
        pytest.raises(RateLimited) as caught,
    ):
        publish(other, Draft("Thanks.", in_reply_to=ref.remote_id))
    assert caught.value.retry_at > START
