"""What calls of X cost: charged before they are made, given back where they brought less."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from portevoix.networks.contracts import (
    Draft,
)
from portevoix.networks.errors import (
    CeilingReached,
    ContentRefused,
    OutcomeUnknown,
    RateLimited,
    ReadingPaused,
    Unreachable,
)
from portevoix.networks.x.connector import XConnector
from tests.networks.calls import published
from tests.networks.contract import START
from tests.networks.meters import MemoryMeter
from tests.networks.walk import Wire
from tests.networks.x.case import XCase
from tests.networks.x.doors import metered
from tests.networks.x.world import LEA, ME

LATER = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("No address.", "content_create"),
        ("See https://example.org/a", "content_create_url"),
        ("See atelier.paris", "content_create_url"),
    ],
)
def test_a_post_with_an_address_costs_more(case: XCase, meter: MemoryMeter, text: str, what: str) -> None:
    published(metered(case, meter), Draft(text))
    assert +meter.used == {what: 1}


def test_a_ceiling_stops_before_anything_is_sent(case: XCase) -> None:
    meter = MemoryMeter("x", Decimal("0.199"))
    with pytest.raises(CeilingReached):
        published(metered(case, meter), Draft("See https://example.org/a"))
    assert case.network.requests == []
    assert published(metered(case, meter), Draft("No address."))


def test_a_reading_costs_what_came_and_no_more(case: XCase, meter: MemoryMeter) -> None:
    door = metered(case, meter)
    case.let_others_react(published(door))
    meter.used.clear()
    assert len(door.read_events("", LATER + timedelta(days=30)).items) == 30
    assert +meter.used == {"owned_read": 30, "user_read": 4, "post_read": 2}


def test_counts_of_young_posts_are_read_where_they_cost_least(case: XCase, meter: MemoryMeter) -> None:
    door = metered(case, meter)
    refs = [published(door, Draft(f"Word {count}.")) for count in range(4)]
    meter.used.clear()
    readings = door.read_counts(refs, LATER)
    assert {one.object_id for one in readings} == {"", *(ref.remote_id for ref in refs)}
    assert +meter.used == {"user_read": 1, "owned_read": 4}


def test_counts_of_posts_under_many_others_or_of_long_ago_are_looked_up(
    case: XCase, meter: MemoryMeter
) -> None:
    door = metered(case, meter)
    ref = published(door)
    for count in range(9):
        case.network.world.make(ME, f"Another {count}.")
    meter.used.clear()
    assert {one.object_id for one in door.read_counts([ref], LATER)} == {"", ref.remote_id}
    assert +meter.used == {"user_read": 1, "owned_read": 5, "post_read": 1}
    meter.used.clear()
    assert len(door.read_counts([ref], LATER + timedelta(days=60))) == 6
    assert +meter.used == {"user_read": 1, "post_read": 1}


def test_readings_leave_a_share_of_the_ceiling_to_what_is_said(case: XCase) -> None:
    meter = MemoryMeter("x", Decimal("0.5"))
    door = metered(case, meter)
    meter.charge("content_create", 27, now=START)
    with pytest.raises(ReadingPaused) as caught:
        door.verify(START)
    assert "publishing goes on" in caught.value.advice
    case.lose_answer()
    with pytest.raises(OutcomeUnknown):
        published(door)
    meter.spare("content_create", 12, now=START)
    assert door.find(Draft("A first word, and a question: who is there?"), key="k", since=START, now=LATER)


def test_a_reading_that_is_stopped_midway_keeps_what_was_paid_and_goes_on_from_there(case: XCase) -> None:
    ref = published(case.connector())
    case.let_others_react(ref)
    cursor = metered(case, MemoryMeter("x")).read_events("", START + timedelta(minutes=30)).cursor
    for count in range(60):
        case.network.world.make(LEA, f"@marion_x {count}", LATER + timedelta(days=1, minutes=count))
    at = LATER + timedelta(days=2)
    first = metered(case, MemoryMeter("x", Decimal("0.79"))).read_events(cursor, at)
    assert [one.text for one in first.items] == [f"@marion_x {count}" for count in range(40, 60)]
    assert (first.has_more, first.has_gap) == (True, True)
    with pytest.raises(ReadingPaused):
        metered(case, MemoryMeter("x", Decimal("0.1"))).read_events(first.cursor, at)
    meter = MemoryMeter("x")
    second = metered(case, meter).read_events(first.cursor, at)
    assert (len(second.items), second.has_more) == (69, True)
    assert meter.used["owned_read"] == 69
    third = metered(case, meter).read_events(second.cursor, at)
    assert (third.items, third.has_more, third.has_gap) == ((), False, False)
    assert third.cursor == first.items[-1].remote_id


def test_a_first_reading_goes_back_two_hundred_posts_and_says_that_there_are_more(
    case: XCase, meter: MemoryMeter
) -> None:
    for count in range(250):
        case.network.world.make(ME, f"Word {count}.", START - timedelta(days=20) + timedelta(minutes=count))
    page = metered(case, meter).read_posts("", LATER)
    assert (len(page.items), page.items[-1].text, page.has_gap, page.has_more) == (
        200,
        "This was said already.",
        True,
        False,
    )
    assert meter.used["owned_read"] == 200
    assert metered(case, meter).read_posts(page.cursor, LATER).items == ()


def test_a_reading_that_could_pass_the_ceiling_is_not_begun(case: XCase) -> None:
    meter = MemoryMeter("x", Decimal("0.3"))
    with pytest.raises(CeilingReached):
        metered(case, meter).read_events("", LATER)
    assert meter.spent(START) == 0
    assert case.network.requests == []


def test_a_call_that_was_refused_costs_nothing_and_a_lost_one_is_counted(
    case: XCase, meter: MemoryMeter
) -> None:
    door = metered(case, meter)
    with pytest.raises(ContentRefused):
        published(door, case.refused_draft())
    assert meter.spent(START) == 0
    case.lose_answer()
    with pytest.raises(OutcomeUnknown):
        published(door)
    assert +meter.used == {"content_create": 1}


def test_looking_for_a_lost_post_costs_a_thousandth_a_post(case: XCase, meter: MemoryMeter) -> None:
    door = metered(case, meter)
    published(door)
    meter.used.clear()
    door.find(Draft("A first word, and a question: who is there?"), key="k", since=START, now=LATER)
    assert meter.spent(START) == Decimal("0.001")


def test_what_is_left_of_a_window_is_told_and_held_to(case: XCase, meter: MemoryMeter) -> None:
    door = metered(case, meter)
    door.verify(START)
    assert meter.windows["GET /users/me"] == (299, START + timedelta(minutes=15))
    meter.told("GET /users/me", 0, START + timedelta(minutes=15))
    with pytest.raises(RateLimited) as caught:
        door.verify(START)
    assert caught.value.retry_at == START + timedelta(minutes=15)
    assert len(case.network.requests) == 1


def test_a_refusal_too_tells_what_is_left_of_a_window(case: XCase, meter: MemoryMeter) -> None:
    door = metered(case, meter)
    case.limit_rate()
    for _turn in (1, 2):
        with pytest.raises(RateLimited) as caught:
            door.verify(START)
        assert caught.value.retry_at == START + timedelta(minutes=15)
    assert len(case.network.requests) == 1


@pytest.mark.parametrize("value", ["", "soon", "-3", "9" * 40, "٣"])
def test_headers_that_tell_no_numbers_are_passed_over(case: XCase, value: str) -> None:
    answer = httpx.Response(
        200,
        json={"data": {"id": ME}},
        headers=[(b"x-rate-limit-remaining", value.encode()), (b"x-rate-limit-reset", value.encode())],
    )
    meter = MemoryMeter("x")
    door = XConnector(case.options(), case.secret(), transport=Wire(lambda _r: answer), meter=meter)
    assert door.verify(START).actor.remote_id == ME
    assert meter.windows == {}


def test_an_outage_costs_nothing(case: XCase, meter: MemoryMeter) -> None:
    door = metered(case, meter)
    for _turn in range(3):
        case.unreachable()
        with pytest.raises(Unreachable):
            door.read_events("", LATER)
    assert meter.spent(START) == 0
