"""Months as people live them, whatever clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.core import clock
from portevoix.core.periods import Month, utc_days_us

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
HOUR_US = 3_600 * clock.SECOND_US
MONTHS = st.builds(Month, st.integers(1971, 2050), st.integers(1, 12))
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
# Clocks there once changed at midnight of a first of the month, or a day went missing.
ODD_ZONES = st.sampled_from(
    [
        "America/Sao_Paulo",
        "Asia/Amman",
        "Asia/Beirut",
        "Africa/Cairo",
        "America/Asuncion",
        "Pacific/Apia",
        "Asia/Gaza",
    ]
).map(ZoneInfo)


@given(MONTHS, st.one_of(ZONES, ODD_ZONES))
def test_each_month_ends_where_the_next_begins(month: Month, zone: ZoneInfo) -> None:
    start, end = month.bounds_us(zone)
    assert start < end
    assert month.next.bounds_us(zone)[0] == end
    assert month.previous.bounds_us(zone)[1] == start


@given(
    st.integers(clock.SECOND_US * 31_536_000, clock.SECOND_US * 2_500_000_000), st.one_of(ZONES, ODD_ZONES)
)
def test_an_instant_lies_within_the_bounds_of_its_month(us: int, zone: ZoneInfo) -> None:
    start, end = Month.of(clock.from_us(us), zone).bounds_us(zone)
    assert start <= us < end


@given(MONTHS, st.one_of(ZONES, ODD_ZONES))
def test_the_instants_at_both_ends_belong_to_the_month(month: Month, zone: ZoneInfo) -> None:
    start, end = month.bounds_us(zone)
    assert Month.of(clock.from_us(start), zone) == month
    assert Month.of(clock.from_us(end - 1), zone) == month
    assert Month.of(clock.from_us(end), zone) == month.next


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


def test_the_month_with_the_short_night_lacks_an_hour() -> None:
    start, end = Month(2026, 3).bounds_us(PARIS)
    assert (end - start) == 31 * 24 * HOUR_US - HOUR_US
    before = datetime(2026, 3, 29, 1, 59, 59, tzinfo=PARIS)
    after = datetime(2026, 3, 29, 3, 0, tzinfo=PARIS)
    assert clock.to_us(after) - clock.to_us(before) == clock.SECOND_US


def test_the_month_with_the_long_night_has_an_hour_more_and_both_half_past_two() -> None:
    start, end = Month(2026, 10).bounds_us(PARIS)
    assert (end - start) == 31 * 24 * HOUR_US + HOUR_US
    first = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    second = first.replace(fold=1)
    assert clock.to_us(second) - clock.to_us(first) == HOUR_US
    assert all(start <= clock.to_us(instant) < end for instant in (first, second))


def test_new_york_turns_its_clocks_on_other_nights() -> None:
    assert (
        Month(2026, 3).bounds_us(NEW_YORK)[1] - Month(2026, 3).bounds_us(NEW_YORK)[0]
        == (31 * 24 - 1) * HOUR_US
    )
    assert (
        Month(2026, 11).bounds_us(NEW_YORK)[1] - Month(2026, 11).bounds_us(NEW_YORK)[0]
        == (30 * 24 + 1) * HOUR_US
    )


def test_one_instant_is_another_month_elsewhere() -> None:
    instant = datetime(2012, 7, 1, 0, 2, 52, tzinfo=UTC)
    assert (Month.of(instant, PARIS), Month.of(instant, NEW_YORK)) == (Month(2012, 7), Month(2012, 6))


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-00", "26-01", "2026-1", "2026/01", "1969-12", "9999-01", "", "२०२६-०१", "2026-01-01"],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_years_turn() -> None:
    assert (Month(2026, 12).next, Month(2026, 1).previous) == (Month(2027, 1), Month(2025, 12))


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
def test_the_first_and_the_last_month_that_can_be_typed_have_neighbours_in_every_zone(zone: str) -> None:
    first, last = Month.parse("1970-01"), Month.parse("9998-12")
    assert first.previous.bounds_us(ZoneInfo(zone))[1] == first.bounds_us(ZoneInfo(zone))[0]
    assert last.next.bounds_us(ZoneInfo(zone))[0] == last.bounds_us(ZoneInfo(zone))[1]
    assert Month.of(clock.EPOCH, ZoneInfo(zone)) in (first.previous, first)


def test_months_stand_in_order() -> None:
    assert sorted([Month(2027, 1), Month(2026, 12), Month(2026, 2)]) == [
        Month(2026, 2),
        Month(2026, 12),
        Month(2027, 1),
    ]


@given(st.integers(0, 2**52), st.integers(0, 2**45))
def test_whole_days_hold_both_ends_and_little_more(first_us: int, length_us: int) -> None:
    last_us = first_us + length_us
    start, end = utc_days_us(first_us, last_us)
    assert start <= first_us <= last_us < end
    assert start % clock.DAY_US == end % clock.DAY_US == 0
    assert first_us - start < clock.DAY_US
    assert end - last_us <= clock.DAY_US


def test_a_fact_at_midnight_covers_the_day_that_begins() -> None:
    midnight = clock.to_us(datetime(2026, 7, 2, tzinfo=UTC))
    day = clock.to_us(datetime(2026, 7, 2, tzinfo=UTC) + timedelta(days=1))
    assert utc_days_us(midnight, midnight) == (midnight, day)
