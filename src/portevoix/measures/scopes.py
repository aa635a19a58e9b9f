"""Scopes: which account counts for which line from when to when, computed in Python so that engines see no zone.

A *line* is one row of a scorecard: a voice, or the brand itself. The brand's line is made of the same
accounts as its voices' lines, counted once.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.ledger.models import Actor, Coverage
from portevoix.ledger.rules import Span, merged
from portevoix.networks.models import Holding
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

ALWAYS_US = 2**62
"""An instant after every other, for holdings without an end."""
PUBLIC_KINDS = ("brand", "persona")
"""Voices whose figures a brand's table shows. A named voice's figures belong to the person."""


@dataclass(frozen=True)
class HeldAccount:
    """An account held by a voice in [from_us, to_us): its row among accounts, and among actors (0: never met)."""

    account_id: int
    network: str
    actor_id: int
    voice_id: int
    from_us: int
    to_us: int

    def within(self, from_us: int, to_us: int) -> "HeldAccount | None":
        """Return the part of this holding in [from_us, to_us), or None when there is none."""
        start, end = max(self.from_us, from_us), min(self.to_us, to_us)
        if start >= end:
            return None
        return HeldAccount(self.account_id, self.network, self.actor_id, self.voice_id, start, end)


@dataclass(frozen=True)
class Line:
    """A line of a month's scorecard: whose (`voice_id` None: the brand's own), and through which accounts."""

    brand_id: int
    voice_id: int | None
    month: Month
    from_us: int
    to_us: int
    accounts: tuple[HeldAccount, ...]

    def grows_from(self, actor_id: int) -> int:
        """Return the instant before which lies the reading that growth of one of its accounts starts from.

        That is the month's first instant; for an account that the line held only later, just after it took it
        over: what was gained in other hands is not its own.
        """
        start = min(held.from_us for held in self.accounts if held.actor_id == actor_id)
        return start if start == self.from_us else start + 1


def _us(instant: datetime | None, otherwise: int) -> int:
    return otherwise if instant is None else clock.to_us(instant)


def holdings_of(brand: Brand) -> list[HeldAccount]:
    """Return every holding of `brand` by a voice of any kind: who is internal when."""
    holdings = Holding.objects.filter(voice__brand=brand).select_related("account").order_by("pk")
    actors = {
        (network, remote_id): pk
        for pk, network, remote_id in Actor.objects.filter(
            brand=brand, remote_id__in=[holding.account.remote_id for holding in holdings]
        ).values_list("pk", "network", "remote_id")
    }
    return [
        HeldAccount(
            account_id=holding.account_id,
            network=holding.account.network,
            actor_id=actors.get((holding.account.network, holding.account.remote_id), 0),
            voice_id=holding.voice_id,
            from_us=_us(holding.from_at, 0),
            to_us=_us(holding.to_at, ALWAYS_US),
        )
        for holding in holdings
    ]


def shown_voices(brand: Brand) -> list[Voice]:
    """Return the voices that a table of `brand` shows, in the order in which it does."""
    return list(Voice.objects.filter(brand=brand, kind__in=PUBLIC_KINDS).order_by("slug"))


def lines_of(brand: Brand, month: Month, held: list[HeldAccount]) -> list[Line]:
    """Return the lines of `month`: one a shown voice, and the brand's own last.

    A closed voice has a line only in months in which it held an account.
    """
    from_us, to_us = month.bounds_us(brand.zone)
    parts = [part for holding in held if (part := holding.within(from_us, to_us))]
    lines: list[Line] = []
    together: list[HeldAccount] = []
    for voice in shown_voices(brand):
        mine = tuple(part for part in parts if part.voice_id == voice.pk)
        if mine or voice.state != "closed":
            lines.append(Line(brand.pk, voice.pk, month, from_us, to_us, mine))
            together.extend(mine)
    return [*lines, Line(brand.pk, None, month, from_us, to_us, tuple(together))]


Told = tuple[str, int | None, str]
"""(network, row id of an account or None for all of the network, kind)."""


@dataclass(frozen=True)
class Covered:
    """What sources told of a brand in a span, and the spans within it that each covers, in order."""

    spans: Mapping[Told, tuple[Span, ...]]

    @classmethod
    def of(cls, brand: Brand, from_us: int, to_us: int) -> "Covered":
        """Read what covers [from_us, to_us), fully or in part."""
        found: dict[Told, list[Span]] = defaultdict(list)
        rows = Coverage.objects.filter(brand=brand).overlapping(from_us, to_us)
        for network, account, kind, start, end in rows.values_list(
            "network", "account_id", "kind", "from_us", "to_us"
        ):
            found[network, account, kind].append((max(start, from_us), min(end, to_us)))
        return cls({told: merged(spans) for told, spans in found.items()})

    def seen(self, line: Line) -> list[tuple[int, int, str]]:
        """Return what `has` can tell of `line`: (account, held since when, kind) of all that was looked at."""
        return sorted(
            {
                (held.account_id, held.from_us, kind)
                for held in line.accounts
                for (network, account, kind), spans in self.spans.items()
                if network == held.network and account in (held.account_id, None)
                if any(start < held.to_us and end > held.from_us for start, end in spans)
            }
        )

    def has(self, line: Line, kinds: frozenset[str]) -> bool:
        """Return whether some account of `line` is covered for one of `kinds` while the line held it.

        Somebody who looked at an account only before or after looked at nothing of the line's.
        """
        return any(
            start < held.to_us and end > held.from_us
            for held in line.accounts
            for account in (held.account_id, None)
            for kind in kinds
            for start, end in self.spans.get((held.network, account, kind), ())
        )
