"""Stored lines, live and closed, month by month. A page reads hundreds: rows of the ORM would be most of its cost.

Months are told by their names, which stand in the order of time.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet

from portevoix.core.prepared import prepared
from portevoix.measures.models import ClosedLine, Closing, ScorecardLine
from portevoix.measures.queries import in_closed_month
from portevoix.people.models import Brand
from portevoix.programme.models import Voice


class Row(NamedTuple):
    """One line, live or closed."""

    voice: Voice | None
    voice_id: int | None
    metric: str
    metric_version: int
    value: float | None
    previous: float | None


Lines = dict[str, list[Row]]
"""{month: its lines}."""
_LINE: Final = ("metric", "metric_version", "value", "previous")
_VOICE: Final = ("id", "brand_id", "slug", "kind", "state", "first_name", "name", "hue")
"""What a page of figures tells of a voice."""
_VOICES: Final = tuple(f"voice__{each}" for each in _VOICE)


def closings_of(brand: Brand, months: Sequence[str]) -> dict[str, Closing]:
    """Return the closings of `months`, which follow each other, without what they rest on: that is large."""
    found = _closings(brand=brand.pk, first=months[0], last=months[-1])
    return {each.month: each for each in found}


def live_lines(brand: Brand, months: Sequence[str], metric: str) -> Lines:
    """Return all lines of the last of `months`, and those of `metric` of the others, as computed last."""
    return _by_month(_live(brand=brand.pk, first=months[0], last=months[-1], metric=metric))


def closed_lines(brand: Brand, months: Sequence[str], metric: str) -> Lines:
    """Return the same of the months that are closed, as they were closed."""
    return _by_month(_closed(brand=brand.pk, first=months[0], last=months[-1], metric=metric))


@prepared
def _closings(brand: Any, first: Any, last: Any) -> QuerySet[Closing]:
    return Closing.objects.filter(brand=brand, month__gte=first, month__lte=last).defer("basis").order_by()


@prepared
def _live(brand: Any, first: Any, last: Any, metric: Any) -> QuerySet[Any, Any]:
    of_brand = ScorecardLine.objects.filter(scorecard__brand=brand)
    of_metric = Q(scorecard__month__gte=first, scorecard__month__lt=last, metric=metric)
    wanted = of_brand.filter(Q(scorecard__month=last) | of_metric)
    return wanted.values_list("scorecard__month", *_LINE, *_VOICES)


@prepared
def _closed(brand: Any, first: Any, last: Any, metric: Any) -> QuerySet[Any, Any]:
    of_brand = ClosedLine.objects.filter(closing__brand=brand)
    of_metric = Q(closing__month__gte=first, closing__month__lt=last, metric=metric)
    wanted = of_brand.filter(Q(closing__month=last) | of_metric)
    return wanted.values_list("closing__month", *_LINE, *_VOICES)


def _by_month(told: Iterable[tuple[Any, ...]]) -> Lines:
    found: Lines = defaultdict(list)
    voices: dict[int | None, Voice | None] = {None: None}
    for month, name, version, value, previous, *voice in told:
        number = voice[0]
        if number not in voices:
            voices[number] = Voice.from_db(Voice.objects.db, _VOICE, voice)
        found[month].append(Row(voices[number], number, name, version, value, previous))
    return found


@prepared
def live_of(voice: Any, first: Any, last: Any) -> QuerySet[Any, Any]:
    """Return (month, metric, value, previous, when computed, whether the month is closed) of a voice's lines."""
    lines = ScorecardLine.objects.filter(voice=voice, scorecard__month__gte=first, scorecard__month__lte=last)
    told = ("scorecard__month", "metric", "value", "previous", "scorecard__computed_at", "is_closed")
    return lines.annotate(is_closed=in_closed_month()).values_list(*told)


@prepared
def closed_of(voice: Any, first: Any, last: Any) -> QuerySet[Any, Any]:
    """Return (month, metric, value, previous) of a voice's lines as they were closed."""
    lines = ClosedLine.objects.filter(voice=voice, closing__month__gte=first, closing__month__lte=last)
    return lines.values_list("closing__month", "metric", "value", "previous")
