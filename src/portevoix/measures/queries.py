"""Readings of scorecards and of closed months for pages and commands: rows only, never an engine."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.core.errors import NotFound
from portevoix.core.models import Job
from portevoix.core.periods import FIRST_MONTH, Month
from portevoix.core.prepared import prepared
from portevoix.ledger.queries import is_covered
from portevoix.measures import rules
from portevoix.measures.catalogue import BY_ID, METRICS
from portevoix.measures.metric import Metric, Unit, Value
from portevoix.measures.models import ClosedLine, Closing, Comment, Scorecard, ScorecardLine
from portevoix.measures.rules import Obstacle, Standing
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

CLOSE: Final = "measures.close"
VERIFY: Final = "measures.verify"
"""What can be asked of the worker about a month: kinds of jobs, each called like the right that it takes."""
BRAND_LINE = "*"
"""How the brand's own line is called where voices are called by their slugs."""


class Told(Protocol):
    """A stored line, live or closed, whatever row it was read as."""

    @property
    def voice(self) -> Voice | None:
        """Return whose line it is, None for the brand's own."""

    @property
    def voice_id(self) -> int | None:
        """Return the number of that voice."""

    @property
    def metric(self) -> str:
        """Return the metric's id."""

    @property
    def value(self) -> float | None:
        """Return the value, None where nobody looked."""

    @property
    def previous(self) -> float | None:
        """Return the value of the month before."""


@dataclass(frozen=True)
class Figure:
    """One value of one line. `value` and `previous` are None where nobody looked, whole where counts."""

    voice: Voice | None
    metric: Metric
    value: int | float | None
    previous: int | float | None

    @property
    def voice_slug(self) -> str:
        """Return the voice's slug, or `*` for the brand's own line."""
        return self.voice.slug if self.voice else BRAND_LINE


def figures(
    brand: Brand, month: Month, *, voice_slug: str | None = None, metric: str | None = None
) -> list[Figure]:
    """Return the figures of `month`: voices by slug, the brand's line last, metrics in the catalogue's order.

    `metric` leaves out all others. Raises NotFound when `voice_slug` names no line of that month.
    """
    stored = ScorecardLine.objects.filter(
        _chosen(voice_slug, metric), scorecard__brand=brand, scorecard__month=str(month)
    )
    found = in_order(stored.select_related("voice"))
    if voice_slug is not None and not found:
        raise NotFound(
            _("No voice %(slug)s has figures in %(month)s.") % {"slug": voice_slug, "month": month}
        )
    return found


def _chosen(voice_slug: str | None, metric: str | None) -> Q:
    """Return the condition that a line is that of `voice_slug` and `metric`, each where it is told."""
    whose = Q(voice=None) if voice_slug == BRAND_LINE else Q(voice__slug=voice_slug) if voice_slug else Q()
    return whose & (Q(metric=metric) if metric else Q())


@dataclass(frozen=True)
class Latest:
    """The last month that was computed, when, and figures of it."""

    month: Month
    computed_at: datetime
    figures: tuple[Figure, ...]


def latest(brand: Brand, voices: Collection[int]) -> Latest | None:
    """Return figures of the last month computed of `brand`: the brand's line, and those of `voices` (row ids).

    Those of a closed month are the closed ones, which takes a second query. None where nothing was computed yet.
    """
    mine = Q(voice=None) | Q(voice__in=voices)
    lines = list(_last(brand.pk).filter(mine)) if voices else _last_own(brand=brand.pk)
    if not lines:
        return None
    card = lines[0].scorecard
    if lines[0].is_closed:
        return _latest_of(ClosedLine.objects.filter(mine, closing__brand=brand, closing__month=card.month))
    return Latest(Month.parse(card.month), card.computed_at, tuple(in_order(lines)))


def _last(brand: Any) -> QuerySet[Any]:
    """Return the lines of the last month computed of `brand`, with what the month says."""
    last = Scorecard.objects.filter(brand=brand, lines__isnull=False).order_by("-month").values("pk")[:1]
    stored = ScorecardLine.objects.filter(scorecard=last).annotate(is_closed=in_closed_month())
    return stored.select_related("scorecard", "voice")


@prepared
def _last_own(brand: Any) -> QuerySet[Any]:
    """Return those of them that are the brand's own."""
    return _last(brand).filter(voice=None)


def latest_closed(brand: Brand) -> Latest | None:
    """Return the brand's own figures of the last month that was closed, as they were; None before the first.

    One query.
    """
    last = Closing.objects.filter(brand=brand).order_by("-month").values("pk")[:1]
    return _latest_of(ClosedLine.objects.filter(voice=None, closing=last))


def _latest_of(closed: QuerySet[ClosedLine]) -> Latest | None:
    """Return what the lines `closed` of one month tell, None where there are none."""
    lines = list(closed.select_related("closing", "voice").defer("closing__basis"))
    if not lines:
        return None
    closing = lines[0].closing
    return Latest(Month.parse(closing.month), closing.closed_at, tuple(in_order(lines)))


def in_order(lines: Iterable[Told]) -> list[Figure]:
    """Return the figures of `lines`: voices by slug, the brand's line last, metrics in the catalogue's order."""
    found = [_figure(line) for line in lines if line.metric in BY_ID]
    order = {metric.id: place for place, metric in enumerate(METRICS)}
    return sorted(found, key=lambda each: (each.voice is None, each.voice_slug, order[each.metric.id]))


def figures_in(
    brand: Brand, months: Collection[Month], metrics: Collection[str]
) -> dict[tuple[Month, str, str], Figure]:
    """Return the figures of `metrics` in each of `months`, by month, line and metric, in two queries.

    Those of a closed month are the closed ones: what was unknown at the closing is left out.
    """
    wanted = {str(month): month for month in months}
    chosen = Q(metric__in=[each for each in metrics if each in BY_ID])
    live = ScorecardLine.objects.filter(chosen, scorecard__brand=brand, scorecard__month__in=list(wanted))
    frozen = ClosedLine.objects.filter(chosen, closing__brand=brand, closing__month__in=list(wanted))
    found: dict[tuple[Month, str, str], Figure] = {}
    for rows, owner in ((live.exclude(in_closed_month()), "scorecard"), (frozen, "closing")):
        for line in rows.select_related("voice").annotate(told_month=F(f"{owner}__month")):
            figure = _figure(line)
            found[wanted[line.told_month], figure.voice_slug, figure.metric.id] = figure
    return found


def in_closed_month() -> Exists:
    """Return what tells, beside a stored line, whether its month is closed, and with it what the month says."""
    brand, month = OuterRef("scorecard__brand"), OuterRef("scorecard__month")
    return Exists(Closing.objects.filter(brand=brand, month=month))


def _figure(line: Told) -> Figure:
    metric = BY_ID[line.metric]
    return Figure(line.voice, metric, told(line.value, metric), told(line.previous, metric))


def told(value: float | None, metric: Metric) -> Value:
    """Return a stored value as its metric tells it: whole where it counts."""
    return int(value) if value is not None and metric.unit is Unit.COUNT else value


def closing_of(brand: Brand, month: Month) -> Closing | None:
    """Return the closing of `month`, None while it is open."""
    return next(iter(_closing(brand=brand.pk, month=str(month))), None)


@prepared
def _closing(brand: Any, month: Any) -> QuerySet[Closing]:
    return Closing.objects.filter(brand=brand, month=month).order_by()


def request_of(kind: str, brand: Brand, month: Month) -> Job | None:
    """Return the last request of `kind` (CLOSE or VERIFY) that was made of `month`, done or not."""
    asked = Job.objects.filter(kind=kind, owner=brand.owner, cursor__month=str(month))
    return asked.order_by("-pk").first()


def closed_months(brand: Brand) -> list[Month]:
    """Return the months of `brand` that are closed, newest first."""
    return [Month.parse(month) for month in _closed(brand).values_list("month", flat=True)]


def _closed(brand: Brand) -> QuerySet[Closing]:
    return Closing.objects.filter(brand=brand).order_by("-month")


def closed_figures(
    closing: Closing, *, voice_slug: str | None = None, metric: str | None = None
) -> list[Figure]:
    """Return the figures of a closed month as they were closed, in the order of `figures`, or those chosen.

    A metric that is no longer in the catalogue has no label, and is left out.
    """
    return in_order(closing.lines.filter(_chosen(voice_slug, metric)).select_related("voice"))


@dataclass(frozen=True)
class Restatement:
    """A closed figure that is another now, because something became known since. None: no value."""

    voice: Voice | None
    metric: Metric
    closed: Value
    now: Value

    @property
    def voice_slug(self) -> str:
        """Return the voice's slug, or `*` for the brand's own line."""
        return self.voice.slug if self.voice else BRAND_LINE


def restated(closing: Closing) -> list[Restatement]:
    """Return the figures of a closed month that are others in its scorecard now, in the order of `figures`.

    A figure whose metric has another version now is left out: the two do not say the same thing. So is all of a
    month whose scorecard is not stored.
    """
    live = ScorecardLine.objects.filter(scorecard__brand=closing.brand_id, scorecard__month=closing.month)
    return restatements(closing, closing.lines.select_related("voice"), live.select_related("voice"))


def restatements(closing: Closing, lines: Iterable[Told], live: Iterable[Told]) -> list[Restatement]:
    """Return the same of the lines that were closed and of those that are stored now."""
    before = {(each.voice_id, each.metric): each for each in lines}
    now = {(each.voice_id, each.metric): each for each in live}
    if not now:
        return []
    found = [
        Restatement(line.voice, metric, _value(before.get(key), metric), _value(now.get(key), metric))
        for key, line in (before | now).items()
        if (metric := _comparable(line.metric, closing))
    ]
    order = {metric.id: place for place, metric in enumerate(METRICS)}
    differing = [each for each in found if not rules.is_same(each.closed, each.now)]
    return sorted(differing, key=lambda each: (each.voice is None, each.voice_slug, order[each.metric.id]))


def _comparable(metric_id: str, closing: Closing) -> Metric | None:
    """Return the metric, if it still means what it meant when `closing` was made."""
    metric = BY_ID.get(metric_id)
    return metric if metric and closing.metric_versions.get(metric_id) == metric.version else None


def _value(line: Told | None, metric: Metric) -> Value:
    return told(line.value, metric) if line else None


def comments(brand: Brand, month: Month) -> dict[int, Comment]:
    """Return what is said of each voice's month, by the voice's number."""
    return {each.voice_id: each for each in _comments(brand=brand.pk, month=str(month))}


@prepared
def _comments(brand: Any, month: Any) -> QuerySet[Comment]:
    return Comment.objects.filter(brand=brand, month=month)


@dataclass(frozen=True)
class ClosingState:
    """How far a month is from being closed.

    `commented` and `awaited` are voices by their numbers; `from_on` is the first day on which the month may be
    closed without the comments of those awaited; `reason` says why it may not be closed now, '' when it may.
    """

    is_over: bool
    closing: Closing | None
    commented: frozenset[int]
    awaited: frozenset[int]
    obstacle: Obstacle | None
    from_on: date
    reason: str

    @property
    def may_close(self) -> bool:
        """Return whether nothing stands in the way."""
        return self.obstacle is None


def closing_state(brand: Brand, month: Month, *, now: datetime) -> ClosingState:
    """Return how far `month` is from being closed at `now`, in six queries at most.

    That its figures tell all that is known is found out when it is closed: this would take too long here.
    """
    closing, said = closing_of(brand, month), frozenset(comments(brand, month))
    looked_at = _looked_at(brand, month)
    standing = Standing(
        month=month,
        today=brand.day(now),
        is_closed=closing is not None,
        has_figures=bool(looked_at) or is_covered(brand, month),
        is_computed=Scorecard.objects.filter(brand=brand, month=str(month)).exists(),
        awaited=rules.whose_comment(_states(looked_at)) - said,
    )
    return state_from(standing, closing, said)


def state_from(standing: Standing, closing: Closing | None, said: Collection[int]) -> ClosingState:
    """Return how far a month is from being closed, where the caller has read how it stands: no query."""
    obstacle, from_on = standing.obstacle, rules.closes_without_from(standing.month)
    reason = _sentence(obstacle, standing.month, from_on) if obstacle else ""
    awaited = frozenset(standing.awaited)
    return ClosingState(standing.is_over, closing, frozenset(said), awaited, obstacle, from_on, reason)


def _looked_at(brand: Brand, month: Month) -> set[int | None]:
    """Return the lines of the month in which some metric has a value: somebody looked there."""
    lines = ScorecardLine.objects.filter(scorecard__brand=brand, scorecard__month=str(month))
    return set(lines.exclude(value=None).values_list("voice", flat=True).distinct())


def _states(voices: Collection[int | None]) -> dict[int, str]:
    """Return in which state of its life each of `voices` is."""
    found = Voice.objects.filter(pk__in=[each for each in voices if each is not None])
    return dict(found.values_list("pk", "state"))


_SENTENCES: Final = {
    Obstacle.CLOSED: gettext_noop("%(month)s is closed already. Nothing was changed."),
    Obstacle.NOT_OVER: gettext_noop("%(month)s is not over yet: only past months are closed."),
    Obstacle.NO_FIGURES: gettext_noop(
        "%(month)s has no figure at all: no source told anything of it. Import its facts first."
    ),
    Obstacle.NOT_COMPUTED: gettext_noop("The figures of %(month)s are still being computed. Try again soon."),
    Obstacle.AWAITING: gettext_noop(
        "Comments on %(month)s are still awaited. It can be closed once they are all there, or from %(day)s on."
    ),
}


def _sentence(obstacle: Obstacle, month: Month, from_on: date) -> str:
    words = {"month": formats.date_format(month.first_day, "YEAR_MONTH_FORMAT"), "day": _day(from_on)}
    return _(_SENTENCES[obstacle]) % words


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def back_from(month: Month, count: int) -> list[Month]:
    """Return `count` months that end with `month`, oldest first; fewer after FIRST_MONTH, the oldest there is."""
    found = [month]
    while len(found) < count and found[-1] > FIRST_MONTH:
        found.append(found[-1].previous)
    return found[::-1]
