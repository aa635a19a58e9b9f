"""Computing scorecards anew where what they rest on has changed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from portevoix.core import clock
from portevoix.core.patience import NONE, Patience
from portevoix.core.periods import Month
from portevoix.ledger.actions.claim import PATIENT
from portevoix.ledger.errors import ProjectionUnderWay
from portevoix.measures.basis import Basis, months_of
from portevoix.measures.catalogue import METRICS
from portevoix.measures.freshness import overtaken_months
from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.people.models import Brand

if TYPE_CHECKING:
    from portevoix.measures.computing import LineValues

log = structlog.get_logger(__name__)


def fingerprint(brand: Brand, month: Month) -> str:
    """Return the fingerprint that an up-to-date scorecard of `brand` and `month` has now."""
    return Basis.of(brand, month).fingerprint


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
    wanted = [Basis.of(brand, month) for brand in brands]
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
    from portevoix.measures.computing import compute  # noqa: PLC0415 - pages import this module, and no engine

    values = compute(stale, month, now=now, engine=engine, patience=patience)
    with transaction.atomic():
        return [_store(basis, values, now()) for basis in stale]


def _note_unchanged(basis: Basis) -> None:
    """Note that what became known of the brand changes no figure of the stored scorecard."""
    same = Scorecard.objects.filter(brand=basis.brand, month=str(basis.month), fingerprint=basis.fingerprint)
    same.exclude(mark=basis.mark).update(mark=basis.mark)


def _store(basis: Basis, values: "dict[Month, LineValues]", now: datetime) -> Scorecard:
    """Replace the rows of one scorecard, in the caller's transaction."""
    scorecard, _made = Scorecard.objects.update_or_create(
        brand=basis.brand,
        month=str(basis.month),
        defaults={
            "fingerprint": basis.fingerprint,
            "mark": basis.mark,
            "watermark": list(basis.watermark),
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
