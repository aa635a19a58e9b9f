"""The monthly table as the page shows it: columns under their basis, lines with cells, the brand's at the foot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from portevoix.measures.catalogue import BY_ID, METRICS
from portevoix.measures.metric import Basis, Metric, Unit
from portevoix.measures.queries import Figure, Restatement
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.avatars import Face

BASES: Final = {
    Basis.READ: gettext_noop("As read on the networks"),
    Basis.RECEIVED: gettext_noop("Received in the month"),
    Basis.PUBLISHED: gettext_noop("On the posts of the month"),
}
UNITS: Final = {
    Unit.COUNT: gettext_noop("a number"),
    Unit.RATIO: gettext_noop("a mean"),
    Unit.PERCENT: gettext_noop("per cent"),
}


@dataclass(frozen=True)
class Definition:
    """A metric in words."""

    id: str
    label: str
    formula: str
    is_not: str
    basis: str
    unit: str
    version: int


def definition(metric: Metric) -> Definition:
    """Return `metric` in the words of the active language."""
    return _definition(metric.id, get_language())


@lru_cache(maxsize=256)
def _definition(metric_id: str, _language: str | None) -> Definition:
    metric = BY_ID[metric_id]
    return Definition(
        id=metric.id,
        label=_(metric.label),
        formula=_(metric.formula),
        is_not=_(metric.is_not),
        basis=_(BASES[metric.basis]),
        unit=_(UNITS[metric.unit]),
        version=metric.version,
    )


def definitions() -> list[Definition]:
    """Return every metric in words, in the catalogue's order."""
    return [definition(metric) for metric in METRICS]


@dataclass(frozen=True)
class Cell:
    """A figure as text, the month before under it, and the address of its facts ('' where none is offered).

    `restated` is what it would be now, '' unless the month is closed and that is something else.
    """

    text: str
    previous: str
    href: str
    restated: str = ""


@dataclass(frozen=True)
class Whose:
    """Whose line it is, and how it is called: `face` is None for the brand's own."""

    display_name: str
    first_name: str
    face: Face | None

    @classmethod
    def of(cls, voice: Voice | None) -> "Whose":
        """Return whose the line of `voice` is, or the brand's own (None)."""
        name = telling.line(voice)
        return cls(name, voice.first_name, Face.of(voice)) if voice else cls(name, "", None)


@dataclass(frozen=True)
class Row:
    """One line of the table, drawn once. `course` is that of one metric, oldest first.

    `note` tells how far its accounts were looked at, '' where that is all of the month so far.
    """

    whose: Whose
    cells: tuple[Cell, ...]
    course: tuple[float | None, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Columns that stand on the same basis."""

    label: str
    width: int


@dataclass(frozen=True)
class Table:
    """The table: `left_out` names the metrics of which no line has a value, when they are not shown."""

    groups: tuple[Group, ...]
    columns: tuple[Definition, ...]
    rows: tuple[Row, ...]
    own: Row | None
    left_out: tuple[str, ...]
    has_figures: bool

    @classmethod
    def of(
        cls,
        brand: Brand,
        figures: Sequence[Figure],
        *,
        may_open: bool,
        has_all_columns: bool,
        courses: Mapping[int | None, Sequence[float | None]] | None = None,
        restated: Iterable[Restatement] = (),
        notes: Mapping[int | None, str] | None = None,
    ) -> "Table":
        """Return the table of `figures`; cells open their facts when `may_open`.

        `courses` has the course of one metric by voice, `restated` what closed figures would be now, `notes` what
        is to be said of a line beside its name, by voice.
        """
        told = {figure.metric.id for figure in figures if figure.value is not None}
        shown = [metric for metric in METRICS if has_all_columns or metric.id in told]
        now = {(each.voice_slug, each.metric.id): each.now for each in restated}
        beside = _Beside(courses or {}, now, notes or {}, may_open)
        rows = list(_rows(figures, shown, beside)) if shown else []
        return cls(
            groups=tuple(
                Group(_(BASES[basis]), len(list(some)))
                for basis, some in groupby(shown, key=lambda metric: metric.basis)
            ),
            columns=tuple(definition(metric) for metric in shown),
            rows=tuple(row for row in rows if row.whose.face),
            own=next((row for row in rows if row.whose.face is None), None),
            left_out=tuple(_(metric.label) for metric in METRICS if metric not in shown),
            has_figures=bool(told),
        )


@dataclass(frozen=True)
class _Beside:
    """What stands beside the figures: courses and notes by voice, values of now by (line, metric).

    `may_open`: whether facts open.
    """

    courses: Mapping[int | None, Sequence[float | None]]
    restated: Mapping[tuple[str, str], float | None]
    notes: Mapping[int | None, str]
    may_open: bool


def _rows(figures: Iterable[Figure], shown: Sequence[Metric], beside: _Beside) -> Iterable[Row]:
    """Yield the lines of `figures`, which stand line by line."""
    for _slug, line in groupby(figures, key=lambda figure: (figure.voice is None, figure.voice_slug)):
        by_metric = {figure.metric.id: figure for figure in line}
        voice = next(iter(by_metric.values())).voice
        cells = (_cell(by_metric.get(metric.id), metric, beside) for metric in shown)
        key = voice.pk if voice else None
        course, note = beside.courses.get(key, ()), beside.notes.get(key, "")
        yield Row(Whose.of(voice), tuple(cells), tuple(course), note)


def _cell(figure: Figure | None, metric: Metric, beside: _Beside) -> Cell:
    if figure is None:
        return Cell(telling.NO_VALUE, telling.NO_VALUE, "")
    opens = beside.may_open and figure.value is not None
    key = (figure.voice_slug, metric.id)
    return Cell(
        text=telling.figure(figure.value, metric.unit),
        previous=telling.figure(figure.previous, metric.unit),
        href=f"{figure.voice_slug}/{metric.id}/" if opens else "",
        restated=telling.figure(beside.restated[key], metric.unit) if key in beside.restated else "",
    )
