"""How far a feed was read: which entries are known, and what its server said of its state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from portevoix.networks.calls import understood
from portevoix.networks.rss.client import Validators

REMEMBERED: Final = 1_000
"""Entries that are remembered after they left the feed: some come back."""
_DIGITS: Final = 16


@dataclass(frozen=True)
class Place:
    """`known` are marks of entries that were told, the `latest` first of them those of the last document.

    `address` is where the feed has moved for ever, '' while it is where it was.
    """

    address: str = ""
    validators: Validators = field(default_factory=Validators)
    latest: int = 0
    known: tuple[str, ...] = ()

    def misses(self, marks: Iterable[str]) -> bool:
        """Return whether a document of `marks` has nothing left of the last one: what came between is lost."""
        last = set(self.known[: self.latest])
        return bool(last) and last.isdisjoint(marks)

    def moved(self, address: str) -> "Place":
        """Return the same place where the feed has moved, if it has."""
        return replace(self, address=address or self.address)

    def after(self, marks: list[str], validators: Validators) -> "Place":
        """Return the place after a document of `marks`."""
        before = set(marks)
        older = [mark for mark in self.known if mark not in before][:REMEMBERED]
        return Place(self.address, validators, len(marks), (*marks, *older))

    def __str__(self) -> str:
        told = {"at": self.address, "etag": self.validators.etag, "modified": self.validators.modified}
        return json.dumps({**told, "latest": self.latest, "known": "".join(self.known)})


def mark_of(remote_id: str) -> str:
    """Return by which mark an entry is remembered."""
    return sha256(remote_id.encode()).hexdigest()[:_DIGITS]


def read_place(cursor: str) -> Place:
    """Return the place that a cursor names, '' for the beginning. Raises UnexpectedReply for none of ours."""
    if not cursor:
        return Place()
    with understood(writes=False):
        told = json.loads(cursor)
        marks = str(told["known"])
        known = tuple(marks[start : start + _DIGITS] for start in range(0, len(marks), _DIGITS))
        validators = Validators(str(told["etag"]), str(told["modified"]))
        return Place(str(told["at"]), validators, int(told["latest"]), known)
