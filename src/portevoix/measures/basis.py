"""What the figures of a month rest on, facts aside: who holds what, which lines there are, who looked.

A *basis* is read of the database to compute a scorecard, and frozen with a month that is closed, from which it
is read back years later. Frozen, it holds numbers of rows and names of networks: no name of anybody.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from portevoix.core.periods import Month
from portevoix.ledger import queries as ledger
from portevoix.measures import catalogue
from portevoix.measures.freshness import mark_of
from portevoix.measures.scopes import Covered, HeldAccount, Line, holdings_of, lines_of
from portevoix.people.models import Brand

FORMAT: Final = 2
"""Version of the frozen form. The first told which kinds were covered in the month, but not from when to when."""


@dataclass(frozen=True)
class Basis:
    """All that one brand's scorecard of a month is computed from, facts aside."""

    brand: Brand
    month: Month
    mark: str
    held: tuple[HeldAccount, ...]
    lines: dict[Month, tuple[Line, ...]]
    covered: dict[Month, Covered]
    watermark: tuple[int, ...]

    @classmethod
    def of(cls, brand: Brand, month: Month) -> "Basis":
        """Read what `brand` is now, and what is known of it."""
        mark = mark_of(brand)  # first: whatever becomes known from here on makes it another
        held = holdings_of(brand)
        months = months_of(month)
        return cls(
            brand=brand,
            month=month,
            mark=mark,
            held=tuple(held),
            lines={each: tuple(lines_of(brand, each, held)) for each in months},
            covered={each: Covered.of(brand, *each.bounds_us(brand.zone)) for each in months},
            watermark=tuple(ledger.watermark(brand)),
        )

    @property
    def fingerprint(self) -> str:
        """Return a text that changes whenever a figure could."""
        told = [
            catalogue.version(),
            self.brand.time_zone,
            str(self.month),
            repr(self.held),
            repr(self.lines),
            # Whether somebody looked, as figures see it: how far a look went moves with each, and changes none.
            [covered.seen(line) for month, covered in self.covered.items() for line in self.lines[month]],
            self.watermark,
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def frozen(self) -> dict[str, Any]:
        """Return it as JSON: all holdings, and for both months the lines and what was covered."""
        return {
            "format": FORMAT,
            "held": _rows(self.held),
            "months": [_frozen_month(self.lines[month], self.covered[month]) for month in self.lines],
        }

    @classmethod
    def thawed(cls, brand: Brand, month: Month, frozen: dict[str, Any]) -> "Basis":
        """Return the basis that was frozen for `month` of `brand`; it knows neither mark nor watermark."""
        months = dict(zip(months_of(month), frozen["months"], strict=True))
        return cls(
            brand=brand,
            month=month,
            mark="",
            held=_accounts(frozen["held"]),
            lines={each: _lines(brand, each, told) for each, told in months.items()},
            covered={each: _covered(told) for each, told in months.items()},
            watermark=(),
        )


def months_of(month: Month) -> tuple[Month, Month]:
    """Return the two months that a scorecard of `month` tells: itself and the one before."""
    return month, month.previous


Row = list[int | str]


def _rows(held: Sequence[HeldAccount]) -> list[Row]:
    return [
        [each.account_id, each.network, each.actor_id, each.voice_id, each.from_us, each.to_us]
        for each in held
    ]


def _accounts(rows: Sequence[Sequence[Any]]) -> tuple[HeldAccount, ...]:
    return tuple(HeldAccount(*row) for row in rows)


def _frozen_month(lines: Sequence[Line], covered: Covered) -> dict[str, Any]:
    return {
        "from_us": lines[0].from_us,
        "to_us": lines[0].to_us,
        "lines": [{"voice": line.voice_id, "accounts": _rows(line.accounts)} for line in lines],
        "covered": _spans(covered),
    }


def _lines(brand: Brand, month: Month, told: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(brand.pk, line["voice"], month, told["from_us"], told["to_us"], _accounts(line["accounts"]))
        for line in told["lines"]
    )


def _spans(covered: Covered) -> list[list[Any]]:
    return sorted(([*told, [*map(list, spans)]] for told, spans in covered.spans.items()), key=json.dumps)


def _covered(told: dict[str, Any]) -> Covered:
    """Return what was covered; where the first form told no spans, the whole month counts, as it did then."""
    whole = [(told["from_us"], told["to_us"])]
    return Covered(
        {
            (network, account, kind): tuple((start, end) for start, end in (spans[0] if spans else whole))
            for network, account, kind, *spans in told["covered"]
        }
    )
