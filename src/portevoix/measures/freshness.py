"""Whether a stored scorecard may be out of date, told with one query: what pages can afford, and the sweep.

A *mark* is a short text that changes whenever something becomes known of a brand: facts, coverage, who holds
what, the catalogue, the zone. It is read before figures are computed and stored with them. Marks are compared,
never instants: something can become known while figures are computed, and clocks differ.

A mark may change although no figure does; jobs then compare fingerprints (`measures.actions`), which is exact.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BigIntegerField, Count, F, JSONField, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.ledger.models import Coverage, Intake
from portevoix.ledger.queries import covered_months
from portevoix.measures import catalogue
from portevoix.measures.models import Scorecard
from portevoix.people.models import Brand, JournalEntry

_CHANGES: Final = (
    "networks.account.held",
    "networks.account.let_go",
    "programme.voice.moved",
    "programme.voice.removed",
    "programme.file.applied",
    "programme.changed",
)
"""Journal actions after which lines or holdings may be others."""
_READ: Final = ("intakes", "coverage", "changes")
"""What is read of the database for a mark, each a list of numbers."""


@dataclass(frozen=True)
class Stored:
    """The scorecard that is stored for a month, if any, and whether something became known since."""

    scorecard: Scorecard | None
    is_overtaken: bool


def stored(brand: Brand, month: Month) -> Stored:
    """Return what is stored of `month`, and whether it should be computed anew."""
    cards = _marked(brand=brand.pk, month=str(month))
    if not cards:
        return Stored(None, True)
    found = cards[0]
    read = {name: getattr(found, name) for name in _READ}
    return Stored(found, found.mark != _mark(brand, read, catalogue.version()))


@prepared
def _marked(brand: Any, month: Any) -> QuerySet[Any]:
    return Scorecard.objects.filter(brand=brand, month=month).annotate(**_read("brand")).order_by()


def mark_of(brand: Brand) -> str:
    """Return the mark of `brand` now, as it is lived in the zone that `brand` names."""
    found = Brand.objects.filter(pk=brand.pk).annotate(**_read("pk")).values(*_READ).get()
    return _mark(brand, found, catalogue.version())


def overtaken_months(brand: Brand) -> list[Month]:
    """Return the months of which some source told something and whose scorecard is out of date or missing."""
    now = mark_of(brand)
    fresh = set(Scorecard.objects.filter(brand=brand, mark=now).values_list("month", flat=True))
    return [month for month in covered_months(brand) if str(month) not in fresh]


def _mark(brand: Brand, read: dict[str, Any], version: str) -> str:
    told = [version, brand.time_zone, *(read[name] for name in _READ)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _read(brand: str) -> dict[str, Subquery]:
    """Return, for rows whose field `brand` names one, what is read of the database for its mark."""
    return {
        "intakes": _numbers(Intake.objects.finished(), brand, count=Count("pk"), last=Max("known_at_us")),
        # Seconds: a sum of microseconds would soon be larger than a number can be.
        "coverage": _numbers(
            Coverage.objects.all(),
            brand,
            count=Count("pk"),
            last=Max("pk"),
            first_us=Min("from_us"),
            last_us=Max("to_us"),
            ends=Sum(F("to_us") / clock.SECOND_US, output_field=BigIntegerField()),
        ),
        "changes": _numbers(
            JournalEntry.objects.filter(action__in=_CHANGES), brand, count=Count("pk"), last=Max("pk")
        ),
    }


def _numbers(rows: QuerySet[Any], brand: str, **numbers: Any) -> Subquery:
    mine = rows.filter(brand=OuterRef(brand)).order_by().values("brand")
    return Subquery(mine.annotate(told=JSONObject(**numbers)).values("told"), output_field=JSONField())
