"""The Page analytics that LinkedIn exports as XLS, XLSX or CSV: of their sheets, the one of posts.

A line a post tells totals, which are readings as of the export, and the post itself, of which the day is told.
A line a day (visits, new followers, what the Page reached) tells what happened that day, which is no total: such a
sheet is refused, with the reason. Columns are found by name, wherever they stand.
"""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from portevoix.networks.archives import LONGEST_MEMBER, Refused
from portevoix.networks.contracts import ActorRef, Counted, Reading, SeenPost
from portevoix.networks.linkedin.posts import post_url

_LINKS: Final = ("post link", "update link")
_TITLES: Final = ("post title", "update title")
_DAYS: Final = ("created date",)
_COUNTS: Final = {
    Counted.LIKES: ("likes", "reactions"),
    Counted.REPLIES: ("comments",),
    Counted.REPOSTS: ("reposts", "shares"),
    Counted.IMPRESSIONS: ("impressions",),
}
_URN: Final = re.compile(r"urn(?::|%3A)li(?::|%3A)(share|ugcPost|activity)(?::|%3A)([0-9]{1,19})")
_IN_NAME: Final = re.compile(r"[-_](share|ugcPost|activity)-([0-9]{1,19})(?:-|\Z|[/?])")
_GROUPS: Final = str.maketrans("", "", ",'\u2019\u00a0\u202f ")
"""What separates thousands in one language or another."""
_HEAD_WITHIN: Final = 6
"""Lines among which the names of columns stand; the first ones may explain them."""
_SEPARATORS: Final = (",", ";", "\t")
_NOON: Final = time(12, tzinfo=UTC)
Columns = Mapping[str, int]
Row = Sequence[Any]


def read_analytics(path: Path, *, account: str, at: datetime) -> Iterator[Reading | SeenPost | Refused]:
    """Yield the posts of `account` and what each had reached at `at`, when the file was exported; and refusals.

    Raises OSError when there is no file.
    """
    try:
        for name, rows in _sheets(path):
            yield from _sheet(f"{path.name}, {name}" if name else path.name, rows, account, at)
    except _TooLarge:
        yield Refused(path.name, "too_large")
    except (CalamineError, zipfile.BadZipFile, csv.Error, ValueError):
        yield Refused(path.name, "damaged")


class _TooLarge(Exception):
    """More bytes than are read of one file."""


def _sheets(path: Path) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield the name and the rows of each sheet of a workbook; of a text, one without a name."""
    with path.open("rb") as file:
        start = file.read(4)
    if path.stat().st_size > LONGEST_MEMBER:
        raise _TooLarge
    if start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        _require_small(path)
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python()
        return
    yield "", _lines(path)


def _require_small(path: Path) -> None:
    """Hold that what is packed is no more than is read of one file. Raises _TooLarge."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        if sum(each.file_size for each in packed.infolist()) > LONGEST_MEMBER:
            raise _TooLarge


def _lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = "".join(islice(file, _HEAD_WITHIN))
        file.seek(0)
        yield from csv.reader(file, delimiter=max(_SEPARATORS, key=head.count))


def _sheet(
    place: str, rows: Iterable[Row], account: str, at: datetime
) -> Iterator[Reading | SeenPost | Refused]:
    """Yield what one sheet tells; one that breaks followers or visitors down by something is passed over."""
    lines = enumerate(rows, 1)
    for _number, head in islice(lines, _HEAD_WITHIN):
        columns = _columns(head)
        if any(name in columns for name in _LINKS):
            for number, row in lines:
                if any(str(cell).strip() for cell in row):
                    yield from _post(row, columns, f"{place}, {number}", account, at)
            return
        if "date" in columns:
            yield Refused(place, "per_day")
            return
        if len(columns) > 1:
            return
    yield Refused(place, "unknown_columns")


def _columns(head: Row) -> Columns:
    """Return where each column stands, by its name in small letters on one line."""
    names = (" ".join(str(cell).split()).lower() for cell in head)
    return {name: place for place, name in enumerate(names) if name}


def _post(
    row: Row, columns: Columns, place: str, account: str, at: datetime
) -> Iterator[Reading | SeenPost | Refused]:
    urn, day = _urn(str(_cell(row, columns, _LINKS))), _day(_cell(row, columns, _DAYS))
    if not urn or day is None:
        yield Refused(place, "missing_field" if not urn else "impossible_date")
        return
    text = str(_cell(row, columns, _TITLES)).strip()
    yield SeenPost(urn, ActorRef(account), datetime.combine(day, _NOON), text=text, url=post_url(urn))
    for counted, names in _COUNTS.items():
        value = _whole(_cell(row, columns, names))
        if value is None:
            yield Refused(place, "missing_field")
        elif value >= 0:
            yield Reading(account, counted, value, at, urn)


def _cell(row: Row, columns: Columns, names: tuple[str, ...]) -> Any:
    """Return what stands in the first of the columns that there is; '' without one."""
    place = next((columns[name] for name in names if name in columns), len(row))
    return row[place] if place < len(row) else ""


def _urn(link: str) -> str:
    """Return the URN of the post to which a link leads, '' when it names none."""
    found = _URN.search(link) or _IN_NAME.search(link)
    return f"urn:li:{found[1]}:{found[2]}" if found else ""


def _day(value: Any) -> date | None:
    """Return the day that a cell tells, as a day or as the export writes it ('01/31/2026')."""
    if isinstance(value, datetime | date):
        return date(value.year, value.month, value.day)
    try:
        return datetime.strptime(str(value).strip(), "%m/%d/%Y").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        return None


def _whole(value: Any) -> int | None:
    """Return the count that a cell tells, -1 for an empty one, None for what is no count."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and value >= 0 else None
    text = str(value).translate(_GROUPS).strip()
    if not text:
        return -1
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None  # noqa: PLR2004
