"""One month as its page shows it, with the course of one metric up to it: rows only, in three queries at most."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from portevoix.core.periods import Month
from portevoix.measures import queries
from portevoix.measures.catalogue import BY_ID
from portevoix.measures.metric import Value
from portevoix.measures.models import ClosedLine, Closing, ScorecardLine
from portevoix.measures.queries import Figure, Restatement
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

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
    # What a closing rests on is large, and read only where facts are opened or the month replayed.
    made = Closing.objects.filter(brand=brand, month__in=names).defer("basis")
    closings = {each.month: each for each in made}
    live = _lines(ScorecardLine.objects.filter(scorecard__brand=brand), "scorecard", names, metric)
    frozen = _lines(ClosedLine.objects.filter(closing__in=closings.values()), "closing", names, metric)
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


@dataclass(frozen=True)
class Row:
    """One line as stored, live or closed. A page reads hundreds: rows of the ORM would be most of its cost."""

    voice: Voice | None
    voice_id: int | None
    metric: str
    metric_version: int
    value: float | None
    previous: float | None


Lines = dict[str, list[Row]]
"""{month: its lines}."""
_VOICE: Final = ("id", "brand_id", "slug", "kind", "state", "first_name", "name", "hue")
"""What a page of figures tells of a voice."""


def _lines(rows: QuerySet[Any], owner: str, names: Sequence[str], metric: str) -> Lines:
    """Return all lines of the last of the months `names`, and those of `metric` of the others."""
    wanted = Q(**{f"{owner}__month": names[-1]}) | Q(**{f"{owner}__month__in": names}, metric=metric)
    found: Lines = defaultdict(list)
    voices: dict[int | None, Voice | None] = {None: None}
    told = rows.filter(wanted).values_list(
        f"{owner}__month",
        "metric",
        "metric_version",
        "value",
        "previous",
        *(f"voice__{each}" for each in _VOICE),
    )
    for month, name, version, value, previous, *voice in told:
        number = voice[0]
        if number not in voices:
            voices[number] = Voice.from_db(rows.db, _VOICE, voice)
        found[month].append(Row(voices[number], number, name, version, value, previous))
    return found


def _values(lines: Lines, names: Sequence[str], metric: str) -> dict[int | None, list[Value]]:
    found: dict[int | None, list[Value]] = defaultdict(lambda: [None] * len(names))
    for place, name in enumerate(names):
        for line in lines.get(name, ()):
            if line.metric == metric:
                found[line.voice_id][place] = queries.told(line.value, BY_ID[metric])
    return dict(found)
