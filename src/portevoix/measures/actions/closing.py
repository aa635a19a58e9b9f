"""Closing a month: what its figures rest on is frozen with them, in one transaction, and sealed.

The figures are those of the stored scorecard, if they tell what is known. Nobody makes anything known of the brand
meanwhile: the transaction takes the brand's turn, and finds all as it was read; else all is read once more.
"""

from dataclasses import dataclass, replace
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
from portevoix.measures.queries import closing_of, closing_state
from portevoix.measures.rules import Obstacle
from portevoix.people import journal, rights
from portevoix.people.journal import By
from portevoix.people.models import Brand

TURNS: Final = 5
"""How often all is read anew because something became known meanwhile."""


@dataclass(frozen=True)
class _Reading:
    """What was read to close a month: `fingerprint` is that of the stored scorecard if it tells this, else ''."""

    basis: Basis
    known_us: int
    facts_digest: str
    fingerprint: str

    @classmethod
    def of(cls, brand: Brand, month: Month) -> "_Reading":
        """Read what the month rests on now, and whether the stored figures come of it."""
        basis, known_us = Basis.of(brand, month), known_until_us(brand)
        digest = sealing.facts_digest(basis, known_us)
        card = Scorecard.objects.filter(brand=brand, month=str(month)).first()
        return cls(basis, known_us, digest, card.fingerprint if card and _tells(card, basis, digest) else "")


def _tells(card: Scorecard, basis: Basis, facts_digest: str) -> bool:
    """Return whether the figures of `card` are those of `basis` and of the facts that count now.

    Facts become known all the time, of other months mostly. Where nothing else has changed and the month's own
    facts are still those that counted when computing began, the figures are the same.
    """
    if card.fingerprint == basis.fingerprint:
        return True
    then = replace(basis, watermark=tuple(card.watermark))
    if card.fingerprint != then.fingerprint:
        return False
    _count, known_us = card.watermark
    return sealing.facts_digest(basis, known_us) == facts_digest


def close(brand: Brand, month: Month, *, by: By, now: datetime) -> Closing:
    """Close `month` and return the closing; of a month that is closed, the one that there is.

    Figures that are out of date are computed first, by an engine: a page asks the worker for it.
    Raises NotAllowed, NotClosable with the reason, and ProjectionUnderWay.
    """
    rights.require("measures.close", by=by, brand=brand)
    for _turn in range(TURNS):
        if closing := closing_of(brand, month):
            return closing
        asked = Brand.objects.get(pk=brand.pk)  # its zone may have changed since it was read
        _check_beforehand(asked, month, now)
        read = _Reading.of(asked, month)
        if not read.fingerprint:
            refresh([asked], month, now=lambda: now)
            read = _Reading.of(asked, month)
        if read.fingerprint and (closing := _freeze(read, by=by, now=now)):
            progress.reached("closing.closed")
            return closing
    raise NotClosable(
        _("Something became known of this month meanwhile. Nothing was closed; try again soon.")
    )


def _check_beforehand(brand: Brand, month: Month, now: datetime) -> None:
    """Raise NotClosable for what no computing would change, before anything is read or computed."""
    state = closing_state(brand, month, now=now)
    if state.obstacle is Obstacle.NOT_OVER:
        raise NotClosable(state.reason)


@transaction.atomic
def _freeze(read: _Reading, *, by: By, now: datetime) -> Closing | None:
    """Freeze the stored scorecard with what was `read`; return None where either is out of date by now.

    Raises NotClosable. Whoever else has closed the month first is found, and is not written down twice.
    """
    brand, month = read.basis.brand, read.basis.month
    take_turn(brand)
    if closing := closing_of(brand, month):
        return closing
    # Locked: who computes the same month at this moment stores it later.
    cards = Scorecard.objects.select_for_update().filter(brand=brand, month=str(month))
    card = cards.filter(fingerprint=read.fingerprint).first()
    current = Basis.of(Brand.objects.get(pk=brand.pk), month).fingerprint
    if card is None or read.basis.fingerprint != current:
        return None
    state = closing_state(brand, month, now=now)
    if not state.may_close:
        raise NotClosable(state.reason)
    closing = _store(read, card, now)
    journal.record(
        "measures.month.closed", by=by, brand=brand, subject=f"month:{month}", digest=closing.digest
    )
    progress.reached("closing.recording")
    return closing


def _store(read: _Reading, card: Scorecard, now: datetime) -> Closing:
    """Store the closing and its lines, sealed, in the caller's transaction."""
    basis = read.basis
    closing = Closing(
        brand=basis.brand,
        month=str(basis.month),
        time_zone=basis.brand.time_zone,
        closed_at=now,
        known_until_us=read.known_us,
        basis=basis.frozen(),
        metric_versions=dict(card.lines.values_list("metric", "metric_version")),
        facts_digest=read.facts_digest,
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
