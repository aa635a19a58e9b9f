"""The door to feeds: what a site tells of itself, said in the words of our contracts."""

from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from portevoix.core.http import Transport, make_client
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import (
    ActorRef,
    Capabilities,
    Limits,
    Page,
    Profile,
    ProfileLink,
    Proof,
    SeenPost,
    TextMeasure,
)
from portevoix.networks.errors import NetworkError, OptionsRefused, UnexpectedReply
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.permits import WITHOUT_ENRICHING, Datum, Permit
from portevoix.networks.rss import text as counting
from portevoix.networks.rss.client import FeedClient, Fetched
from portevoix.networks.rss.config import ASKS, GUIDE, checked_address, read_options
from portevoix.networks.rss.discovery import feeds_of
from portevoix.networks.rss.documents import Document, read_document
from portevoix.networks.rss.entries import publications
from portevoix.networks.rss.places import mark_of, read_place
from portevoix.networks.signing import Signed

MOST_FEEDS: Final = 5
"""Feeds of one page that are looked at; a person chooses among them."""
_LONGEST_NAME: Final = 200
_SPECIFICATION: Final = "https://www.rssboard.org/rss-specification"


class RssConnector(Connector):
    """One feed, known by the address at which it was linked. It has no credentials."""

    key = "rss"
    asks = ASKS
    guide = GUIDE
    capabilities = Capabilities(can_read_posts=True, proof=Proof.REAL)
    permits = (Permit(Datum.OWN_POSTS, WITHOUT_ENRICHING, _SPECIFICATION, date(2026, 11, 24)),)

    def __init__(
        self,
        options: Options,
        credentials: str = "",
        *,
        transport: Transport | None = None,
        meter: Meter = UNMETERED,
    ) -> None:
        super().__init__(options, credentials, transport=transport, meter=meter)
        self._feed = read_options(options)
        self._client = FeedClient(make_client(transport=transport))

    @classmethod
    def sign_in(
        cls, answers: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        """Return the feed at the address that was typed, or those that the page there names."""
        typed = checked_address(answers.get("feed"))
        with closing(FeedClient(make_client(transport=transport))) as client:
            try:
                found = _feeds_at(client, typed, now)
            except UnexpectedReply:
                found = ()
        if not found:
            raise OptionsRefused(
                _("There is no feed at this address, and no page that names one. Nothing was linked.")
            )
        return found

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def limits(self, now: datetime) -> Limits:
        """Return no limit: nothing is published here."""
        return Limits()

    def measure(self, text: str, limits: Limits | None = None) -> TextMeasure:
        """Return the length of `text` in characters."""
        return counting.measure(text, limits)

    def verify(self, now: datetime) -> Profile:
        """Return what the feed says of itself."""
        fetched = self._client.fetch(self._feed, now=now)
        return profile_of(_read(fetched, self._feed), self._feed, now)

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        """Return what the feed tells that was not told yet; all of it at once, since feeds are short.

        Where the feed has moved for ever, the cursor goes on there.
        """
        place = read_place(cursor)
        fetched = self._client.fetch(place.address or self._feed, now=now, known=place.validators)
        if fetched.content is None:
            return Page((), str(place.moved(fetched.moved_to)))
        document = _read(fetched, self._feed)
        author = profile_of(document, self._feed, now).actor
        posts = publications(document, feed=self._feed, author=author, now=now)
        marks = [mark_of(post.remote_id) for post in posts]
        known = set(place.known)
        fresh = tuple(post for post, mark in zip(posts, marks, strict=True) if mark not in known)
        reached = place.moved(fetched.moved_to).after(marks, fetched.validators)
        return Page(fresh, str(reached), has_gap=place.misses(marks))


def _read(fetched: Fetched, address: str) -> Document:
    return read_document(fetched.content or b"", address=address, content_type=fetched.content_type)


def profile_of(document: Document, feed: str, now: datetime) -> Profile:
    """Return a feed as an account: its address is its id, whatever else it calls itself."""
    handle = feed.partition("://")[2].removeprefix("www.").rstrip("/")[:_LONGEST_NAME]
    name = " ".join(document.title.split())[:_LONGEST_NAME]
    links = (ProfileLink(document.link),) if document.link else ()
    actor = ActorRef(feed, handle, name, document.link or feed)
    return Profile(actor, now, biography=document.description, links=links)


def _feeds_at(client: FeedClient, address: str, now: datetime) -> tuple[Signed, ...]:
    """Return the feed at `address`, or those that the page there names. Raises NetworkError."""
    fetched = client.fetch(address, now=now)
    try:
        return (_signed(fetched, address, now),)
    except UnexpectedReply:
        page = (fetched.content or b"").decode("utf-8", "replace")
    named = feeds_of(page, address=fetched.address)[:MOST_FEEDS]
    return tuple(found for one in named if (found := _tried(client, one, now)))


def _tried(client: FeedClient, address: str, now: datetime) -> Signed | None:
    try:
        feed = checked_address(address)
        return _signed(client.fetch(feed, now=now), feed, now)
    except (NetworkError, OptionsRefused):
        return None


def _signed(fetched: Fetched, address: str, now: datetime) -> Signed:
    """Return the feed that was fetched, known by where it has moved for ever. Raises UnexpectedReply."""
    feed = checked_address(fetched.moved_to or address)
    return Signed(profile_of(_read(fetched, feed), feed, now), {"feed": feed}, "")
