"""The course of one metric over two years: one drawing a line, each point opening its facts."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from portevoix.web.table import Definition, definition

MONTHS: Final = 24


@dataclass(frozen=True)
class Line:
    """One line's course: whose (None: the brand's own), its drawing, its least, greatest and last value."""

    voice: Voice | None
    chart: Chart
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
        lines = [_line(brand, read, metric, voice, opens=shows_voices) for voice in wanted]
        return cls(
            definition(metric),
            tuple(line for line in lines if line),
            read.months[0],
            read.months[-1],
        )

    def others(self) -> list[Definition]:
        """Return every metric in words, to choose another."""
        return [definition(metric) for metric in METRICS]


def _line(brand: Brand, read: Course, metric: Metric, voice: Voice | None, *, opens: bool) -> Line | None:
    values = read.values.get(voice.pk if voice else None, [])
    known = [value for value in values if value is not None]
    if not known:
        return None
    marks = _marks(brand, read, metric, voice, values, opens=opens)
    least, greatest, last = (
        telling.figure(value, metric.unit) for value in (min(known), max(known), known[-1])
    )
    return Line(voice, chart(marks), least, greatest, last)


def _marks(
    brand: Brand, read: Course, metric: Metric, voice: Voice | None, values: Sequence[Value], *, opens: bool
) -> list[Mark]:
    """Return one mark a month: its value, its words, where it leads, whether it is closed."""
    slug = voice.slug if voice else BRAND_LINE
    return [
        Mark(
            value=value,
            label=_("%(month)s: %(value)s")
            % {"month": telling.month_title(month), "value": telling.figure(value, metric.unit)},
            href=reverse("facts", args=[brand.slug, month, slug, metric.id]) if opens else "",
            is_closed=month in read.closed,
        )
        for month, value in zip(read.months, values, strict=True)
    ]
