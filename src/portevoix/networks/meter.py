"""What calls cost and how many are left: noted before each call, so that a ceiling stops before it is passed."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

READING_SHARE: Final = Decimal("0.8")
"""Of its ceiling, what an account's readings may spend: the rest is kept for what it wants to say."""


class Meter(Protocol):
    """What one account may still use. A connector tells it what it is about to do, and what the network said."""

    def charge(self, what: str, count: int = 1, *, now: datetime, is_reading: bool = False) -> None:
        """Note that `count` of `what` (a line of the network's price list) are about to be used.

        Raises CeilingReached, nothing noted, when that would cost more than the account may this month; a
        reading that may wait, which `is_reading`, may use READING_SHARE of it, and ends in ReadingPaused.
        """

    def spare(self, what: str, count: int = 1, *, now: datetime) -> None:
        """Give back `count` of `what`: they were charged, since nobody could tell before, and not used."""

    def require(self, window: str, count: int = 1, *, now: datetime) -> None:
        """Hold that `count` more calls fit what the network left of `window`. Raises RateLimited."""

    def use(self, window: str, of: int, lasting: timedelta, *, now: datetime) -> None:
        """Count one call of a window that the network does not tell: `of` are let through while it is `lasting`.

        Raises RateLimited, nothing counted, when they are used up.
        """

    def told(self, window: str, remaining: int, resets_at: datetime) -> None:
        """Note what the network said: `remaining` calls of `window` until `resets_at`."""


class Unmetered:
    """The meter of an account that costs nothing and of which no limit is kept."""

    def charge(self, what: str, count: int = 1, *, now: datetime, is_reading: bool = False) -> None:
        """Note nothing."""

    def spare(self, what: str, count: int = 1, *, now: datetime) -> None:
        """Note nothing."""

    def require(self, window: str, count: int = 1, *, now: datetime) -> None:
        """Let everything pass."""

    def use(self, window: str, of: int, lasting: timedelta, *, now: datetime) -> None:
        """Let everything pass."""

    def told(self, window: str, remaining: int, resets_at: datetime) -> None:
        """Note nothing."""


UNMETERED = Unmetered()
