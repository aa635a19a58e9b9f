"""What networks charge for their calls: dated data with a source, renewed without a release.

A network's folder holds its list (`prices.toml`); a file `prices/<key>.toml` in the data folder adds lines to it,
and wins where both have a line of the same thing from the same day. Networks without a list cost nothing.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from portevoix.networks.errors import NetworkError

_SHIPPED: Final = Path(__file__).parent
FREE: Final = Decimal(0)


class PricesRefused(NetworkError):
    """What a network charges cannot be read, so it is not called."""

    key = "prices_refused"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _(
            "What this network charges is not known here, so it was not called. Nothing was lost; "
            "the administrator finds in the log what is wrong with the list of prices."
        )


class UnknownPrice(PricesRefused):
    """A network with a list of prices has none for this thing on this day."""


@dataclass(frozen=True)
class Price:
    """What one of `what` costs, in US dollars, from the day `since` on; `source` is where that was read."""

    what: str
    amount: Decimal
    since: date
    source: str = ""


def price(network: str, what: str, on: date) -> Decimal:
    """Return what one of `what` costs on `network`, in US dollars. Raises UnknownPrice, PricesRefused."""
    ours = Path(settings.DATA) / "prices" / f"{network}.toml"
    return price_in(merge(_shipped(network), _read_file(ours)), what, on)


def price_in(prices: Iterable[Price], what: str, on: date) -> Decimal:
    """Return what one of `what` costs on the day `on` by these prices; nothing when there are none at all.

    Raises UnknownPrice.
    """
    known = list(prices)
    valid = [one for one in known if one.what == what and one.since <= on]
    if known and not valid:
        raise UnknownPrice(f"no price of {what} on {on}")
    return max(valid, key=lambda one: one.since).amount if valid else FREE


def merge(base: Iterable[Price], others: Iterable[Price]) -> tuple[Price, ...]:
    """Return the prices of both, those of `others` where both tell one from the same day."""
    told = {(one.what, one.since): one for one in (*base, *others)}
    return tuple(told.values())


def read(text: str) -> tuple[Price, ...]:
    """Return the prices that `text` (TOML) lists. Raises PricesRefused."""
    try:
        document = tomllib.loads(text)
        return tuple(_price(line, str(document.get("source", ""))) for line in document.get("price", []))
    except (tomllib.TOMLDecodeError, InvalidOperation, LookupError, TypeError, ValueError) as problem:
        raise PricesRefused(f"a list of prices that is none ({type(problem).__name__})") from problem


def _price(line: dict[str, Any], source: str) -> Price:
    amount, since = Decimal(line["amount"]), line["since"]
    if not amount.is_finite() or amount < 0 or type(since) is not date:
        raise ValueError
    return Price(str(line["what"]), amount, since, str(line.get("source", source)))


@lru_cache(maxsize=16)
def _shipped(network: str) -> tuple[Price, ...]:
    return _read_file(_SHIPPED / network / "prices.toml")


def _read_file(path: Path) -> tuple[Price, ...]:
    try:
        return read(path.read_text("utf-8")) if path.is_file() else ()
    except (OSError, UnicodeDecodeError) as problem:
        raise PricesRefused(f"{path.name} cannot be read ({type(problem).__name__})") from problem


def is_priced(network: str) -> bool:
    """Return whether calls of `network` cost anything. Raises PricesRefused."""
    ours = Path(settings.DATA) / "prices" / f"{network}.toml"
    return bool(merge(_shipped(network), _read_file(ours)))
