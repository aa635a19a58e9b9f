"""Lists that grow at one end, read upwards from a cursor or back to an instant: ids grow with time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from portevoix.networks.calls import understood
from portevoix.networks.contracts import Page
from portevoix.networks.errors import UnexpectedReply
from portevoix.networks.mastodon.client import MastodonClient, listed
from portevoix.networks.mastodon.config import is_local_id
from portevoix.networks.mastodon.reading import Status

T = TypeVar("T")


def after(
    client: MastodonClient,
    path: str,
    cursor: str,
    read: Callable[[list[Any], datetime], list[T]],
    now: datetime,
    **asked: Any,
) -> Page[T]:
    """Return the items that follow `cursor` ('' for the beginning), the oldest first; `read` makes them.

    Pages upwards (`min_id`), so that nothing is missed; what a server without that gives again is left out.
    """
    if cursor and not is_local_id(cursor):
        raise UnexpectedReply("this is none of our cursors")
    while True:
        told = listed(client.get(path, now=now, min_id=cursor or "0", **asked))
        with understood(writes=False):
            by_id = {_id_of(each): each for each in told}
            newer = sorted((one for one in by_id if place(one) > place(cursor)), key=place)
            if not newer:
                return Page((), cursor)
            cursor = newer[-1]
            if items := read([by_id[one] for one in newer], now):
                return Page(tuple(items), cursor, has_more=True)


def since_then(
    client: MastodonClient,
    path: str,
    learn: Callable[[Any], Status],
    since: datetime,
    now: datetime,
    *,
    limit: int,
) -> list[Status]:
    """Return the statuses of a list, the newest first, at least back to the instant `since`."""
    found: dict[str, Status] = {}
    last: str | None = None
    while True:
        told = listed(client.get(path, now=now, limit=limit, max_id=last))
        with understood(writes=False):
            page = [learn(each) for each in told]
        older = [one for one in page if one.local_id not in found]
        found |= {one.local_id: one for one in older}
        if not older or min(one.at for one in older) < since:
            return list(found.values())
        last = older[-1].local_id


def place(local_id: str) -> tuple[int, str]:
    """Return by what ids are put in order: figures by their value, and letters of equal length by theirs."""
    return len(local_id), local_id


def _id_of(told: Any) -> str:
    """Return the id of what a server tells. Raises TypeError or LookupError where there is none."""
    local_id = told["id"]
    if not isinstance(local_id, str | int):
        raise TypeError("an id that is none")
    return str(local_id)
