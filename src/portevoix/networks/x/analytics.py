"""The analytics that X exports as CSV: one line a post, or one line a day.

Columns change their names and their order; those that are known are found by name, and the rest is left alone. A
line a post tells totals, which are readings as of the export. A line a day tells what happened that day, which is
no total: such a file is refused as a whole, with the reason.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final

from portevoix.networks.archives import Refused
from portevoix.networks.contracts import Counted, Reading
from portevoix.networks.x.config import is_id

_NUMBERS: Final = ("post id", "tweet id", "id")
_ADDRESSES: Final = ("post link", "tweet permalink", "permalink", "link", "url")
_COUNTS: Final = {
    Counted.LIKES: ("likes",),
    Counted.REPOSTS: ("reposts", "retweets"),
    Counted.QUOTES: ("quotes", "quote posts", "quote tweets"),
    Counted.REPLIES: ("replies",),
    Counted.IMPRESSIONS: ("impressions", "views"),
}
_IN_ADDRESS: Final = re.compile(r"/status/(\d{1,19})(?:\D|\Z)")
_GROUPS: Final = str.maketrans("", "", ",'\u2019\u00a0\u202f ")
"""What separates thousands in one language or another."""
_SEPARATORS: Final = (",", ";", "\t")
Columns = Mapping[str, int]


def read_analytics(path: Path, *, account: str, at: datetime) -> Iterator[Reading | Refused]:
    """Yield what each post of `account` had reached at `at`, when the file was exported; and what cannot be read.

    Raises OSError when there is no file.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.readline()
        columns = _columns(head)
        if not _is_per_post(columns):
            yield Refused(path.name, "per_day" if "date" in columns else "unknown_columns")
            return
        try:
            for number, row in enumerate(csv.reader(file, delimiter=_separator(head)), 2):
                if any(cell.strip() for cell in row):
                    yield from _line(row, columns, f"{path.name}, {number}", account, at)
        except csv.Error:
            yield Refused(path.name, "damaged")


def _separator(head: str) -> str:
    return max(_SEPARATORS, key=head.count)


def _columns(head: str) -> Columns:
    """Return where each column stands, by its name in small letters."""
    rows = list(csv.reader([head], delimiter=_separator(head)))
    names = rows[0] if rows else []
    return {name.strip().lower(): place for place, name in reversed(list(enumerate(names)))}


def _is_per_post(columns: Columns) -> bool:
    names_posts = any(name in columns for name in chain(_NUMBERS, _ADDRESSES))
    return names_posts and any(name in columns for names in _COUNTS.values() for name in names)


def _line(
    row: list[str], columns: Columns, place: str, account: str, at: datetime
) -> Iterator[Reading | Refused]:
    """Yield the readings of one line, or one refusal."""
    number = _number(row, columns)
    if not number:
        yield Refused(place, "missing_field")
        return
    for counted, names in _COUNTS.items():
        text = _cell(row, columns, names).translate(_GROUPS)
        if not text:
            continue
        if text.isascii() and text.isdecimal():
            yield Reading(account, counted, int(text), at, number)
        else:
            yield Refused(place, "missing_field")


def _number(row: list[str], columns: Columns) -> str:
    """Return the number of the post that a line is about, '' when it tells none.

    A spreadsheet that opened the file may have rounded the number; the address keeps it.
    """
    address = _IN_ADDRESS.search(_cell(row, columns, _ADDRESSES))
    told = address[1] if address else _cell(row, columns, _NUMBERS)
    return told if is_id(told) else ""


def _cell(row: list[str], columns: Columns, names: tuple[str, ...]) -> str:
    place = next((columns[name] for name in names if name in columns), len(row))
    return row[place].strip() if place < len(row) else ""
