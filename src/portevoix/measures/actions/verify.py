"""Replaying a closed month: from the facts that were known at its closing, its frozen holdings and its zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.patience import Patience
from portevoix.core.periods import Month
from portevoix.ledger.actions.claim import PATIENT, Clock
from portevoix.measures import rules, sealing
from portevoix.measures.basis import Basis
from portevoix.measures.catalogue import BY_ID
from portevoix.measures.errors import NotClosed
from portevoix.measures.metric import Value
from portevoix.measures.models import ClosedLine, Closing
from portevoix.measures.queries import BRAND_LINE, closing_of, told
from portevoix.people import journal, rights
from portevoix.people.journal import By
from portevoix.people.models import Brand

if TYPE_CHECKING:
    from portevoix.measures.computing import LineValues


class Outcome(StrEnum):
    """What replaying one figure gave."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_REPLAYED = "not_replayed"
    """Its metric, or the version of it that was closed, is no longer here."""


@dataclass(frozen=True)
class Replayed:
    """One figure as it was closed and as it was replayed, both for the month and for the one before."""

    voice_slug: str
    metric: str
    version: int
    closed: tuple[Value, Value]
    replayed: tuple[Value, Value]
    outcome: Outcome


@dataclass(frozen=True)
class Verification:
    """What replaying a closed month found.

    `is_sealed`: lines, versions and basis are those that the digest was made of. `has_its_facts`: the facts
    known at the closing are still exactly the same.
    """

    closing: Closing
    is_sealed: bool
    has_its_facts: bool
    figures: tuple[Replayed, ...]

    def those(self, outcome: Outcome) -> list[Replayed]:
        """Return the figures that came out like this."""
        return [each for each in self.figures if each.outcome == outcome]

    @property
    def is_sound(self) -> bool:
        """Return whether nothing differs; a figure that cannot be replayed is no difference."""
        return self.is_sealed and self.has_its_facts and not self.those(Outcome.DIFFERENT)


def verify(
    brand: Brand,
    month: Month,
    *,
    by: By,
    engine: str = "",
    now: Clock = clock.now,
    patience: Patience = PATIENT,
) -> Verification:
    """Replay the closed `month` of `brand` and compare it, figure by figure, with what was closed.

    `engine` is a name of `ledger.engine.ENGINES`; empty, the one of the settings. The figures of single voices are
    among what is returned: who shows them asks for `measures.see_voices`. Raises NotAllowed, NotClosed and
    ProjectionUnderWay.
    """
    rights.require("measures.verify", by=by, brand=brand)
    closing = closing_of(brand, month)
    if closing is None:
        raise NotClosed(_("%(month)s is not closed: there is nothing to compare with.") % {"month": month})
    lines = list(closing.lines.select_related("voice").order_by("voice__slug", "pk"))
    basis = Basis.thawed(brand, month, closing.basis)
    found = Verification(
        closing=closing,
        is_sealed=sealing.digest_of_closing(closing, lines) == closing.digest,
        has_its_facts=sealing.facts_digest(basis, closing.known_until_us) == closing.facts_digest,
        figures=tuple(_replayed(lines, basis, _values(basis, closing, engine, now, patience))),
    )
    subject = f"month:{month}"
    journal.record("measures.month.verified", by=by, brand=brand, subject=subject, is_sound=found.is_sound)
    return found


def _values(
    basis: Basis, closing: Closing, engine: str, now: Clock, patience: Patience
) -> "dict[Month, LineValues]":
    from portevoix.measures.computing import compute  # noqa: PLC0415 - pages import this module, and no engine

    known_us = closing.known_until_us
    return compute([basis], basis.month, now=now, engine=engine, patience=patience, known_until_us=known_us)


def _replayed(
    lines: Iterable[ClosedLine], basis: Basis, values: "dict[Month, LineValues]"
) -> Iterable[Replayed]:
    for line in lines:
        key, metric = (basis.brand.pk, line.voice_id), BY_ID.get(line.metric)
        now, before = (values[month].get(key, {}).get(line.metric) for month in basis.lines)
        closed = [told(each, metric) if metric else each for each in (line.value, line.previous)]
        yield Replayed(
            voice_slug=line.voice.slug if line.voice else BRAND_LINE,
            metric=line.metric,
            version=line.metric_version,
            closed=(closed[0], closed[1]),
            replayed=(now, before),
            outcome=_outcome(line, (now, before)),
        )


def _outcome(line: ClosedLine, replayed: tuple[Value, Value]) -> Outcome:
    metric = BY_ID.get(line.metric)
    if metric is None or metric.version != line.metric_version:
        return Outcome.NOT_REPLAYED
    pairs = zip((line.value, line.previous), replayed, strict=True)
    return Outcome.SAME if all(rules.is_same(*pair) for pair in pairs) else Outcome.DIFFERENT
