"""One voice's figures of a month, each with its year up to it: rows only, in two queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from portevoix.core.periods import Month
from portevoix.measures import stored
from portevoix.measures.catalogue import METRICS
from portevoix.measures.courses import YEAR
from portevoix.measures.metric import Value
from portevoix.measures.models import ScorecardLine
from portevoix.measures.queries import Figure, back_from, told
from portevoix.programme.models import Voice


@dataclass(frozen=True)
class Yearly:
    """A figure, and its values of YEAR months, oldest first: None where nobody looked."""

    figure: Figure
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Year:
    """The figures of a voice that have a value in `month`. `computed_at` is None where only a closing has them."""

    month: Month
    computed_at: datetime | None
    is_closed: bool
    figures: tuple[Yearly, ...]


def last_month(voice: str = "pk") -> Subquery:
    """Return what reads, beside a voice whose row id is in the field `voice`, its last month with a value."""
    lines = ScorecardLine.objects.filter(voice=OuterRef(voice)).exclude(value=None)
    return Subquery(lines.order_by("-scorecard__month").values("scorecard__month")[:1])


def year_of(voice: Voice, month: Month) -> Year:
    """Return the figures of `voice` in `month` and their course; those of a closed month are the closed ones."""
    months = [str(each) for each in back_from(month, YEAR)]
    asked = {"voice": voice.pk, "first": months[0], "last": months[-1]}
    live, frozen = stored.live_of(**asked), stored.closed_of(**asked)
    closed = {name for name, *_line in frozen} | {row[0] for row in live if row[-1]}
    lines: dict[str, dict[str, _Pair]] = defaultdict(dict)
    for name, metric, value, previous, _computed_at, _is_closed in live:
        if name not in closed:
            lines[metric][name] = (value, previous)
    for name, metric, value, previous in frozen:
        lines[metric][name] = (value, previous)
    dated = (row[4] for row in live if row[0] == months[-1])
    return Year(month, next(dated, None), months[-1] in closed, tuple(_figures(voice, months, lines)))


_Pair = tuple[float | None, float | None]
"""A value, and that of the month before."""


def _figures(voice: Voice, months: list[str], lines: dict[str, dict[str, _Pair]]) -> Iterable[Yearly]:
    """Yield the figures that have a value in the last of `months`, in the catalogue's order."""
    for metric in METRICS:
        of_month = lines.get(metric.id, {})
        value, previous = of_month.get(months[-1], (None, None))
        if value is not None:
            values = (of_month.get(month, (None, None))[0] for month in months)
            figure = Figure(voice, metric, told(value, metric), told(previous, metric))
            yield Yearly(figure, tuple(told(each, metric) for each in values))
