"""Who follows a sandbox account at any instant, without a row anywhere.

A crowd is a pure function of the network's seed and of how its account began. Each day brings newcomers;
some of them, and some of the founders, leave after a while.
"""

from bisect import bisect_left, bisect_right, insort
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from portevoix.core.clock import DAY_US
from portevoix.networks.sandbox.chance import Dice
from portevoix.networks.sandbox.people import BLOCK

NEWCOMER_LEAVES = 0.35
NEWCOMER_STAYS_DAYS = 90.0
FOUNDER_LEAVES = 0.15
FOUNDER_STAYS_DAYS = 400.0
_TRIES = 40


class Origin(NamedTuple):
    """How an account began: all that its crowd depends on. `growth` is newcomers a day, on average."""

    seed: int
    account: str
    opened_us: int
    founders: int
    growth: float


class Crowd:
    """The followers of one account. Follower `k` is the k-th who ever came; days are worked out as asked."""

    def __init__(self, origin: Origin) -> None:
        dice = Dice(origin.seed, origin.account, "crowd")
        self._origin = origin
        self._offset, self._step = dice.below(BLOCK), 1 + dice.below(BLOCK - 1)
        self._arrivals: list[int] = []
        self._leaves: list[int | None] = []
        self._departures: list[tuple[int, int]] = []
        self._days = 0
        self._lock = Lock()
        for _founder in range(origin.founders):
            self._add(dice, origin.opened_us, FOUNDER_LEAVES, FOUNDER_STAYS_DAYS)

    def _add(self, dice: Dice, arrival_us: int, leaves: float, days: float) -> None:
        departure = arrival_us + 1 + int(dice.wait(days) * DAY_US) if dice.happens(leaves) else None
        if departure is not None:
            insort(self._departures, (departure, len(self._arrivals)))
        self._arrivals.append(arrival_us)
        self._leaves.append(departure)

    def _reach(self, us: int) -> None:
        """Work out every day up to the instant `us`. What was before the reach never changes."""
        origin = self._origin
        if not origin.growth or us < origin.opened_us + self._days * DAY_US:
            return
        with self._lock:
            while origin.opened_us + self._days * DAY_US <= us:
                dice = Dice(origin.seed, origin.account, "day", self._days)
                start = origin.opened_us + self._days * DAY_US + 1
                comers = dice.count(origin.growth)
                for moment in sorted(start + dice.below(DAY_US) for _comer in range(comers)):
                    self._add(dice, moment, NEWCOMER_LEAVES, NEWCOMER_STAYS_DAYS)
                self._days += 1

    def person(self, k: int) -> int:
        """Return the number of the person who is follower `k`. Crowds overlap; nobody is in one twice."""
        block, place = divmod(k, BLOCK)
        return block * BLOCK + (self._offset + self._step * place) % BLOCK

    def size(self, us: int) -> int:
        """Return how many follow at the instant `us`."""
        self._reach(us)
        return bisect_right(self._arrivals, us) - bisect_left(self._departures, (us + 1, 0))

    def people(self, us: int) -> list[int]:
        """Return the numbers of the people who follow at the instant `us`."""
        self._reach(us)
        arrived = range(bisect_right(self._arrivals, us))
        return [self.person(k) for k in arrived if (gone := self._leaves[k]) is None or gone > us]

    def somebody(self, dice: Dice, us: int) -> int | None:
        """Return the number of a person who follows at `us`, or None when hardly anybody does."""
        self._reach(us)
        arrived = bisect_right(self._arrivals, us)
        for _try in range(_TRIES if arrived else 0):
            k = dice.below(arrived)
            departure = self._leaves[k]
            if departure is None or departure > us:
                return self.person(k)
        return None

    def arrivals(self, start_us: int, end_us: int) -> list[tuple[int, int]]:
        """Return (instant, k) of those who came from `start_us` to `end_us` (excluded), founders aside."""
        self._reach(end_us)
        first = max(bisect_left(self._arrivals, start_us), self._origin.founders)
        return [(self._arrivals[k], k) for k in range(first, bisect_left(self._arrivals, end_us))]

    def departures(self, start_us: int, end_us: int) -> list[tuple[int, int]]:
        """Return (instant, k) of those who left from `start_us` to `end_us` (excluded)."""
        self._reach(end_us)
        first, last = bisect_left(self._departures, (start_us, 0)), bisect_left(self._departures, (end_us, 0))
        return self._departures[first:last]


@lru_cache(maxsize=256)
def crowd_of(origin: Origin) -> Crowd:
    """Return the crowd of an account, worked out once a process."""
    return Crowd(origin)
