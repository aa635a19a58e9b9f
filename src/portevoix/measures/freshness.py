"""Whether a stored scorecard may be out of date, told with one query: what pages can afford.

Jobs compare fingerprints (`measures.actions`), which is exact; this may call a scorecard out of date that a
job then finds unchanged in its figures, never the other way round for facts and holdings.
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Subquery

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.ledger.models import Intake
from portevoix.measures.models import Scorecard
from portevoix.people.models import Brand, JournalEntry

_CHANGES: Final = ("networks.account.held",)
"""Journal actions after which figures are computed anew."""


@dataclass(frozen=True)
class Stored:
    """The scorecard that is stored for a month, if any, and whether something became known since."""

    scorecard: Scorecard | None
    is_overtaken: bool


def stored(brand: Brand, month: Month) -> Stored:
    """Return what is stored of `month`, and whether it should be computed anew."""
    facts = Intake.objects.finished().filter(brand=OuterRef("brand")).order_by("-known_at_us")
    changes = JournalEntry.objects.filter(brand=OuterRef("brand"), action__in=_CHANGES).order_by("-at")
    found = (
        Scorecard.objects.filter(brand=brand, month=str(month))
        .annotate(facts_us=Subquery(facts.values("known_at_us")[:1]))
        .annotate(changed_at=Subquery(changes.values("at")[:1]))
        .first()
    )
    if found is None:
        return Stored(None, True)
    computed_us = clock.to_us(found.computed_at)
    changed_us = clock.to_us(found.changed_at) if found.changed_at else 0
    is_overtaken = max(found.facts_us or 0, changed_us) >= computed_us or found.time_zone != brand.time_zone
    return Stored(found, is_overtaken)
