"""The months of a life that ends now. Pure: `now` and the zone are given.

The story is told in fourteen *scenes*, one a month. A shorter life tells the same story faster: several scenes
share a month.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from portevoix.core import clock
from portevoix.core.periods import Month

SCENES: Final = 14
"""Months of a whole life, the one that runs now included."""
SHORTEST: Final = 3
"""Months of the shortest life: one that is closed, one that waits for its closing, and the one that runs."""


@dataclass(frozen=True)
class Calendar:
    """A life of `count` months in `zone` whose last month is the one that runs at `now` (aware)."""

    now: datetime
    zone: tzinfo
    count: int = SCENES

    def __post_init__(self) -> None:
        if not SHORTEST <= self.count <= SCENES:
            raise ValueError(f"a life of {self.count} months is not told")

    @property
    def months(self) -> tuple[Month, ...]:
        """Return the months, oldest first."""
        found = [Month.of(self.now, self.zone)]
        while len(found) < self.count:
            found.append(found[-1].previous)
        return tuple(reversed(found))

    def month(self, scene: int) -> Month:
        """Return the month in which `scene` (0 to SCENES - 1) is played."""
        return self.months[scene * self.count // SCENES]

    def scene(self, month: Month) -> int:
        """Return the last scene that is played in `month`."""
        place = self.months.index(month)
        return ((place + 1) * SCENES - 1) // self.count

    def day(self, scene: int, day: int) -> date:
        """Return the day `day` (1 to 28) of the month of `scene`."""
        return self.month(scene).first_day.replace(day=day)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return the instant of a wall clock in the zone, in UTC microseconds exactly."""
        return clock.from_us(clock.to_us(datetime.combine(day, time(hour, minute), tzinfo=self.zone)))

    def days(self, month: Month) -> Iterator[date]:
        """Yield the days of `month`."""
        day = month.first_day
        while day < month.next.first_day:
            yield day
            day += timedelta(days=1)

    def start(self, month: Month) -> datetime:
        """Return the first instant of `month`."""
        return self.at(month.first_day, 0)

    @property
    def closed(self) -> tuple[Month, ...]:
        """Return the months that the lead has closed: all that are over but the last."""
        return self.months[:-2]

    @property
    def awaiting(self) -> Month:
        """Return the month that is over and waits for its closing."""
        return self.months[-2]

    @property
    def silent(self) -> Month:
        """Return the month at whose end one account told nothing: it was closed before that was known."""
        return min(self.month(7), self.closed[-1])
