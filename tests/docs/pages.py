"""The documents as the tests read them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def text(name: str) -> str:
    """Return the document `name` below `docs/`."""
    return (DOCS / name).read_text(encoding="utf-8")


def cells(document: str) -> list[list[str]]:
    """Return the cells of every table row of `document`, header rows and rulers left out."""
    lines = document.splitlines()
    rows = []
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        is_table = line.startswith("|") and not set(line) <= set("|- :")
        is_header = after.startswith("|") and set(after) <= set("|- :")
        if is_table and not is_header and before:
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return rows


def codes(cell: str) -> list[str]:
    """Return what stands in backquotes in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def first_codes(document: str, column: int = 0) -> list[str]:
    """Return what stands in backquotes at the beginning of `column`, row by row."""
    found = [codes(row[column]) for row in cells(document) if len(row) > column]
    return [each[0] for each in found if each]
