"""One month as its page shows it, with the course of one metric up to it: rows only, in three queries at most."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from portevoix.core.periods import Month
from portevoix.measures import queries, stored
from portevoix.measures.catalogue import BY_ID
from portevoix.measures.metric import Value
from portevoix.measures.models import Closing
from portevoix.measures.queries import Figure, Restatement
from portevoix.measures.stored import Lines
from portevoix.people.models import Brand

YEAR: Final = 12
"""Months of a course."""


@dataclass(frozen=True)
class Course:
    """The figures of a month, as closed where it is, and the values of one metric in the months up to it.

    `restated` are closed figures that are others now. `values` has one list a line (None: the brand's own),
    oldest first, None where nobody looked; `months` names them and `closed` those that are closed.
    """

    closing: Closing | None
    figures: list[Figure]
    restated: list[Restatement]
    months: list[Month]
    closed: frozenset[Month]
    values: dict[int | None, list[Value]]


def course(brand: Brand, month: Month, *, metric: str, count: int = YEAR) -> Course:
    """Return what `month` of `brand` says, with `count` months of `metric` up to it."""
    months = queries.back_from(month, count)
    names = [str(each) for each in months]
    closings = stored.closings_of(brand, names)
    live = stored.live_lines(brand, names, metric)
    frozen = stored.closed_lines(brand, names, metric) if closings else {}
    told = {name: lines for name, lines in live.items() if name not in closings} | frozen
    closing = closings.get(str(month))
    here, before = live.get(str(month), []), frozen.get(str(month), [])
    return Course(
        closing=closing,
        figures=queries.in_order(before if closing else here),
        restated=queries.restatements(closing, before, here) if closing else [],
        months=months,
        closed=frozenset(each for each in months if str(each) in closings),
        values=_values(told, names, metric),
    )


def _values(lines: Lines, names: Sequence[str], metric: str) -> dict[int | None, list[Value]]:
    found: dict[int | None, list[Value]] = defaultdict(lambda: [None] * len(names))
    for place, name in enumerate(names):
        for line in lines.get(name, ()):
            if line.metric == metric:
                found[line.voice_id][place] = queries.told(line.value, BY_ID[metric])
    return dict(found)
