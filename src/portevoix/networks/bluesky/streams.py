"""What happened to an account, and what it published, read on from where one left off: oldest first, each once."""

from datetime import datetime, timedelta
from typing import Any, Final

from portevoix.networks.bluesky import keys, reading
from portevoix.networks.bluesky.client import BlueskyClient
from portevoix.networks.bluesky.place import Place, Seen, place_of
from portevoix.networks.bluesky.records import POST, address_of
from portevoix.networks.calls import understood
from portevoix.networks.contracts import ActorRef, Event, Page, SeenPost

_EVENTS_AGAIN: Final = timedelta(hours=12)
"""How late an act of another server may come in and still be told."""
_POSTS_AGAIN: Final = timedelta(days=7)
"""How long a post may have waited after its key was chosen, and still be told."""
MOST_EVENTS: Final = 10_000
MOST_POSTS: Final = 1_000
"""What one page holds at most."""


def events(client: BlueskyClient, cursor: str, *, now: datetime) -> Page[Event]:
    """Return what others did since `cursor`.

    The network tells the newest first, so that one goes down to where one was. Of an account that is read for the
    first time, what lies below MOST_EVENTS is left; after a cursor that is a gap.
    """
    place = place_of(cursor)
    told, is_whole = _notifications(client, place, now)
    found: list[Event] = []
    with understood(writes=False):
        for item, notification in sorted(told, key=lambda one: one[0]):
            if place.is_new(item):
                found += reading.events(notification, client.session.did)
    reached = place.after((item for item, _told in told), _EVENTS_AGAIN, is_whole=is_whole)
    return Page(tuple(found), str(reached), has_gap=bool(cursor) and not is_whole)


def _notifications(client: BlueskyClient, place: Place, now: datetime) -> tuple[list[tuple[Seen, Any]], bool]:
    """Return all that was notified from the floor of `place` until `now`, and whether that is all of it."""
    found: list[tuple[Seen, Any]] = []
    method = "app.bsky.notification.listNotifications"
    for told in client.pages(method, "notifications", now=now, priority="false"):
        with understood(writes=False):
            item = Seen(reading.instant_in(told["indexedAt"]), f"{told['uri']} {told['reason']}")
        if item.at < place.floor:
            return found, True
        if len(found) == MOST_EVENTS:
            return found, False
        if item.at <= now:
            found.append((item, told))
    return found, True


def posts(client: BlueskyClient, cursor: str, *, now: datetime) -> Page[SeenPost]:
    """Return what the account published since `cursor`, wherever it was written."""
    place, author = place_of(cursor), ActorRef(client.session.did)
    after = keys.key_from(place.floor - timedelta(microseconds=1)) if cursor else ""
    items: list[Seen] = []
    found: list[SeenPost] = []
    has_more = False
    for told in client.records(POST, now=now, after=after):
        item = _seen(told["uri"], now)
        if item and place.is_new(item):
            if has_more := len(found) == MOST_POSTS:
                break
            found.append(reading.seen_post(told["uri"], told["value"], author, now))
        items += [item] if item else []
    found.sort(key=lambda post: (post.at, post.remote_id))
    return Page(tuple(found), str(place.after(items, _POSTS_AGAIN)), has_more)


def _seen(uri: str, now: datetime) -> Seen | None:
    """Return a post's place in the stream of its account, None where its key is none that servers take."""
    place = address_of(uri)
    at = keys.instant_of(place.key) if place else None
    return Seen(min(at, now), uri) if at else None
