"""One voice's figures of a month, each with its year up to it: rows only, in two queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from portevoix.core.periods import Month
from portevoix.measures.catalogue import METRICS
from portevoix.measures.courses import YEAR
from portevoix.measures.metric import Value
from portevoix.measures.models import ClosedLine, ScorecardLine
from portevoix.measures.queries import Figure, back_from, in_closed_month, told
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
    live = list(_live(voice, months))
    # What a closing rests on is large: it is not read with each of its lines.
    closed_lines = ClosedLine.objects.filter(voice=voice, closing__month__in=months)
    frozen = list(closed_lines.select_related("closing").defer("closing__basis", "closing__metric_versions"))
    closed = {line.closing.month for line in frozen}
    closed |= {line.scorecard.month for line in live if line.is_closed}
    lines: dict[str, dict[str, ScorecardLine | ClosedLine]] = defaultdict(dict)
    for line in live:
        if line.scorecard.month not in closed:
            lines[line.metric][line.scorecard.month] = line
    for kept in frozen:
        lines[kept.metric][kept.closing.month] = kept
    dated = (line.scorecard.computed_at for line in live if line.scorecard.month == str(month))
    return Year(month, next(dated, None), str(month) in closed, tuple(_figures(voice, months, lines)))


def _live(voice: Voice, months: list[str]) -> Any:
    """Return the stored lines, each with `is_closed`: whether its month is, with or without this line."""
    lines = ScorecardLine.objects.filter(voice=voice, scorecard__month__in=months)
    lines = lines.annotate(is_closed=in_closed_month())
    return lines.select_related("scorecard").defer("scorecard__fingerprint", "scorecard__mark")


def _figures(
    voice: Voice, months: list[str], lines: dict[str, dict[str, ScorecardLine | ClosedLine]]
) -> Iterable[Yearly]:
    """Yield the figures that have a value in the last of `months`, in the catalogue's order."""
    for metric in METRICS:
        of_month = lines.get(metric.id, {})
        last = of_month.get(months[-1])
        if last is None or last.value is None:
            continue
        values = (of_month[month].value if month in of_month else None for month in months)
        figure = Figure(voice, metric, told(last.value, metric), told(last.previous, metric))
        yield Yearly(figure, tuple(told(value, metric) for value in values))
