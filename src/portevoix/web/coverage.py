"""What sources told of a month, in words: which kinds, on which network, from when to when."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.ledger.models import Coverage as CoverageRow
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.web import telling

Span = tuple[int, int]
"""[from, to) in UTC microseconds."""


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same instants as spans that neither touch nor overlap, in order."""
    together: list[Span] = []
    for start, end in sorted(spans):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return tuple(together)


@dataclass(frozen=True)
class Told:
    """What one network was asked about: kinds that are covered over the same spans."""

    network: str
    kinds: str
    spans: str


@dataclass(frozen=True)
class Coverage:
    """What is covered of a month: in one sentence, and network by network."""

    days: str
    parts: tuple[Told, ...]

    @classmethod
    def of(cls, brand: Brand, month: Month) -> "Coverage":
        """Read what covers `month` as `brand` lives it, with one query."""
        first_us, end_us = month.bounds_us(brand.zone)
        spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
        for network, kind, from_us, to_us in _covered(brand=brand.pk, from_us=first_us, to_us=end_us):
            spans[network, kind].append((max(from_us, first_us), min(to_us, end_us)))
        kinds: dict[tuple[str, tuple[Span, ...]], list[str]] = defaultdict(list)
        for (network, kind), some in sorted(spans.items()):
            kinds[network, merged(some)].append(telling.kind(kind, 2))
        everything = merged(span for some in spans.values() for span in some)
        parts = (
            Told(NETWORKS[network].label, telling.listed(named), _days(found, brand, month))
            for (network, found), named in kinds.items()
        )
        return cls(_days(everything, brand, month), tuple(parts))


@prepared
def _covered(brand: Any, from_us: Any, to_us: Any) -> QuerySet[Any, tuple[str, str, int, int]]:
    rows = CoverageRow.objects.filter(brand=brand).overlapping(from_us, to_us).order_by()
    return rows.values_list("network", "kind", "from_us", "to_us")


def _days(spans: tuple[Span, ...], brand: Brand, month: Month) -> str:
    """Return spans of `month` as days. One that begins or ends within it does so on a day of UTC, as files do."""
    if not spans:
        return ""
    first_us, end_us = month.bounds_us(brand.zone)
    begins = brand.zone if spans[0][0] == first_us else UTC
    ends = brand.zone if spans[-1][1] == end_us else UTC
    first = telling.day(clock.from_us(spans[0][0]), begins)
    last = telling.day(clock.from_us(spans[-1][1] - 1), ends)
    if first == last:
        return first
    words = {"first": first, "last": last}
    if len(spans) > 1:
        return _("%(first)s to %(last)s, with gaps") % words
    return _("%(first)s to %(last)s") % words
