"""Instants are aware, and microseconds are exact."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.core import clock

ZONES = st.sampled_from([timezone(timedelta(minutes=minutes)) for minutes in (-720, -210, 0, 345, 840)])


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=ZONES))  # noqa: DTZ001 - bounds are naive there
def test_an_instant_survives_the_way_to_microseconds_and_back(instant: datetime) -> None:
    assert clock.from_us(clock.to_us(instant)) == instant


@given(st.integers(0, 2**53))
def test_microseconds_survive_the_way_to_an_instant_and_back(us: int) -> None:
    assert clock.to_us(clock.from_us(us)) == us


def test_large_instants_are_exact_where_floating_seconds_would_not_be() -> None:
    instant = datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert clock.to_us(instant) == 7_258_118_399_999_999


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(ValueError, match="naive"):
        clock.to_us(datetime(2026, 11, 23))  # noqa: DTZ001 - that is what is tried


def test_the_present_instant_knows_its_zone() -> None:
    assert clock.now().utcoffset() == timedelta(0)
