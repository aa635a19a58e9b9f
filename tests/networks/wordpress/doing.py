"""What several tests do on a site: publish, and read all that there is."""

from datetime import datetime, timedelta

from portevoix.networks.contracts import (
    Draft,
    Event,
    Page,
    PublishedRef,
    SeenPost,
)
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.contract import START

LATER = START + timedelta(days=30)
"""When all that happens in these tests has happened."""


def publish(door: WordPressConnector, draft: Draft | None = None) -> PublishedRef:
    return door.publish(draft or Draft("A text."), key=door.new_key(START), now=START)


def number(ref: PublishedRef) -> int:
    return int(ref.remote_id.rpartition("=")[2])


def events(door: WordPressConnector, cursor: str = "", now: datetime = LATER) -> tuple[list[Event], str]:
    told: list[Event] = []
    page: Page[Event] = Page((), cursor, has_more=True)
    while page.has_more:
        page = door.read_events(page.cursor, now)
        told += page.items
    return told, page.cursor


def posts(door: WordPressConnector, cursor: str = "", now: datetime = LATER) -> tuple[list[SeenPost], str]:
    told: list[SeenPost] = []
    page: Page[SeenPost] = Page((), cursor, has_more=True)
    while page.has_more:
        page = door.read_posts(page.cursor, now)
        told += page.items
    return told, page.cursor
