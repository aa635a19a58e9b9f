"""Months as people mean them: in the brand's time zone. Engines only ever see UTC microseconds."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import total_ordering

from portevoix.core import clock

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_MONTHS_A_YEAR = 12
_YEARS = range(1969, 10_000)
"""Around the years that people may type: each of their months has one before it and one after it, and an
instant of theirs may lie in a neighbouring year elsewhere."""
_TYPED_YEARS = range(1970, 9999)


@total_ordering
@dataclass(frozen=True)
class Month:
    """A calendar month, without a zone until one is given to `bounds_us`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= _MONTHS_A_YEAR and self.year in _YEARS):
            raise ValueError(f"no such month: {self.year}-{self.number}")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month written `YYYY-MM`, 1970 to 9998. Raises ValueError for anything else."""
        match = _MONTH.fullmatch(text)
        if not match or int(match[1]) not in _TYPED_YEARS:
            raise ValueError(f"{text!r} is not a month: write it like 2026-10")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, instant: datetime, zone: tzinfo = UTC) -> "Month":
        """Return the month in which `instant` (aware) falls in `zone`."""
        local = instant.astimezone(zone)
        return cls(local.year, local.month)

    @property
    def next(self) -> "Month":
        """Return the month after this one. Raises ValueError after the year 9999."""
        return Month(self.year + self.number // _MONTHS_A_YEAR, self.number % _MONTHS_A_YEAR + 1)

    @property
    def previous(self) -> "Month":
        """Return the month before this one. Raises ValueError before the year 1969."""
        if self.number == 1:
            return Month(self.year - 1, _MONTHS_A_YEAR)
        return Month(self.year, self.number - 1)

    @property
    def first_day(self) -> date:
        """Return the month's first day."""
        return date(self.year, self.number, 1)

    def bounds_us(self, zone: tzinfo) -> tuple[int, int]:
        """Return (from, to) in UTC microseconds, `to` excluded, of this month as lived in `zone`."""
        start = datetime(self.year, self.number, 1, tzinfo=zone)
        after = self.next
        return clock.to_us(start), clock.to_us(datetime(after.year, after.number, 1, tzinfo=zone))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def __lt__(self, other: "Month") -> bool:
        return (self.year, self.number) < (other.year, other.number)


FIRST_MONTH = Month(_TYPED_YEARS.start, 1)
"""The first month that people may type."""


def utc_days_us(first_us: int, last_us: int) -> tuple[int, int]:
    """Return (from, to) of the whole UTC days from that of `first_us` to that of `last_us`, `to` excluded."""
    return first_us // clock.DAY_US * clock.DAY_US, (last_us // clock.DAY_US + 1) * clock.DAY_US
