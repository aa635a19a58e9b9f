"""From one line of an imported file to one fact, or to the reason why it is none: pure functions."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from portevoix.core import clock
from portevoix.ledger.lines import Line
from portevoix.networks.contracts import Kind

REQUIRED: Final = ("actor", "target", "at", "kind")
KNOWN_COLUMNS: Final = (*REQUIRED, "object", "id")
LONGEST_ID: Final = 500
_LONGEST_SECONDS: Final = 12
_SECONDS_AND_FRACTION: Final = re.compile(r"(\d{1,12})\.(\d{1,6})\d*", re.ASCII)

REASONS: Final = (
    "empty",
    "damaged",
    "too_long",
    "not_text",
    "missing_field",
    "too_many_fields",
    "bad_quotes",
    "unknown_kind",
    "impossible_date",
    "bad_id",
)
"""Why a line can be refused; `ledger.actions.imports` has the sentence of each."""


class Act(NamedTuple):
    """One row of a file, understood: who did what to whom, when, to which of their publications.

    A named tuple, like `Line`: half a million are made a file, and a frozen dataclass costs four times that.
    """

    actor: str
    target: str
    at_us: int
    kind: str
    object_id: str = ""
    remote_id: str = ""


class Refused(Exception):
    """A line is no fact. `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Layout:
    """How the columns of a file stand: their names in order, what separates them ('' where nobody said), how its
    kinds are called.

    `kinds` maps the file's words to ours; empty, the file is taken to use ours.
    """

    columns: tuple[str, ...]
    delimiter: str = ""
    kinds: Mapping[str, str] | None = None

    def missing(self) -> list[str]:
        """Return the required columns that are not there."""
        return [name for name in REQUIRED if name not in self.columns]

    def declared_kinds(self) -> list[str]:
        """Return the kinds that the file is said to tell, none when nobody said."""
        return sorted(set(self.kinds.values())) if self.kinds else []


def split(text: str, delimiter: str) -> Sequence[str]:
    """Return the fields of one line; quotes as in CSV. Raises Refused when a quote is left open."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as problem:
        raise Refused("bad_quotes") from problem


def decode(line: Line) -> str:
    """Return the text of `line`, without a byte-order mark. Raises Refused when there is none to read."""
    if line.refused:
        raise Refused(line.refused)
    try:
        text = line.content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise Refused("not_text") from problem
    if line.number == 1:
        text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Refused("empty")
    return text


def instant_us(text: str, latest_us: int) -> int:
    """Return UTC microseconds of UNIX seconds or an ISO 8601 instant with its offset.

    Raises Refused for anything before 1970, after `latest_us`, without an offset, or not a date at all.
    """
    if text.isdecimal() and len(text) <= _LONGEST_SECONDS and text.isascii():
        us = int(text) * clock.SECOND_US
    else:
        us = _written_us(text)
    if not 0 <= us <= latest_us:
        raise Refused("impossible_date")
    return us


def _written_us(text: str) -> int:
    if match := _SECONDS_AND_FRACTION.fullmatch(text):
        return int(match[1]) * clock.SECOND_US + int(match[2].ljust(6, "0"))
    try:
        return clock.to_us(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as problem:
        raise Refused("impossible_date") from problem


def reader(layout: Layout, latest_us: int) -> Callable[[Line], Act]:
    """Return the function that makes an `Act` of a line of this layout, or raises Refused.

    An instant later than `latest_us` (UTC microseconds) is impossible.
    """
    width, delimiter, columns = len(layout.columns), layout.delimiter, layout.columns
    actor_at, target_at, at_at, kind_at = (columns.index(name) for name in REQUIRED)
    object_at = columns.index("object") if "object" in columns else None
    id_at = columns.index("id") if "id" in columns else None
    kinds = dict(layout.kinds or {str(kind): str(kind) for kind in Kind})

    def read(line: Line) -> Act:
        text = decode(line)
        fields = split(text, delimiter)
        if len(fields) != width:
            raise Refused("missing_field" if len(fields) < width else "too_many_fields")
        # Nearly every line is short and printable as a whole: then no field need be looked at for itself.
        is_plain = len(text) <= LONGEST_ID and text.isprintable()
        clean = str.strip if is_plain else _clean
        actor, target, word = clean(fields[actor_at]), clean(fields[target_at]), fields[kind_at].strip()
        if not (actor and target and word):
            raise Refused("missing_field")
        kind = kinds.get(word)
        if kind is None:
            raise Refused("unknown_kind")
        return Act(
            actor,
            target,
            instant_us(fields[at_at].strip(), latest_us),
            kind,
            clean(fields[object_at]) if object_at is not None else "",
            clean(fields[id_at]) if id_at is not None else "",
        )

    return read


def _clean(text: str) -> str:
    """Return an id without the space around it. Raises Refused when it is no id."""
    found = text.strip()
    if found.isprintable() and len(found) <= LONGEST_ID:
        return found
    raise Refused("bad_id")
