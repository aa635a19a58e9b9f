"""What *Today* is made of: cards, and the registry in which each part names who deals them.

A part has its dealers in its `cards.py`, which its `apps.py` loads. A dealer is given a `Viewer`, asks the
database as little as it can (a page has twelve queries for all), and yields what waits for that person. One that
fails is logged, and the page shows what the others deal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Tone(StrEnum):
    """How a card is meant: something to do now, something broken, or something that comes on a day."""

    TO_DO = "to_do"
    BROKEN = "broken"
    COMING = "coming"


@dataclass(frozen=True)
class Viewer:
    """Who looks, at which brand and when, read once for all dealers.

    `today` is the brand's own day. `roles` are those that count on it, `voices` what the person holds then, by
    row id; both are empty for an administrator who takes no part. `leaving` are the memberships of the brand,
    anybody's, that end soon.
    """

    user: Any
    brand: Any
    now: datetime
    today: date
    roles: frozenset[str]
    voices: Mapping[int, Any] = field(default_factory=dict)
    leaving: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Card:
    """One thing to know, why, and the one gesture for it: its label, and the view that it leads to.

    The heaviest stands first. `arguments` are those of the view besides the brand's slug, `instead` the view
    where there is no such page. `voice` and `hue` say whose matter it is, where it is a voice's.
    """

    key: str
    weight: int
    title: str
    why: str
    gesture: str
    page: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    anchor: str = ""
    instead: str = ""
    tone: Tone = Tone.TO_DO
    voice: str = ""
    hue: int | None = None
    at: date | None = None


Dealer = Callable[[Viewer], Iterable[Card]]
_dealers: dict[str, Dealer] = {}


def cards(name: str) -> Callable[[Dealer], Dealer]:
    """Register a function that yields the cards that a viewer has of one matter, in the active language."""

    def register(dealer: Dealer) -> Dealer:
        _dealers[name] = dealer
        return dealer

    return register


def deal(viewer: Viewer, dealers: Mapping[str, Dealer] | None = None) -> list[Card]:
    """Return the cards of `viewer`, the heaviest first, of all registered dealers unless others are given."""
    asked = _dealers if dealers is None else dealers
    found = [card for name, dealer in asked.items() for card in _dealt(name, dealer, viewer)]
    return sorted(found, key=lambda card: (-card.weight, card.key))


def _dealt(name: str, dealer: Dealer, viewer: Viewer) -> list[Card]:
    try:
        return list(dealer(viewer))
    except Exception:
        log.exception("cards_failed", cards=name)
        return []
