"""Stretches of time drawn beside one another: months of equal width, and where a day lies among them."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

UNIT: Final = 100
"""Width of a month. Places are whole numbers, which every language writes alike."""
SHOWN_AT_LEAST: Final = 6
LEFT_OPEN: Final = 3
"""How many months are shown after today of what has no end."""
LABELS: Final = 12
Stretch = tuple[date, date | None]
"""[first day, end), None for no end."""


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


@dataclass(frozen=True)
class Bar:
    """A stretch as it is drawn: up to `width` for certain, and `open_width` more as long as nothing ends it."""

    x: int
    width: int
    open_width: int


@dataclass(frozen=True)
class Tick:
    """The beginning of a month, and whether there is room to name it."""

    x: int
    day: date
    is_named: bool


@dataclass(frozen=True)
class Scale:
    """So many months from `first`, counted since year 0; `today` among them."""

    first: int
    count: int
    today: int

    @classmethod
    def of(cls, stretches: Iterable[Stretch], today: date) -> "Scale":
        """Return the scale on which all `stretches` and `today` can be drawn."""
        known = list(stretches)
        first = min([_months(today), *(_months(start) for start, _end in known)])
        ends = [_months(day) for start, end in known for day in (end or start,)]
        last = max([_months(today) + LEFT_OPEN, *ends])
        scale = cls(first, max(last - first + 1, SHOWN_AT_LEAST), 0)
        return cls(scale.first, scale.count, scale.place(today))

    @property
    def width(self) -> int:
        """Return the width of the whole."""
        return self.count * UNIT

    def place(self, day: date) -> int:
        """Return where `day` begins."""
        passed = (day.day - 1) * UNIT // monthrange(day.year, day.month)[1]
        return (_months(day) - self.first) * UNIT + passed

    def bar(self, start: date, end: date | None) -> Bar:
        """Return how a stretch is drawn; one without an end reaches the edge."""
        x = self.place(start)
        if end:
            return Bar(x, self.place(end) - x, 0)
        known = max(self.today - x, 0)
        return Bar(x, known, self.width - x - known)

    @property
    def ticks(self) -> list[Tick]:
        """Return the beginning of each month; as many are named as there is room for."""
        step = next(step for step in (1, 2, 3, 6, 12, self.count) if self.count <= LABELS * step)
        months = range(self.first, self.first + self.count)
        return [
            Tick((month - self.first) * UNIT, date(month // 12, month % 12 + 1, 1), month % step == 0)
            for month in months
        ]
