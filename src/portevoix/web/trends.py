"""The course of one metric over two years: one drawing a line, each point opening its facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from portevoix.core.periods import Month
from portevoix.measures.catalogue import METRICS
from portevoix.measures.courses import Course, course
from portevoix.measures.metric import Metric, Value
from portevoix.measures.queries import BRAND_LINE
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.charts import Chart, Mark, chart
from portevoix.web.table import Definition, Whose, definition

MONTHS: Final = 24


@dataclass(frozen=True)
class Line:
    """One line's course, drawn once: whose, its drawing and the days on which its first and last month begin.

    `least`, `greatest` and `last` are values in words.
    """

    whose: Whose
    chart: Chart
    begins: date
    ends: date
    least: str
    greatest: str
    last: str


@dataclass(frozen=True)
class Trends:
    """The courses of `metric`, the brand's own first, from the month `first` to the month `last`."""

    metric: Definition
    lines: tuple[Line, ...]
    first: Month
    last: Month

    @classmethod
    def of(cls, brand: Brand, month: Month, metric: Metric, *, shows_voices: bool) -> "Trends":
        """Read the `MONTHS` months up to `month`; without `shows_voices` the brand's own line only."""
        read = course(brand, month, metric=metric.id, count=MONTHS)
        voices = {each.voice.pk: each.voice for each in read.figures if each.voice} if shows_voices else {}
        wanted: list[Voice | None] = [None, *voices.values()]
        stations = _stations(brand, read, opens=shows_voices)
        lines = [_line(read, metric, voice, stations) for voice in wanted]
        return cls(
            definition(metric),
            tuple(line for line in lines if line),
            read.months[0],
            read.months[-1],
        )

    def others(self) -> list[Definition]:
        """Return every metric in words, to choose another."""
        return [definition(metric) for metric in METRICS]


@dataclass(frozen=True)
class _Station:
    """A month of all courses: its name, where its table is ('' where facts do not open), whether it is closed."""

    name: str
    table: str
    is_closed: bool


def _stations(brand: Brand, read: Course, *, opens: bool) -> list[_Station]:
    return [
        _Station(
            telling.month_title(month),
            reverse("measures", args=[brand.slug, month]) if opens else "",
            month in read.closed,
        )
        for month in read.months
    ]


def _line(read: Course, metric: Metric, voice: Voice | None, stations: Sequence[_Station]) -> Line | None:
    values = read.values.get(voice.pk if voice else None, [])
    known = [value for value in values if value is not None]
    if not known:
        return None
    least, greatest, last = (
        telling.figure(value, metric.unit) for value in (min(known), max(known), known[-1])
    )
    drawing = chart(_marks(metric, voice, values, stations))
    begins, ends = read.months[0].first_day, read.months[-1].first_day
    return Line(Whose.of(voice), drawing, begins, ends, least, greatest, last)


def _marks(
    metric: Metric, voice: Voice | None, values: Sequence[Value], stations: Sequence[_Station]
) -> list[Mark]:
    """Return one mark a month: its value, its words, where it leads, whether it is closed."""
    below = f"{voice.slug if voice else BRAND_LINE}/{metric.id}/"
    return [
        Mark(
            value=value,
            label=_("%(month)s: %(value)s") % {"month": at.name, "value": telling.figure(value, metric.unit)},
            href=at.table + below if at.table else "",
            is_closed=at.is_closed,
        )
        for value, at in zip(values, stations, strict=True)
    ]
