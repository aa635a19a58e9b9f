"""What sources told of a month, in words: which kinds, on which network, from when to when, how far by line."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.ledger.models import Coverage as CoverageRow
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
class LastLook:
    """Until when, within a month, a source told of an account that a voice holds from `from_at` to `to_at`."""

    voice_id: int
    network: str
    until_us: int
    from_at: datetime | None
    to_at: datetime | None

    def is_short(self, end_us: int) -> bool:
        """Return whether a day or more of what the voice held until `end_us` was not looked at, but some was."""
        start_us = clock.to_us(self.from_at) if self.from_at else 0
        end_us = min(clock.to_us(self.to_at), end_us) if self.to_at else end_us
        return start_us < self.until_us <= end_us - clock.DAY_US


@dataclass(frozen=True)
class Coverage:
    """What is covered of a month: in one sentence, network by network, and account by account."""

    days: str
    parts: tuple[Told, ...]
    looks: tuple[LastLook, ...]

    @classmethod
    def of(cls, brand: Brand, month: Month) -> "Coverage":
        """Read what covers `month` as `brand` lives it, with one query."""
        first_us, end_us = month.bounds_us(brand.zone)
        rows = [
            Row(network, kind, (max(from_us, first_us), min(to_us, end_us)), *held)
            for network, kind, from_us, to_us, *held in _covered(
                brand=brand.pk, from_us=first_us, to_us=end_us
            )
        ]
        spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
        for row in rows:
            spans[row.network, row.kind].append(row.span)
        kinds: dict[tuple[str, tuple[Span, ...]], list[str]] = defaultdict(list)
        for (network, kind), some in sorted(spans.items()):
            kinds[network, merged(some)].append(telling.kind(kind, 2))
        everything = merged(span for some in spans.values() for span in some)
        parts = (
            Told(NETWORKS[network].label, telling.listed(named), _days(found, brand, month))
            for (network, found), named in kinds.items()
        )
        return cls(_days(everything, brand, month), tuple(parts), tuple(_looks(rows)))


class Row(NamedTuple):
    """A kind that is covered over a span, for one account (None: for all of a network) and whoever holds it."""

    network: str
    kind: str
    span: Span
    account: int | None
    voice: int | None
    from_at: datetime | None
    to_at: datetime | None


@prepared
def _covered(brand: Any, from_us: Any, to_us: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """Return what covers a span, an account's once for each time that a voice holds it."""
    rows = CoverageRow.objects.filter(brand=brand).overlapping(from_us, to_us).order_by()
    held = (f"account__holdings__{name}" for name in ("voice", "from_at", "to_at"))
    return rows.values_list("network", "kind", "from_us", "to_us", "account", *held)


def _looks(rows: Iterable[Row]) -> Iterator[LastLook]:
    """Yield until when each account that is read by itself was looked at for all that is told of it.

    Also with all of its network. One kind that stopped earlier than the others cuts its figures short.
    """
    wide: dict[tuple[str, str], int] = defaultdict(int)
    until: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in list(rows):
        if row.account is None:
            wide[row.network, row.kind] = max(wide[row.network, row.kind], row.span[1])
        elif row.voice is not None:
            by_kind = until[row.voice, row.network, row.account, row.from_at, row.to_at]
            by_kind[row.kind] = max(by_kind[row.kind], row.span[1])
    for (voice, network, _account, from_at, to_at), by_kind in until.items():
        told_us = min(max(us, wide[network, kind]) for kind, us in by_kind.items())
        yield LastLook(voice, network, told_us, from_at, to_at)


def cut_short(
    coverage: Coverage, brand: Brand, month: Month, voices: Container[int], now: datetime
) -> dict[int | None, str]:
    """Return, for each of `voices`, of which accounts sources told only until some day of `month`, in words.

    Files cover whole days of UTC, so less than a day at the end of a month is nothing to speak of. The brand's own
    line (None) says how many accounts are concerned.
    """
    end_us = min(month.bounds_us(brand.zone)[1], clock.to_us(now))
    late = [look for look in coverage.looks if look.voice_id in voices and look.is_short(end_us)]
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
    """Return spans of `month` as days. One that begins or ends with a day of UTC is told by it, as files are."""
    if not spans:
        return ""
    first_us, end_us = month.bounds_us(brand.zone)
    begins = brand.zone if spans[0][0] == first_us or spans[0][0] % clock.DAY_US else UTC
    ends = brand.zone if spans[-1][1] == end_us or spans[-1][1] % clock.DAY_US else UTC
    first = telling.day(clock.from_us(spans[0][0]), begins)
    last = telling.day(clock.from_us(spans[-1][1] - 1), ends)
    if first == last:
        return first
    words = {"first": first, "last": last}
    if len(spans) > 1:
        return _("%(first)s to %(last)s, with gaps") % words
    return _("%(first)s to %(last)s") % words
