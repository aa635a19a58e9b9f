"""What several commands understand in the same way: a brand's slug, a month, an output format."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TextIO

from portevoix.core.periods import Month

LAST_PORT: Final = 65_535


def month(text: str) -> Month:
    """Return the month written `YYYY-MM`; argparse shows the error and exits 2."""
    try:
        return Month.parse(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem


def port(text: str) -> int:
    """Return the port that `text` names, 0 for any free one; argparse shows the error and exits 2."""
    if not (text.isascii() and text.isdecimal() and int(text[:6]) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to {LAST_PORT}")
    return int(text)


def add_format(parser: argparse.ArgumentParser, *choices: str) -> None:
    """Give `parser` the option --format, whose default is the first of `choices`."""
    parser.add_argument("--format", choices=choices, default=choices[0], help=f"default: {choices[0]}")


def print_json(data: Any, out: TextIO | None = None) -> None:
    """Print `data` as JSON."""
    print(json.dumps(data, indent=2, ensure_ascii=False, default=str), file=out or sys.stdout)


def print_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV with a header, lines ended by a line feed."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def print_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Callable[[int], bool]
) -> None:
    """Print rows in aligned columns; `right(column)` says which are aligned to the right."""
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    for row in table:
        cells = [
            cell.rjust(width) if right(column) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
