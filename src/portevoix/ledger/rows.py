"""From one line of an imported file to one fact, or to the reason why it is none: pure functions."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from portevoix.core import clock
from portevoix.ledger.lines import LONGEST_LINE, Line
from portevoix.ledger.rules import LONGEST_ID, identity_key
from portevoix.networks.contracts import Kind

REQUIRED: Final = ("actor", "target", "at", "kind")
KNOWN_COLUMNS: Final = (*REQUIRED, "object", "id")
MOST_LINES: Final = 200
"""Lines over which one quoted field may go; a quotation mark that is not closed by then is a stray one."""
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
"""Why a line can be refused; `ledger.rejects` has the sentence of each."""


class Act(NamedTuple):
    """Who did what to whom, when, to which of their publications; `key` makes it the same act in every source.

    A named tuple, like `Line`: half a million are made a file, and a frozen dataclass costs four times that.
    """

    actor: str
    target: str
    at_us: int
    kind: str
    object_id: str
    remote_id: str
    key: str


def act(actor: str, target: str, at_us: int, kind: str, *, object_id: str = "", remote_id: str = "") -> Act:
    """Return the act with its identity."""
    key = identity_key(kind, target, at_us, object_id, remote_id)
    return Act(actor, target, at_us, kind, object_id, remote_id, key)


@dataclass(frozen=True)
class Acts:
    """Acts to be stored, with all who take part, their kinds, and the instants of the first and the last."""

    rows: list[Act]
    remote_ids: set[str]
    kinds: set[str]
    first_us: int | None
    last_us: int | None

    @classmethod
    def of(cls, rows: list[Act]) -> "Acts":
        """Return `rows` with what is told of them together."""
        instants = [row.at_us for row in rows]
        return cls(
            rows=rows,
            remote_ids={row.actor for row in rows} | {row.target for row in rows},
            kinds={row.kind for row in rows},
            first_us=min(instants, default=None),
            last_us=max(instants, default=None),
        )


class Refused(Exception):
    """A line is no fact. `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Layout:
    """How the columns of a file stand: their names in order, what separates them ('' where nobody said), how its
    kinds are called.

    `kinds` maps the file's words to ours; empty, the file is taken to use ours. `has_header`: the first line is
    passed over though the columns are given.
    """

    columns: tuple[str, ...]
    delimiter: str = ""
    kinds: Mapping[str, str] | None = None
    has_header: bool = False

    def missing(self) -> list[str]:
        """Return the required columns that are not there."""
        return [name for name in REQUIRED if name not in self.columns]

    def declared_kinds(self) -> list[str]:
        """Return the kinds that the file is said to tell, none when nobody said."""
        return sorted(set(self.kinds.values())) if self.kinds else []


def split(text: str, delimiter: str) -> Sequence[str]:
    """Return the fields of one record; quotes as in CSV. Raises Refused where a quote is left open."""
    lines = [f"{part}\n" for part in text.split("\n")]
    try:
        (fields,) = csv.reader(lines, delimiter=delimiter, strict=True)
    except (csv.Error, ValueError) as problem:
        raise Refused("bad_quotes") from problem
    return fields


def decode(line: Line) -> str:
    """Return the text of `line`. Raises Refused when there is none to read."""
    if line.refused:
        raise Refused(line.refused)
    try:
        return line.content.decode()
    except UnicodeDecodeError as problem:
        raise Refused("not_text") from problem


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
        fields = text.split(delimiter) if '"' not in text else split(text, delimiter)
        if len(fields) != width:
            raise Refused(_misfit(text, is_short=len(fields) < width))
        # Nearly every line is short and printable as a whole: then no field need be looked at for itself.
        clean = str.strip if len(text) <= LONGEST_ID and text.isprintable() else _clean
        actor, target, word = clean(fields[actor_at]), clean(fields[target_at]), fields[kind_at].strip()
        if not (actor and target and word):
            raise Refused(_misfit(text, is_short=True))
        kind = kinds.get(word)
        if kind is None:
            raise Refused("unknown_kind")
        at_us = instant_us(fields[at_at].strip(), latest_us)
        object_id = clean(fields[object_at]) if object_at is not None else ""
        remote_id = clean(fields[id_at]) if id_at is not None else ""
        key = identity_key(kind, target, at_us, object_id, remote_id)
        return Act(actor, target, at_us, kind, object_id, remote_id, key)

    return read


def _misfit(text: str, *, is_short: bool) -> str:
    """Return the reason why a line has not the fields that it should."""
    if not text.strip():
        return "empty"
    return "missing_field" if is_short else "too_many_fields"


def records(lines: Iterator[Line], layout: Layout) -> Iterator[Line]:
    """Yield the records of a file: its lines, but those over which a quoted field goes as one.

    A record has the number of its first line. Text that a stranger wrote stands in such fields: a line of it
    must never be taken for a fact. A quotation mark that nothing closes is stray, and spoils its own line only.
    """
    for line in lines:
        if b'"' in line.content:
            waiting = deque([line])
            while waiting:
                first = waiting.popleft()
                yield _joined(first, waiting, lines, layout) or first
        else:
            yield line


def _joined(first: Line, waiting: "deque[Line]", lines: Iterator[Line], layout: Layout) -> Line | None:
    """Return `first` with the lines that its open quotation mark takes in, or None if they make no record.

    Lines that are looked at and not taken are left in `waiting`.
    """
    content, taken = first.content, 0
    # A quote within quotes is written twice, so that an even number of them leaves none open.
    while content.count(b'"') % 2:
        following = _line_at(taken, waiting, lines)
        if following is None or taken == MOST_LINES or len(content) > LONGEST_LINE:
            return None
        content += b"\n" + following.content
        taken += 1
    joined = Line(first.number, content)
    if not taken or not _is_record(joined, layout):
        return None
    for _line in range(taken):
        waiting.popleft()
    return joined


def _line_at(place: int, waiting: "deque[Line]", lines: Iterator[Line]) -> Line | None:
    """Return the line at `place` in `waiting`, read into it if need be; None at the end or where it is refused."""
    if place == len(waiting) and (following := next(lines, None)):
        waiting.append(following)
    found = waiting[place] if place < len(waiting) else None
    return None if found is None or found.refused else found


def _is_record(line: Line, layout: Layout) -> bool:
    """Return whether a text of several lines has the fields of `layout`, none of which we use being broken."""
    try:
        fields = split(decode(line), layout.delimiter)
    except Refused:
        return False
    names = layout.columns
    return len(fields) == len(names) and not any(
        "\n" in field for name, field in zip(names, fields, strict=True) if name in KNOWN_COLUMNS
    )


def _clean(text: str) -> str:
    """Return an id without the space around it. Raises Refused when it is no id."""
    found = text.strip()
    if found.isprintable() and len(found) <= LONGEST_ID:
        return found
    raise Refused("bad_id")
