"""Instants are aware, and microseconds are exact."""

from concurrent.futures import ThreadPoolExecutor
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


LONG_AGO = datetime(2025, 3, 1, 12, tzinfo=timezone(timedelta(hours=1)))


def test_within_a_block_it_is_another_instant_and_afterwards_the_present_again() -> None:
    with clock.at(LONG_AGO):
        assert clock.now() == LONG_AGO
        assert clock.now().utcoffset() == timedelta(0)
        with clock.at(LONG_AGO + timedelta(days=1)):
            assert clock.now() == LONG_AGO + timedelta(days=1)
        assert clock.now() == LONG_AGO
    assert clock.now() > LONG_AGO


def test_it_is_the_present_again_after_a_block_that_failed() -> None:
    with pytest.raises(ZeroDivisionError), clock.at(LONG_AGO):
        _never = 1 // 0
    assert clock.now() > LONG_AGO


def test_another_thread_keeps_its_own_time() -> None:
    with clock.at(LONG_AGO), ThreadPoolExecutor(1) as others:
        assert others.submit(clock.now).result() > LONG_AGO


def test_it_is_never_a_naive_instant() -> None:
    with pytest.raises(ValueError, match="naive"), clock.at(datetime(2026, 11, 23)):  # noqa: DTZ001 - as above
        pass
