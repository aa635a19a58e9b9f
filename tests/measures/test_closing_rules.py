"""When a month may be closed, and when people are reminded of it: without a database."""

from datetime import date

import pytest

from portevoix.core.periods import Month
from portevoix.measures.rules import (
    Call,
    Obstacle,
    Standing,
    call_on,
    closes_without_from,
    is_same,
    whose_comment,
)

OCTOBER = Month(2026, 10)


def _obstacle(
    today: date,
    *,
    is_closed: bool = False,
    has_figures: bool = True,
    is_computed: bool = True,
    awaited: tuple[int, ...] = (),
) -> Obstacle | None:
    return Standing(OCTOBER, today, is_closed, has_figures, is_computed, awaited).obstacle


def test_a_month_may_be_closed_on_the_day_after_its_last_when_every_comment_is_there() -> None:
    assert _obstacle(date(2026, 11, 1)) is None
    assert _obstacle(date(2026, 10, 31)) is Obstacle.NOT_OVER


def test_missing_comments_are_waited_for_during_five_whole_days() -> None:
    waited_for = [day for day in range(1, 10) if _obstacle(date(2026, 11, day), awaited=(7,))]
    assert waited_for == [1, 2, 3, 4, 5]
    assert _obstacle(date(2026, 11, 5), awaited=(7,)) is Obstacle.AWAITING
    assert closes_without_from(OCTOBER) == date(2026, 11, 6)


def test_a_closed_month_is_not_closed_again_whatever_else_holds() -> None:
    assert _obstacle(date(2026, 10, 1), is_closed=True, has_figures=False) is Obstacle.CLOSED


def test_a_month_of_which_nobody_told_anything_is_not_closed() -> None:
    assert _obstacle(date(2026, 12, 1), has_figures=False) is Obstacle.NO_FIGURES


def test_figures_that_were_never_computed_are_not_closed() -> None:
    assert _obstacle(date(2026, 12, 1), is_computed=False, awaited=(7,)) is Obstacle.NOT_COMPUTED


@pytest.mark.parametrize(
    ("day", "call"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), Call.FIRST),
        (date(2026, 11, 3), Call.FIRST),
        (date(2026, 11, 4), Call.SECOND),
        (date(2026, 11, 30), Call.SECOND),
    ],
)
def test_holders_are_reminded_on_the_first_and_on_the_fourth_day(day: date, call: Call | None) -> None:
    assert call_on(OCTOBER, day) is call


def test_figures_are_the_same_but_for_the_order_in_which_a_mean_was_added_up() -> None:
    assert is_same(0.1 + 0.2, 0.3)
    assert not is_same(3, 4)
    assert not is_same(0, None)
    assert is_same(None, None)


def test_a_month_waits_for_the_comment_of_whom_the_public_hears() -> None:
    states = dict(enumerate(("candidate", "trial", "active", "paused", "closed")))
    assert whose_comment(states) == {1, 2}
