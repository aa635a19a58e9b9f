"""Counts what writing a file did: rows added, changed, and found as they should be, by kind of row."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Model

from portevoix.programme.file.entries import Given


class Change(StrEnum):
    """What became of one row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Tally:
    """How many rows of each kind were added, changed, unchanged; kinds in the order of counting.

    `written` names what was: "ranges.cadence" for a field that was changed, "ranges.+" for a row that was added.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, Counter[Change]] = {}
        self.written: list[str] = []

    def note(self, kind: str, change: Change) -> Change:
        """Count one row of `kind`, and return its change."""
        self.kinds.setdefault(kind, Counter())[change] += 1
        return change

    def store(self, kind: str, row: Model, given: Given) -> Change:
        """Store as `store` does, and remember which fields of a row of `kind` were written."""
        names = differing(row, given)
        change = store(row, given)
        written = {Change.ADDED: ["+"], Change.CHANGED: list(names), Change.UNCHANGED: []}[change]
        self.written += [name for each in written if (name := f"{kind}.{each}") not in self.written]
        return change

    def add(self, other: "Tally") -> None:
        """Count in all that `other` has counted."""
        for kind, counts in other.kinds.items():
            self.kinds.setdefault(kind, Counter()).update(counts)

    def total(self, change: Change) -> int:
        """Return the number of rows of all kinds with this change."""
        return sum(counts[change] for counts in self.kinds.values())

    @property
    def has_written(self) -> bool:
        """Return whether any row was added or changed."""
        return bool(self.total(Change.ADDED) or self.total(Change.CHANGED))

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return the counts as plain values: kind, then change."""
        return {kind: {str(c): counts[c] for c in Change} for kind, counts in self.kinds.items()}


def differing(row: Model, given: Given) -> dict[str, Any]:
    """Return what of `given` is not so on `row` already, as it is to be stored."""
    plain = {name: _plain(value) for name, value in given.items()}
    return {name: value for name, value in plain.items() if getattr(row, name) != value}


def store(row: Model, given: Given) -> Change:
    """Write what is `given` onto `row` where it differs, save it if anything did, and say what happened."""
    stale = differing(row, given)
    if row.pk is not None and not stale:
        return Change.UNCHANGED
    change = Change.ADDED if row.pk is None else Change.CHANGED
    for name, value in stale.items():
        setattr(row, name, value)
    row.save()
    return change


def _plain(value: Any) -> Any:
    """JSON gives back lists and dictionaries, so these are what is compared and stored."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
