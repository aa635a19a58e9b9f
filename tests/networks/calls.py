"""What tests of the contract have a connector do: publish, tell all page by page, and whatever it claims."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from portevoix import networks
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import (
    Draft,
    Event,
    Page,
    PublishedRef,
    SeenPost,
)
from portevoix.networks.registry import connector_class
from tests.networks import walk
from tests.networks.contract import START, all_cases

DRAFT = Draft("A first word, and a question: who is there?", language="en")
NOWHERE = PublishedRef("nowhere/0")
FOLDER = Path(networks.__file__).parent


def published(door: Connector, draft: Draft = DRAFT, now: datetime = START) -> PublishedRef:
    """Publish a draft and return where it is."""
    return door.publish(draft, key=door.new_key(now), now=now)


def later(door: Connector, since: datetime = START) -> datetime:
    """Return the instant at which something published at `since` can be seen by all."""
    return since + door.capabilities.visibility_lag


def whole(read: Callable[[str], Page[Event]] | Callable[[str], Page[SeenPost]]) -> list[Event | SeenPost]:
    """Return every item from the beginning, page by page."""
    return list(onwards(read, "")[0])


def onwards(
    read: Callable[[str], Page[Event]] | Callable[[str], Page[SeenPost]], cursor: str
) -> tuple[list[Event | SeenPost], str]:
    """Return every item after a cursor, page by page, and the cursor to go on from."""
    items: list[Event | SeenPost] = []
    has_more = True
    while has_more:
        page = read(cursor)
        assert page.items or not page.has_more
        items += page.items
        cursor, has_more = page.cursor, page.has_more
    return items, cursor


def calls() -> list[tuple[str, str]]:
    """Return (network, call) of all that connectors claim."""
    return [(key, name) for key in all_cases() for name in walk.claimed(connector_class(key).capabilities)]
