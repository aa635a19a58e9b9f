"""What sources told of a month, in words: which kinds, on which network, from when to when, how far by line."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.ledger.models import Coverage as CoverageRow
from portevoix.ledger.queries import last_looks
from portevoix.ledger.rules import Span, merged
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.web import telling


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


def cut_short(brand: Brand, month: Month, voices: Container[int], now: datetime) -> dict[int | None, str]:
    """Return, for each of `voices`, of which accounts sources told only until some day of `month`, in words.

    Files cover whole days of UTC, so less than a day at the end of a month is nothing to speak of. The brand's own
    line (None) says how many accounts are concerned.
    """
    late = [
        look
        for look in last_looks(brand, month, now)
        if look.voice_id in voices and look.held_until_us - look.until_us >= clock.DAY_US
    ]
    notes: dict[int | None, list[str]] = defaultdict(list)
    for look in late:
        day = telling.day(clock.from_us(look.until_us - 1), brand.zone)
        words = {"network": NETWORKS[look.network].label, "day": day}
        notes[look.voice_id].append(_("%(network)s: looked at until %(day)s") % words)
    if late:
        count = ngettext(
            "%(count)d account looked at only in part", "%(count)d accounts looked at only in part", len(late)
        )
        notes[None] = [count % {"count": len(late)}]
    return {voice: telling.listed(some) for voice, some in notes.items()}


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
