"""What LinkedIn tells: comments, own posts, counts and Pages; and answers that are wrong or lead elsewhere."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from portevoix.core.http import GuardedTransport
from portevoix.networks.contracts import Counted, Event, Kind, PublishedRef, SeenPost
from portevoix.networks.errors import AddressRefused, OutcomeUnknown, RateLimited, UnexpectedReply
from portevoix.networks.linkedin.connector import VISIBILITY_LAG, LinkedInConnector
from tests.networks.calls import DRAFT, published, whole
from tests.networks.contract import START
from tests.networks.linkedin.case import DAY_IS_OVER, LinkedInCase
from tests.networks.linkedin.network import ELSEWHERE, LEA, OWNER, PAGE
from tests.networks.meters import MemoryMeter

READINGS: dict[str, Callable[[LinkedInConnector], object]] = {
    "verify": lambda door: door.verify(START),
    "find": lambda door: door.find(DRAFT, key="", since=START, now=START),
    "read_events": lambda door: door.read_events("", START),
    "read_posts": lambda door: door.read_posts("", START),
    "read_counts": lambda door: door.read_counts((), START),
    "read_profile": lambda door: door.read_profile(ELSEWHERE, START),
}


def at(case: LinkedInCase, transport: httpx.BaseTransport) -> LinkedInConnector:
    return LinkedInConnector(case.options(), case.secret(), transport=transport)


def says(content: bytes, status: int = 200) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: httpx.Response(status, content=content))


def test_a_comment_is_a_reply_with_its_words_and_nobodys_name(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    post = published(door).remote_id
    case.network.say(post, LEA, "Bravo 👏 à tous", START + timedelta(minutes=1))
    case.network.say(post, PAGE, "We thank you.", START + timedelta(minutes=2))
    (event,) = whole(lambda cursor: door.read_events(cursor, START + timedelta(hours=1)))
    assert isinstance(event, Event)
    assert (event.kind, event.text, event.object_id) == (Kind.REPLY, "Bravo 👏 à tous", post)
    assert event.at == START + timedelta(minutes=1)


def test_what_is_younger_than_the_lag_waits_for_the_next_reading(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    post = published(door).remote_id
    said = START + timedelta(minutes=10)
    case.network.say(post, LEA, "Bravo", said)
    early = door.read_events("", said + VISIBILITY_LAG - timedelta(seconds=1))
    assert early.items == ()
    assert len(door.read_events(early.cursor, said + VISIBILITY_LAG).items) == 1


def test_own_posts_are_told_once_drafts_and_bare_reposts_aside(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    for number in range(120):
        case.network.make(PAGE, rf"Number {number} \(of many\)", START + timedelta(minutes=number))
    case.network.make(PAGE, "A draft", START, lifecycleState="DRAFT")
    case.network.make(PAGE, "", START, reshareContext={"parent": case.others_post})
    commented = case.network.make(PAGE, "Look", START, reshareContext={"parent": case.others_post})
    told = whole(lambda cursor: door.read_posts(cursor, START + timedelta(days=1)))
    assert len(told) == 121
    assert told[-1].text == "Number 119 (of many)"
    passed_on = [one for one in told if isinstance(one, SeenPost) and one.remote_id == commented]
    assert [one.quoting for one in passed_on] == [case.others_post]
    cursor = door.read_posts("", START + timedelta(days=1)).cursor
    before = len(case.network.requests)
    assert door.read_posts(cursor, START + timedelta(days=2)).items == ()
    assert len(case.network.requests) == before + 2


def test_a_post_that_linkedin_does_not_count_has_no_figure_and_never_zero(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    refs = [published(door), PublishedRef("urn:li:ugcPost:1"), PublishedRef("elsewhere")]
    read = door.read_counts(refs, START)
    assert {one.object_id for one in read} == {"", refs[0].remote_id}
    figures = {one.counted: one.value for one in read}
    assert figures[Counted.FOLLOWERS] == 219_145
    assert (figures[Counted.LIKES], figures[Counted.REPOSTS]) == (12, 3)


def test_many_posts_are_counted_in_portions(case: LinkedInCase, door: LinkedInConnector) -> None:
    urns = [case.network.make(PAGE, f"n{number}", START) for number in range(120)]
    read = door.read_counts([PublishedRef(urn) for urn in urns], START)
    assert {one.object_id for one in read} == {"", *urns}
    assert len(case.network.requests) == 4


def test_a_page_a_showcase_page_and_a_person_are_told_as_what_they_are(
    case: LinkedInCase, door: LinkedInConnector
) -> None:
    page = door.verify(START)
    assert page.actor.url == "https://www.linkedin.com/company/atelier-marion/"
    assert page.biography.startswith("Marion teaches.")
    assert [link.url for link in page.links] == ["https://atelier.example/"]
    assert page.followers_count is None
    showcase = door.read_profile("urn:li:organization:2414183", START)
    assert showcase.actor.url == "https://www.linkedin.com/showcase/atelier-courses/"
    with case.personal() as personal:
        assert personal.verify(START).actor.display_name == "Béatrice Aubrac"
    with pytest.raises(UnexpectedReply):
        door.read_profile(OWNER, START)


def test_a_sign_in_of_another_person_is_told_as_that(case: LinkedInCase) -> None:
    other = {"account": "urn:li:person:somebody"}
    with LinkedInConnector(other, case.secret(), transport=case.wire) as door, pytest.raises(UnexpectedReply):
        door.verify(START)


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b'{"elements": [{"id', b"\xff", b"[]", b"3", b"null", b"{}", b'{"elements": 3}'],
)
def test_an_answer_that_is_none_is_told_as_that(case: LinkedInCase, name: str, content: bytes) -> None:
    with at(case, says(content)) as door, pytest.raises(UnexpectedReply):
        READINGS[name](door)


@pytest.mark.parametrize("row", [{}, {"id": 3}, {"id": "urn:li:share:1", "createdAt": "now"}, 3, None])
def test_a_post_without_what_is_promised_is_told_as_that(case: LinkedInCase, row: object) -> None:
    with at(case, says(json.dumps({"elements": [row]}).encode())) as door, pytest.raises(UnexpectedReply):
        door.read_posts("", START)


def test_an_answer_of_three_megabytes_is_read_and_one_without_end_is_not(case: LinkedInCase) -> None:
    made = {"id": "urn:li:share:1", "commentary": "é" * 60_000, "createdAt": 1_760_000_000_000}
    many = json.dumps({"elements": [{**made, "id": f"urn:li:share:{n}"} for n in range(10)]}).encode()
    assert len(many) > 3_000_000
    with at(case, says(many)) as door:
        assert len(door.read_posts("", START).items) == 10
    with at(case, says(b"[" + b" " * 11_000_000)) as door:
        with pytest.raises(UnexpectedReply):
            door.read_posts("", START)
        with pytest.raises(OutcomeUnknown):
            published(door)


class Leads(httpx.BaseTransport):
    """LinkedIn redirecting into the house; elsewhere the real, guarded way."""

    def __init__(self) -> None:
        self._outside = GuardedTransport(allow_private=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.linkedin.com":
            return httpx.Response(302, headers={"location": "http://127.0.0.1:1/rest/posts"})
        assert "authorization" not in request.headers
        return self._outside.handle_request(request)


def test_a_redirect_into_the_house_is_not_followed(case: LinkedInCase) -> None:
    with at(case, Leads()) as door:
        with pytest.raises(AddressRefused):
            door.verify(START)
        with pytest.raises(OutcomeUnknown):
            published(door)


def test_a_version_that_is_over_is_for_the_administrator(case: LinkedInCase, data_folder: Path) -> None:
    (data_folder / "editions").mkdir()
    old = '[[edition]]\nwhat = "version"\nvalue = "202401"\nsince = 2026-10-01\n'
    (data_folder / "editions" / "linkedin.toml").write_text(old, "utf-8")
    with case.connector() as door, pytest.raises(UnexpectedReply, match="administrator"):
        door.verify(START)
    (data_folder / "editions" / "linkedin.toml").write_text(old.replace("202401", ""), "utf-8")
    with case.connector() as door, pytest.raises(UnexpectedReply):
        door.verify(START)


def test_a_days_calls_that_are_used_up_come_back_at_midnight_utc_and_nothing_is_asked_before(
    case: LinkedInCase,
) -> None:
    meter, midnight = MemoryMeter("linkedin"), datetime(2026, 11, 3, tzinfo=UTC)
    with LinkedInConnector(case.options(), case.secret(), transport=case.wire, meter=meter) as door:
        case.network.limits_rate = DAY_IS_OVER
        for _turn in (1, 2):
            with pytest.raises(RateLimited) as caught:
                door.read_posts("", START)
            assert caught.value.retry_at == midnight
        assert len(case.network.requests) == 1
        assert published(door)
        assert door.read_posts("", midnight)


def test_a_pause_of_another_kind_is_short(case: LinkedInCase, door: LinkedInConnector) -> None:
    case.network.limits_rate = "Too many requests"
    with pytest.raises(RateLimited) as caught:
        door.verify(START)
    assert caught.value.retry_at == START + timedelta(minutes=1)
