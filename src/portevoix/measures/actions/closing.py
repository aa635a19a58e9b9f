"""Closing a month: what its figures rest on is frozen with them, in one transaction, and sealed.

The figures are those of the stored scorecard. Nobody makes anything known of the brand meanwhile: the transaction
takes the brand's turn, and finds the scorecard as fresh as when the facts were read; else all is read once more.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core import progress
from portevoix.core.periods import Month
from portevoix.ledger.actions.known import take_turn
from portevoix.ledger.queries import known_until_us
from portevoix.measures import sealing
from portevoix.measures.actions.refresh import refresh
from portevoix.measures.basis import Basis
from portevoix.measures.errors import NotClosable
from portevoix.measures.models import ClosedLine, Closing, Scorecard
from portevoix.measures.queries import closing_of, state_of
from portevoix.people import journal, rights
from portevoix.people.journal import By
from portevoix.people.models import Brand

TURNS: Final = 5
"""How often all is read anew because something became known meanwhile."""


def close(brand: Brand, month: Month, *, by: By, now: datetime, may_compute: bool = True) -> Closing:
    """Close `month` and return the closing; of a month that is closed, the one that there is.

    Figures are computed first where they are out of date, unless `may_compute` is False: pages load no engine.
    Raises NotAllowed, NotClosable with the reason, and ProjectionUnderWay.
    """
    rights.require("measures.close", by=by, brand=brand)
    for _turn in range(TURNS if may_compute else 1):
        if closing := closing_of(brand, month):
            return closing
        asked = Brand.objects.get(pk=brand.pk)  # its zone may have changed since it was read
        _require_over(asked, month, now)
        if may_compute:
            refresh([asked], month, now=lambda: now)
        basis, known_us = Basis.of(asked, month), known_until_us(asked)
        facts_digest = sealing.facts_digest(basis, known_us)
        if closing := _freeze(basis, known_us, facts_digest, by=by, now=now):
            progress.reached("closing.closed")
            return closing
    raise NotClosable(
        _("Something became known of this month meanwhile. Nothing was closed; try again soon.")
    )


def _require_over(brand: Brand, month: Month, now: datetime) -> None:
    """Raise NotClosable for a month that is not over, before anything is computed for it."""
    state = state_of(brand, month, now=now, is_fresh=True)
    if not state.is_over:
        raise NotClosable(state.reason)


@transaction.atomic
def _freeze(basis: Basis, known_us: int, facts_digest: str, *, by: By, now: datetime) -> Closing | None:
    """Freeze the stored scorecard with `basis`; return None where either is out of date by now.

    Raises NotClosable. Whoever else has closed the month first is found, and is not written down twice.
    """
    brand, month = basis.brand, basis.month
    take_turn(brand)
    if closing := closing_of(brand, month):
        return closing
    current = Basis.of(Brand.objects.get(pk=brand.pk), month).fingerprint
    card = Scorecard.objects.filter(brand=brand, month=str(month), fingerprint=current).first()
    if card is None or basis.fingerprint != current:
        return None
    state = state_of(brand, month, now=now, is_fresh=True)
    if not state.may_close:
        raise NotClosable(state.reason)
    closing = _store(basis, card, known_us, facts_digest, now)
    journal.record(
        "measures.month.closed", by=by, brand=brand, subject=f"month:{month}", digest=closing.digest
    )
    progress.reached("closing.recording")
    return closing


def _store(basis: Basis, card: Scorecard, known_us: int, facts_digest: str, now: datetime) -> Closing:
    """Store the closing and its lines, sealed, in the caller's transaction."""
    closing = Closing(
        brand=basis.brand,
        month=str(basis.month),
        time_zone=basis.brand.time_zone,
        closed_at=now,
        known_until_us=known_us,
        basis=basis.frozen(),
        metric_versions=dict(card.lines.values_list("metric", "metric_version")),
        facts_digest=facts_digest,
    )
    lines = [
        ClosedLine(
            closing=closing,
            voice_id=line.voice_id,
            metric=line.metric,
            metric_version=line.metric_version,
            value=line.value,
            previous=line.previous,
        )
        for line in card.lines.order_by("pk")
    ]
    closing.digest = sealing.digest_of_closing(closing, lines)
    closing.save(force_insert=True)
    ClosedLine.objects.bulk_create(lines)
    return closing
