"""What several commands understand in the same way: a month, a file, an address and a port, an output format."""

import argparse
import csv
import ipaddress
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from portevoix.cli.language import gettext as _
from portevoix.core.periods import Month

LAST_PORT: Final = 65_535


def month(text: str) -> Month:
    """Return the month written `YYYY-MM`; argparse shows the error and exits 2."""
    try:
        return Month.parse(text)
    except ValueError as problem:
        sentence = _("%(written)s is no month: write it like 2026-10")
        raise argparse.ArgumentTypeError(sentence % {"written": text}) from problem


def port(text: str) -> int:
    """Return the port written as a number from 0 to 65535."""
    if not (text.isascii() and text.isdecimal() and int(text) <= LAST_PORT):
        sentence = _("%(written)s is no port: write a number from 0 to 65535")
        raise argparse.ArgumentTypeError(sentence % {"written": text})
    return int(text)


def address(text: str) -> str:
    """Return the address of a network card of this machine, as numbers; a name may stand for several."""
    if text == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as problem:
        sentence = _(
            "%(written)s is no address of this machine: write one like 127.0.0.1, or 0.0.0.0 for all"
        )
        raise argparse.ArgumentTypeError(sentence % {"written": text}) from problem


def file(text: str) -> Path:
    """Return the path of a file that can be read again from its start, as whatever goes on later must."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(_("%(written)s is a folder: name a file") % {"written": text})
    if path.exists() and not path.is_file():
        sentence = _("%(written)s can be read only once, and an import may have to go on: save it as a file")
        raise argparse.ArgumentTypeError(sentence % {"written": text})
    return path


def understand(parser: argparse.ArgumentParser) -> None:
    """Let arguments of `parser` be of these types by name: parts that may not import this module say `"port"`."""
    for kind in (address, port):
        parser.register("type", kind.__name__, kind)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the options --address and --port: where pages are served."""
    parser.add_argument("--address", type=address, help=_("listen here instead of the configured address"))
    parser.add_argument(
        "--port", type=port, help=_("listen on this port instead of the configured one; 0: any")
    )


def add_format(parser: argparse.ArgumentParser, *choices: str) -> None:
    """Give `parser` the option --format, whose default is the first of `choices`."""
    parser.add_argument(
        "--format",
        choices=choices,
        default=choices[0],
        help=_("default: %(format)s") % {"format": choices[0]},
    )


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
