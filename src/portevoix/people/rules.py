"""Until when a role lasts, with no database and no clock."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

GUEST_MONTHS: Final = 12
"""For how many months, at most, a guest's role is given."""
STEP_MONTHS: Final = 3
"""By how many months one gesture prolongs a role."""
NOTICE: Final = timedelta(days=14)
"""How long before its last day a role is said to end soon."""
_MONTHS_A_YEAR: Final = 12


def months_later(day: date, months: int) -> date:
    """Return the same day `months` later, or the last one of a month that is too short for it."""
    years, index = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    year, month = day.year + years, index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def latest_end(on: date) -> date:
    """Return the last day that a guest may be given on the day `on`."""
    return months_later(on, GUEST_MONTHS)


def prolonged(expires_on: date | None, *, on: date) -> date:
    """Return the last day of a role that is prolonged by one gesture on the day `on`.

    It is counted from its last day, or from today when that is past or was never told, and goes no farther than
    a guest's may.
    """
    start, latest = max(expires_on, on) if expires_on else on, latest_end(on)
    return start if start >= latest else min(months_later(start, STEP_MONTHS), latest)


def lasts_less(before: Collection[date | None], after: Collection[date | None]) -> bool:
    """Return whether what ends with the last of the days `after` ends sooner than with the last of `before`.

    None is no end; of no day at all, nothing lasts.
    """
    return _end_of(after) < _end_of(before)


def _end_of(days: Collection[date | None]) -> date:
    return max((day or date.max for day in days), default=date.min)


def ends_soon(expires_on: date | None, *, on: date) -> bool:
    """Return whether a role that still lasts on the day `on` ends within NOTICE."""
    return expires_on is not None and timedelta(0) <= expires_on - on <= NOTICE


def has_ended(expires_on: date | None, *, on: date) -> bool:
    """Return whether the last day of a role is past on the day `on`."""
    return expires_on is not None and expires_on < on
