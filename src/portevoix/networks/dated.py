"""Reading what blogs list by date, without gap or repeat, although some of it appears late.

A comment keeps the date at which it was written and appears when somebody approves it; a scheduled post keeps
its date and appears when the site gets round to it. Such rows are seen before they are shown: their keys wait
in the cursor, and are asked for each time until they are shown or gone.

Sites filter by their own clock, on which an hour comes twice a year: what is asked for begins OVERLAP before the
place that was reached, and rows up to it are dropped here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from portevoix.networks.contracts import Page
from portevoix.networks.errors import UnexpectedReply

T = TypeVar("T")
Place = tuple[datetime, int, str]
OVERLAP: Final = timedelta(hours=3)
MOST_WAITING: Final = 500
"""Keys that a cursor carries; a site with more comments to approve gives up the oldest of them."""
PAGES: Final = 10
"""Pages of which nothing is told, of other authors for instance, that one reading goes through."""
FULL: Final = 100
_CURSOR: Final = re.compile(r"([0-9]{4}-[0-9T:-]{14}) ([0-9a-f]{1,24})((?: [0-9a-f]{1,24})*)\Z")


@dataclass(frozen=True)
class Row(Generic[T]):
    """A line of a list, shown to everybody or not yet; `item` is what it tells, None when nothing of ours.

    `key` is what its blog counts up: a whole number, or digits from 0 to f of one length.
    """

    key: str
    at: datetime
    is_shown: bool
    item: T | None

    @property
    def place(self) -> Place:
        """Return where it stands in its list."""
        return self.at, len(self.key), self.key


@dataclass(frozen=True)
class Cursor:
    """The place of the last row that was read, and the keys of those before it that were not shown."""

    place: Place | None = None
    waiting: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.place is None:
            return ""
        return " ".join([f"{self.place[0]:%Y-%m-%dT%H:%M:%S}", self.place[2], *self.waiting])

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Return what `str` wrote. Raises UnexpectedReply for any other text."""
        if not text:
            return cls()
        if not (found := _CURSOR.match(text)):
            raise UnexpectedReply("this is none of a blog's cursors")
        try:
            at = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
        except ValueError:
            raise UnexpectedReply("a cursor of no instant") from None
        return cls((at, len(found[2]), found[2]), tuple(found[3].split()))

    @property
    def since(self) -> datetime | None:
        """Return the instant from which to ask the blog, None for the beginning."""
        return self.place[0] - OVERLAP if self.place else None


List = Callable[[datetime | None, int], Sequence[Row[T]]]
"""A page of rows after an instant, oldest first, counted from 1."""
Look = Callable[[Sequence[str]], Sequence[Row[T]]]
"""Those rows of the keys asked for that are shown or may be one day."""


def read(text: str, now: datetime, rows_after: List[T], rows_of: Look[T]) -> Page[T]:
    """Return the next page after the cursor `text`; what is dated after `now` is left for later."""
    start = Cursor.read(text)
    late, waiting = _late(start, rows_of)
    rows, has_more = _later(start, now, rows_after)
    shown = [row for row in [*late, *rows] if row.is_shown and row.item is not None]
    hidden = [row.key for row in rows if not row.is_shown and row.item is not None]
    end = Cursor(rows[-1].place if rows else start.place, (*waiting, *hidden)[-MOST_WAITING:])
    items = tuple(row.item for row in sorted(shown, key=lambda row: row.place) if row.item is not None)
    return Page(items, str(end), has_more and bool(items))


def _late(start: Cursor, rows_of: Look[T]) -> tuple[list[Row[T]], list[str]]:
    """Return the rows that waited and are shown now, and the keys that go on waiting."""
    found = [
        row
        for first in range(0, len(start.waiting), FULL)
        for row in rows_of(start.waiting[first : first + FULL])
    ]
    return [row for row in found if row.is_shown], [row.key for row in found if not row.is_shown]


def _later(start: Cursor, now: datetime, rows_after: List[T]) -> tuple[list[Row[T]], bool]:
    """Return the rows after `start` up to the first page that tells something, and whether there are more."""
    seen: list[Row[T]] = []
    for number in range(1, PAGES + 1):
        page = rows_after(start.since, number)
        seen = sorted([*seen, *page], key=lambda row: row.place)
        is_full = len(page) >= FULL
        whole = _whole_seconds(seen) if is_full else seen
        passed = [row for row in whole if _is_after(row, start) and row.at <= now]
        if any(row.is_shown and row.item is not None for row in passed):
            return passed, is_full
        if not is_full or seen[-1].at > now:
            break
    return passed, False


def _is_after(row: Row[T], start: Cursor) -> bool:
    return start.place is None or row.place > start.place


def _whole_seconds(rows: list[Row[T]]) -> list[Row[T]]:
    """Return full pages without their last second, which may go on upon the next page in any order."""
    last = rows[-1].at
    return [row for row in rows if row.at < last] or rows
