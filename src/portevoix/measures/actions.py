"""Computing scorecards: the only writes of `measures`."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from portevoix.core import clock
from portevoix.core.patience import NONE, Patience
from portevoix.core.periods import Month
from portevoix.ledger import engine as engines
from portevoix.ledger import queries as ledger
from portevoix.ledger.actions.claim import PATIENT
from portevoix.ledger.actions.project import project
from portevoix.ledger.errors import ProjectionUnderWay
from portevoix.measures import catalogue
from portevoix.measures.catalogue import METRICS
from portevoix.measures.evaluate import Question, Value, evaluate, months_of, settle
from portevoix.measures.freshness import mark_of, overtaken_months
from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.measures.scopes import Covered, HeldAccount, Line, holdings_of, lines_of
from portevoix.people.models import Brand

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Basis:
    """All that one brand's scorecard of a month is computed from, facts aside."""

    brand: Brand
    month: Month
    mark: str
    held: tuple[HeldAccount, ...]
    lines: dict[Month, tuple[Line, ...]]
    covered: dict[Month, Covered]
    watermark: tuple[int, ...]

    @property
    def fingerprint(self) -> str:
        """Return a text that changes whenever a figure could."""
        told = [
            catalogue.version(),
            self.brand.time_zone,
            str(self.month),
            repr(self.held),
            repr(self.lines),
            [sorted(map(str, covered.kinds)) for covered in self.covered.values()],
            self.watermark,
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _basis(brand: Brand, month: Month) -> _Basis:
    mark = mark_of(brand)  # first: whatever becomes known from here on makes it another
    held = holdings_of(brand)
    months = months_of(month)
    return _Basis(
        brand=brand,
        month=month,
        mark=mark,
        held=tuple(held),
        lines={each: tuple(lines_of(brand, each, held)) for each in months},
        covered={each: Covered.of(brand, *each.bounds_us(brand.zone)) for each in months},
        watermark=tuple(ledger.watermark(brand)),
    )


def fingerprint(brand: Brand, month: Month) -> str:
    """Return the fingerprint that an up-to-date scorecard of `brand` and `month` has now."""
    return _basis(brand, month).fingerprint


def is_fresh(brand: Brand, month: Month) -> bool:
    """Return whether the stored scorecard says what the facts say now."""
    return Scorecard.objects.filter(
        brand=brand, month=str(month), fingerprint=fingerprint(brand, month)
    ).exists()


def refresh(
    brands: Iterable[Brand],
    month: Month,
    *,
    now: Callable[[], datetime] = clock.now,
    engine: str = "",
    patience: Patience = PATIENT,
) -> list[Scorecard]:
    """Compute anew the scorecards of `month` that are stale or missing; return those that were computed.

    All brands are computed together, month by month. `engine` is a name of `ledger.engine.ENGINES`; empty,
    the one of the settings. Raises ProjectionUnderWay when another process is still at it after `patience`.
    """
    wanted = [_basis(brand, month) for brand in brands]
    stored = dict(
        Scorecard.objects.filter(month=str(month), brand__in=[each.brand for each in wanted]).values_list(
            "brand_id", "fingerprint"
        )
    )
    stale = [each for each in wanted if stored.get(each.brand.pk) != each.fingerprint]
    for each in wanted:
        if each not in stale:
            _note_unchanged(each)
    if not stale:
        return []
    project(now=now, patience=patience)
    values = {each: _computed(stale, each, engine) for each in months_of(month)}
    with transaction.atomic():
        return [_store(basis, values, now()) for basis in stale]


def _note_unchanged(basis: _Basis) -> None:
    """Note that what became known of the brand changes no figure of the stored scorecard."""
    same = Scorecard.objects.filter(brand=basis.brand, month=str(basis.month), fingerprint=basis.fingerprint)
    same.exclude(mark=basis.mark).update(mark=basis.mark)


LineValues = dict[tuple[int, int | None], dict[str, Value]]
"""{(brand id, voice id or None): {metric id: value}}."""


def _computed(bases: list[_Basis], month: Month, engine: str) -> LineValues:
    """Return the settled values of every line of `bases` in `month`."""
    lines = tuple(line for basis in bases for line in basis.lines[month])
    question = Question(
        lines=lines,
        held=tuple(held for basis in bases for held in basis.held),
        brand_ids=tuple(basis.brand.pk for basis in bases),
    )
    with engines.opened(engine) as opened:
        found = evaluate(opened, question)
    covered = {basis.brand.pk: basis.covered[month] for basis in bases}
    return {
        (line.brand_id, line.voice_id): settle(line, values, covered[line.brand_id])
        for line, values in zip(lines, found, strict=True)
    }


def _store(basis: _Basis, values: dict[Month, LineValues], now: datetime) -> Scorecard:
    """Replace the rows of one scorecard, in the caller's transaction."""
    scorecard, _made = Scorecard.objects.update_or_create(
        brand=basis.brand,
        month=str(basis.month),
        defaults={
            "fingerprint": basis.fingerprint,
            "mark": basis.mark,
            "time_zone": basis.brand.time_zone,
            "computed_at": now,
        },
    )
    scorecard.lines.all().delete()
    current, before = (values[month] for month in months_of(basis.month))
    ScorecardLine.objects.bulk_create(
        ScorecardLine(
            scorecard=scorecard,
            voice_id=line.voice_id,
            metric=metric.id,
            metric_version=metric.version,
            value=current[line.brand_id, line.voice_id][metric.id],
            previous=before.get((line.brand_id, line.voice_id), {}).get(metric.id),
        )
        for line in basis.lines[basis.month]
        for metric in METRICS
    )
    return scorecard


def refresh_overtaken(*, now: datetime) -> int:
    """Compute every scorecard of a brand about which something became known since it was computed.

    Months are those of which some source told something. One brand that fails is logged and never stops the
    others; while somebody else writes the projection nothing is computed: there is a next time. Returns how many
    scorecards were computed.
    """
    months: dict[Month, list[Brand]] = {}
    for brand in Brand.objects.all():
        for month in _overtaken_months(brand):
            months.setdefault(month, []).append(brand)
    computed = 0
    try:
        for month, brands in sorted(months.items()):
            computed += _refresh_all_or_each(brands, month, now)
    except ProjectionUnderWay:
        log.info("refresh_put_off")
    return computed


def _overtaken_months(brand: Brand) -> list[Month]:
    try:
        return overtaken_months(brand)
    except Exception:
        log.exception("refresh_failed", brand=brand.pk)
        return []


def _refresh_all_or_each(brands: list[Brand], month: Month, now: datetime) -> int:
    """Compute brands together, and one by one when that fails; return how many scorecards were computed."""
    try:
        return len(refresh(brands, month, now=lambda: now, patience=NONE))
    except ProjectionUnderWay:
        raise
    except Exception:
        if len(brands) == 1:
            log.exception("refresh_failed", brand=brands[0].pk, month=str(month))
            return 0
    return sum(_refresh_all_or_each([brand], month, now) for brand in brands)
