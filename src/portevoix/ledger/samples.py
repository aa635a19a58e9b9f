"""The first rows of a table, as they will be read: what people see before they let it in."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import Final

from portevoix.ledger import rows
from portevoix.ledger.columns import PASSED_OVER, guessed
from portevoix.ledger.lines import Line, LineReader
from portevoix.ledger.rows import Act, Layout, Refused

SHOWN: Final = 20
LOOKED_AT: Final = 5_000
"""Rows that are read before the import, to tell what would be refused and which words there are for kinds."""
MOST_WORDS: Final = 40
DELIMITERS: Final = (",", ";", "\t", "|", " ")

_INSTANT: Final = re.compile(r"\d{9,}(\.\d+)?\Z|\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Row:
    """One row: its number, its fields, and what it is: an act, or the reason why it is none."""

    number: int
    fields: Sequence[str]
    act: Act | None
    reason: str


@dataclass(frozen=True)
class Sample:
    """The beginning of a table read by one layout: `looked_at` rows, the first of them whole.

    `refused` counts reasons, `words` how the table calls its kinds; `is_whole` when that is all there is.
    """

    rows: tuple[Row, ...]
    looked_at: int
    refused: Mapping[str, int]
    words: tuple[str, ...]
    is_whole: bool


def fields_of(line: Line, delimiter: str) -> list[str]:
    """Return the fields of a line, as far as it can be read."""
    text = line.content.decode("utf-8", "replace")
    try:
        return [field.strip() for field in rows.split(text, delimiter)]
    except Refused:
        return text.split(delimiter)


def first_lines(path: Path, count: int = 2) -> list[Line]:
    """Return the first lines of a file. Raises OSError when there is none."""
    return list(islice(LineReader(path), count))


def proposed(path: Path, name: str, delimiter: str = "") -> Layout:
    """Return how the table called `name` is likely to be read: what parts it, whether it has a header, columns.

    `delimiter` is what parts it, where somebody said so.
    """
    lines = first_lines(path)
    given = delimiter or ("\t" if Path(name).suffix.lower() == ".tsv" else "") or _delimiter(lines)
    first, second = ([*(fields_of(line, given) for line in lines), [], []])[:2]
    columns = guessed(first)
    is_named = sum(column in rows.REQUIRED for column in columns) > 1
    has_header = is_named or (_has_instant(second) and not _has_instant(first))
    return Layout(columns if has_header else _in_order(len(first)), given, None, has_header)


def _delimiter(lines: list[Line]) -> str:
    """Return what parts the first line into enough fields, else what parts it most."""
    widths = {each: len(fields_of(lines[0], each)) if lines else 0 for each in DELIMITERS}
    enough = (each for each, width in widths.items() if width >= len(rows.REQUIRED))
    return next(enough, max(DELIMITERS, key=lambda each: widths[each]))


def _has_instant(fields: Sequence[str]) -> bool:
    """Return whether one of `fields` may be an instant: a date, or many digits."""
    return any(_INSTANT.match(field) for field in fields)


def _in_order(width: int) -> tuple[str, ...]:
    """Return the columns of a table without header: ours in their order, the rest passed over."""
    names = (*rows.KNOWN_COLUMNS, *repeat(PASSED_OVER, width))
    return names[:width]


def names_of(path: Path, layout: Layout) -> list[str]:
    """Return what stands on the first line: how the file calls its columns, where that is a header."""
    lines = first_lines(path, 1)
    return fields_of(lines[0], layout.delimiter) if lines else []


def sample(path: Path, layout: Layout, latest_us: int) -> Sample:
    """Read the beginning of the table at `path` by `layout`, which names all that is needed. Raises OSError."""
    read, kind_at = rows.reader(layout, latest_us), layout.columns.index("kind")
    records = rows.records(iter(LineReader(path)), layout)
    start = int(layout.has_header)
    found = [_row(record, layout, read) for record in islice(records, start, start + LOOKED_AT)]
    words = dict.fromkeys(row.fields[kind_at].strip() for row in found if len(row.fields) > kind_at)
    return Sample(
        rows=tuple(found[:SHOWN]),
        looked_at=len(found),
        refused=Counter(row.reason for row in found if row.reason),
        words=tuple(word for word in words if word)[:MOST_WORDS],
        is_whole=next(records, None) is None,
    )


def _row(record: Line, layout: Layout, read: Callable[[Line], Act]) -> Row:
    fields = fields_of(record, layout.delimiter)
    try:
        return Row(record.number, fields, read(record), "")
    except Refused as refusal:
        return Row(record.number, fields, None, refusal.reason)
