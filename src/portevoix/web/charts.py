"""Small drawings of figures over months, made on the server: they are there at first paint and in print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH: Final = 74.0
HEIGHT: Final = 22.0
MARGIN: Final = 3.0
"""Room for the dot, in the units of the drawing."""

_LEAST: Final = 2
"""Fewer known values than these make no course."""
_KEPT: Final = 2_000
"""How many drawings are kept: pages draw the same courses again."""

Point = tuple[float, float]


def points(values: Sequence[float | None]) -> list[Point | None]:
    """Return where each value stands in a WIDTH by HEIGHT drawing; None where nobody looked.

    The vertical scale goes from the least value to the greatest, so a drawing shows a course and no size.
    """
    known = [value for value in values if value is not None]
    if not known:
        return [None] * len(values)
    low, spread = min(known), max(known) - min(known)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    return [
        None if value is None else (MARGIN + place * step, _height(value, low, spread))
        for place, value in enumerate(values)
    ]


def _height(value: float, low: float, spread: float) -> float:
    share = (value - low) / spread if spread else 0.5
    return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)


def _strokes(places: Sequence[Point | None]) -> Iterator[list[Point]]:
    """Yield runs of known points: a month in which nobody looked is a gap, never a line drawn across."""
    for is_gap, run in groupby(places, key=lambda place: place is None):
        if not is_gap:
            yield [place for place in run if place is not None]


def spark(values: Sequence[float | None], label: str = "") -> SafeString:
    """Return a line of `values`, oldest first, with a dot on the last; '' with fewer than two known.

    Without `label` it is decoration: the figures themselves stand beside it.
    """
    return _spark(tuple(values), label)


@lru_cache(maxsize=_KEPT)
def _spark(values: tuple[float | None, ...], label: str) -> SafeString:
    places = points(values)
    known = [place for place in places if place is not None]
    if len(known) < _LEAST:
        return SafeString("")
    lines = format_html_join("", '<path d="{}"/>', ((_path(run),) for run in _strokes(places)))
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    last = places[-1]
    dot = format_html('<circle cx="{}" cy="{}" r="2.4"/>', *_rounded(last)) if last else ""
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" {}>{}{}</svg>', int(WIDTH), int(HEIGHT), spoken, lines, dot
    )


def _rounded(place: Point) -> tuple[str, str]:
    return f"{place[0]:.1f}", f"{place[1]:.1f}"


def _path(run: Sequence[Point]) -> str:
    """Return the path of a run; a lone point becomes a dash, or it could not be seen."""
    if len(run) == 1:
        x, y = run[0]
        return f"M{x - 1.2:.1f} {y:.1f}H{x + 1.2:.1f}"
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run)


@dataclass(frozen=True)
class Mark:
    """One month of a chart: its value (None: nobody looked), its words, where it leads ('' : nowhere)."""

    value: float | None
    label: str
    href: str
    is_closed: bool


@dataclass(frozen=True)
class Dot:
    """A mark in its place."""

    x: str
    y: str
    mark: Mark


@dataclass(frozen=True)
class Chart:
    """A course in a WIDE by TALL drawing: paths of its strokes, its dots, the height of zero if that is on it."""

    width: int
    height: int
    paths: tuple[str, ...]
    dots: tuple[Dot, ...]
    zero: str


WIDE: Final = 360.0
TALL: Final = 96.0
PAD: Final = 8.0


def chart(marks: Sequence[Mark]) -> Chart:
    """Return the drawing of `marks`, oldest first. The scale begins at zero, or at the least value below it."""
    known = [mark.value for mark in marks if mark.value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    spread = (high - low) or 1.0
    step = (WIDE - 2 * PAD) / max(len(marks) - 1, 1)

    def height(value: float) -> float:
        return TALL - PAD - (value - low) / spread * (TALL - 2 * PAD)

    places: list[Point | None] = [
        None if mark.value is None else (PAD + place * step, height(mark.value))
        for place, mark in enumerate(marks)
    ]
    dots = tuple(Dot(*_rounded(place), mark) for place, mark in zip(places, marks, strict=True) if place)
    paths = tuple(_path(run) for run in _strokes(places))
    return Chart(int(WIDE), int(TALL), paths, dots, f"{height(0):.1f}")
