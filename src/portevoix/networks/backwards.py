"""Lists that a network tells newest first, read as what happened since: oldest first, each thing once.

A cursor is the place of the last thing that was told: its instant, in microseconds since 1970, and its id. What is
younger than the time for which a network may still add something older beside it waits for the next reading.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from portevoix.core.clock import to_us
from portevoix.networks.contracts import Event, Page, SeenPost
from portevoix.networks.errors import UnexpectedReply

T = TypeVar("T", Event, SeenPost)
OVERLAP: Final = timedelta(hours=1)
"""How much a list may be out of order: reading back ends this long before the cursor."""
_OVERLAP_US: Final = OVERLAP // timedelta(microseconds=1)
_CURSOR: Final = re.compile(r"([0-9]{1,17}) (\S{1,200})")


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in time; the first of all is before everything."""

    at_us: int = -1
    remote_id: str = ""

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """Return the place that a cursor tells. Raises UnexpectedReply."""
        if not cursor:
            return cls()
        if not (found := _CURSOR.fullmatch(cursor)):
            raise UnexpectedReply("this is none of our cursors")
        return cls(int(found[1]), found[2])

    @classmethod
    def of(cls, item: Event | SeenPost) -> "Place":
        """Return where `item` stands."""
        return cls(to_us(item.at), item.remote_id)

    def __str__(self) -> str:
        return f"{self.at_us} {self.remote_id}"


def gather(pages: Iterable[list[T]], cursor: str, *, reach: int) -> tuple[list[T], bool]:
    """Return what the pages tell back to the cursor, and whether some of it is lost.

    `reach` is how many items a network gives at most: when as many come before the cursor does, some are lost.
    """
    start = Place.read(cursor)
    found: list[T] = []
    for items in pages:
        found += items
        if items and Place.of(items[-1]).at_us < start.at_us - _OVERLAP_US:
            return found, False
    return found, bool(cursor) and len(found) >= reach


def page(items: Iterable[T], cursor: str, *, until: datetime, has_gap: bool = False) -> Page[T]:
    """Return those of `items` that stand after the cursor and not after `until`, oldest first."""
    start = Place.read(cursor)
    told = {Place.of(one): one for one in items if start < Place.of(one) and one.at <= until}
    places = sorted(told)
    last = str(places[-1]) if places else cursor
    return Page(tuple(told[place] for place in places), last, has_gap=has_gap)
