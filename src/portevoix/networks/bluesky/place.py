"""How far a stream was read, where what is new may come in behind what was told already.

A network of many servers orders by instants that those who act have declared, or by keys chosen long before: an
act may appear hours late at its old place. So the last stretch is read again each time, and what was told of it
is known by its digest.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple

from portevoix.core.clock import from_us, to_us
from portevoix.networks.errors import UnexpectedReply

_MOST_KEPT: Final = 2_000
"""Digests that a cursor holds; a stretch with more is shortened."""


class Seen(NamedTuple):
    """One item of a stream: its instant there, and its name."""

    at: datetime
    name: str


def _digest(name: str) -> str:
    return blake2b(name.encode("utf-8", "replace"), digest_size=6).hexdigest()


@dataclass(frozen=True)
class Place:
    """All before `floor_us` (UTC microseconds) was told, and of the stretch since then what `told` names."""

    floor_us: int
    told: frozenset[str]

    @property
    def floor(self) -> datetime:
        """The instant from which on one reads again."""
        return from_us(self.floor_us)

    def is_new(self, item: Seen) -> bool:
        """Return whether `item` was not told yet."""
        return to_us(item.at) >= self.floor_us and _digest(item.name) not in self.told

    def after(self, items: Iterable[Seen], stretch: timedelta, *, is_whole: bool = True) -> "Place":
        """Return the place once `items` are told; `stretch` will be read again.

        Unless `is_whole`, there is more between the floor and the oldest of them, which will not be told.
        """
        by_age = sorted(items, reverse=True)
        if not by_age:
            return self
        floors = [to_us(item.at) for item in by_age[_MOST_KEPT:][:1]]
        floors += [] if is_whole else [to_us(by_age[-1].at)]
        floor_us = max(self.floor_us, to_us(by_age[0].at - stretch), *floors)
        kept = (item for item in by_age if to_us(item.at) >= floor_us)
        return Place(floor_us, frozenset(_digest(item.name) for item in kept))

    def __str__(self) -> str:
        return json.dumps({"from": self.floor_us, "told": sorted(self.told)}, separators=(",", ":"))


BEGINNING: Final = Place(0, frozenset())


def place_of(cursor: str) -> Place:
    """Return the place that `cursor` names, BEGINNING for ''. Raises UnexpectedReply when it names none."""
    if not cursor:
        return BEGINNING
    try:
        told = json.loads(cursor)
        return Place(int(told["from"]), frozenset(map(str, told["told"])))
    except (ValueError, TypeError, LookupError):
        raise UnexpectedReply("bluesky: this is none of its cursors") from None
