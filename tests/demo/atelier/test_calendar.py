"""A life ends now, whatever its length and the day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from portevoix.core.periods import Month
from portevoix.demo.atelier.calendar import SCENES, SHORTEST, Calendar

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_whole_life_has_fourteen_months_and_ends_in_the_one_that_runs() -> None:
    months = Calendar(NOW, PARIS).months
    assert (len(months), months[0], months[-1]) == (14, Month(2025, 10), Month(2026, 11))


def test_the_month_that_runs_is_the_one_of_the_zone() -> None:
    assert Calendar(datetime(2026, 11, 30, 23, 30, tzinfo=UTC), PARIS).months[-1] == Month(2026, 12)


def test_all_months_that_are_over_are_closed_but_the_last() -> None:
    calendar = Calendar(NOW, PARIS)
    assert (len(calendar.closed), calendar.closed[-1], calendar.awaiting) == (
        12,
        Month(2026, 9),
        Month(2026, 10),
    )


@pytest.mark.parametrize("count", range(SHORTEST, SCENES + 1))
def test_every_length_plays_every_scene_in_order_and_closes_the_month_of_the_silence(count: int) -> None:
    calendar = Calendar(NOW, PARIS, count)
    played = [calendar.month(scene) for scene in range(SCENES)]
    assert played == sorted(played)
    assert set(played) == set(calendar.months)
    assert all(calendar.month(calendar.scene(month)) == month for month in calendar.months)
    assert calendar.silent in calendar.closed


@pytest.mark.parametrize("count", [SHORTEST - 1, SCENES + 1])
def test_other_lengths_are_not_told(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} months"):
        Calendar(NOW, PARIS, count)


def test_a_day_is_lived_by_the_wall_clock_of_the_zone() -> None:
    calendar = Calendar(NOW, PARIS)
    assert calendar.at(date(2026, 10, 24), 8) == datetime(2026, 10, 24, 6, tzinfo=UTC)
    assert calendar.at(date(2026, 10, 26), 8) == datetime(2026, 10, 26, 7, tzinfo=UTC)
    assert len(list(calendar.days(Month(2026, 2)))) == 28
