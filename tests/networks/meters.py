"""A meter for tests: it keeps what one account has used in memory."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

from portevoix.networks.errors import CeilingReached, RateLimited, ReadingPaused
from portevoix.networks.meter import READING_SHARE
from portevoix.networks.prices import price


class MemoryMeter:
    """What one account has used, up to `ceiling` dollars (None: no end), and what is left of windows."""

    def __init__(self, network: str, ceiling: Decimal | None = None) -> None:
        self._network, self._ceiling = network, ceiling
        self.used: Counter[str] = Counter()
        self.windows: dict[str, tuple[int, datetime]] = {}

    def charge(self, what: str, count: int = 1, *, now: datetime, is_reading: bool = False) -> None:
        """Note `count` of `what`. Raises CeilingReached, nothing noted."""
        cost = count * price(self._network, what, now.date())
        share = READING_SHARE if is_reading else 1
        if self._ceiling is not None and self.spent(now) + cost > self._ceiling * share:
            raise (ReadingPaused if is_reading else CeilingReached)(f"{what} would cost {cost}")
        self.used[what] += count

    def spare(self, what: str, count: int = 1, *, now: datetime) -> None:
        """Give back `count` of `what`."""
        assert 0 <= count <= self.used[what], "more is given back than was charged"
        self.used[what] -= count

    def require(self, window: str, count: int = 1, *, now: datetime) -> None:
        """Raise RateLimited when fewer calls than `count` are left of `window`."""
        remaining, resets_at = self.windows.get(window, (count, now))
        if now < resets_at and remaining < count:
            raise RateLimited(resets_at, f"{window} is used up")

    def use(self, window: str, of: int, lasting: timedelta, *, now: datetime) -> None:
        """Count one of `of` calls of a window. Raises RateLimited."""
        self.require(window, now=now)
        remaining, resets_at = self.windows.get(window, (of, now))
        self.windows[window] = (remaining - 1, resets_at) if now < resets_at else (of - 1, now + lasting)

    def told(self, window: str, remaining: int, resets_at: datetime) -> None:
        """Note what the network said."""
        self.windows[window] = (remaining, resets_at)

    def spent(self, now: datetime) -> Decimal:
        """Return the dollars spent so far."""
        return sum((n * price(self._network, what, now.date()) for what, n in self.used.items()), Decimal(0))
