"""When a month may be closed, when people are reminded of it, and when two figures are the same."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from portevoix.core.periods import Month
from portevoix.programme.states import SPEAKING

DAYS_TO_COMMENT: Final = 5
"""Whole days after a month's end in which its comments are waited for."""
SECOND_REMINDER: Final = 4
"""The day of the next month on which those who have not commented are reminded once more."""
_CLOSENESS: Final = 1e-12


class Obstacle(StrEnum):
    """Why a month may not be closed, the first reason that holds."""

    CLOSED = "closed"
    """It already is."""
    NOT_OVER = "not_over"
    """Its last day has not passed, in the brand's zone."""
    NO_FIGURES = "no_figures"
    """Nobody looked: no source covers any of it, and no line has a value."""
    NOT_COMPUTED = "not_computed"
    """Its figures were never computed."""
    AWAITING = "awaiting"
    """Comments are missing, and those who write them still have days left."""


def whose_comment(states: Mapping[int, str]) -> frozenset[int]:
    """Return whose comment a month waits for, of the voices that have a value in it, told with their `states`.

    Those that the public hears at present: whoever holds a paused voice may be away for long, and a candidate has
    not begun. Voices are told by their numbers; who has commented already is the caller's to leave out.
    """
    return frozenset(number for number, state in states.items() if state in SPEAKING)


@dataclass(frozen=True)
class Standing:
    """How a month stands on the day `today` of its brand: what decides whether it may be closed.

    `awaited` are the voices whose comment is missing.
    """

    month: Month
    today: date
    is_closed: bool
    has_figures: bool
    is_computed: bool
    awaited: Collection[int]

    @property
    def is_over(self) -> bool:
        """Return whether the month's last day has passed."""
        return is_over(self.month, self.today)

    @property
    def obstacle(self) -> Obstacle | None:
        """Return why the month may not be closed, None when it may."""
        reasons = {
            Obstacle.CLOSED: self.is_closed,
            Obstacle.NOT_OVER: not self.is_over,
            Obstacle.NO_FIGURES: not self.has_figures,
            Obstacle.NOT_COMPUTED: not self.is_computed,
            Obstacle.AWAITING: bool(self.awaited) and self.today < closes_without_from(self.month),
        }
        return next((reason for reason, holds in reasons.items() if holds), None)


def is_over(month: Month, today: date) -> bool:
    """Return whether the last day of `month` has passed on the day `today`."""
    return today >= month.next.first_day


def closes_without_from(month: Month) -> date:
    """Return the first day on which `month` may be closed although comments are missing."""
    return month.next.first_day + timedelta(days=DAYS_TO_COMMENT)


class Call(StrEnum):
    """What a reminder is about."""

    FIRST = "first"
    """A month has just ended, and a comment is awaited."""
    SECOND = "second"
    """It still is."""
    CLOSABLE = "closable"
    """The month may be closed."""


def call_on(month: Month, today: date) -> Call | None:
    """Return what holders whose comment on `month` is missing are reminded of on the day `today`, if of anything.

    Where nobody was reminded on the first day, the later reminder stands for both.
    """
    if not is_over(month, today):
        return None
    is_second = today >= month.next.first_day + timedelta(days=SECOND_REMINDER - 1)
    return Call.SECOND if is_second else Call.FIRST


def is_same(one: float | None, other: float | None) -> bool:
    """Return whether two figures are the same but for the order in which a mean was added up."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_CLOSENESS)
