"""Collecting: reading an account's network once, and storing what it told with the cursor, together.

The network is asked outside any transaction; what a page brought and how far it was read are committed at
once, so a death in between reads the page again and adds nothing.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from portevoix.core import progress
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.ledger.actions.recount import recount
from portevoix.ledger.models import Cursor
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import Ability, Page, PostKind
from portevoix.networks.errors import UnexpectedReply
from portevoix.networks.models import Account
from portevoix.networks.permits import Permit
from portevoix.networks.queries import granted_to

_PAGES_AT_ONCE: Final = 200
"""Pages read from one stream in one go; the rest comes with the next collection."""


@dataclass(frozen=True)
class Collected:
    """What one collection brought: facts new to us, and whether the network had more to tell."""

    added: int
    has_more: bool


@dataclass(frozen=True)
class _Stream:
    """One stream of an account: its name, how to read it, under which argument its items are recorded.

    `permits` are what the network allows one to do with them.
    """

    name: str
    kinds: tuple[str, ...]
    read: Callable[[str, datetime], Page[Any]]
    argument: str
    permits: Sequence[Permit]


def collect(account: Account, connector: Connector, *, now: datetime) -> Collected:
    """Read events, posts and counts of `account` through `connector`, and store them.

    Raises NetworkError when the network cannot be read; what came before is kept.
    """
    may = granted_to(account, connector)
    added, has_more, not_understood = 0, False, list[UnexpectedReply]()
    for stream in _streams(connector, may):
        try:
            brought, is_unread = _read_stream(account, stream, now)
        except UnexpectedReply as problem:  # the others are read all the same
            not_understood.append(problem)
            continue
        added += brought
        has_more = has_more or is_unread
    if Ability.READ_COUNTS in may:
        added += recount(account, connector, now=now)
    if not_understood:
        raise not_understood[0]
    return Collected(added, has_more)


def _streams(connector: Connector, may: Container[Ability]) -> list[_Stream]:
    """Return the streams that the network has and that the sign-in may read."""
    can = connector.capabilities
    streams = []
    if can.event_kinds and Ability.READ_EVENTS in may:
        kinds = tuple(sorted(str(kind) for kind in can.event_kinds))
        streams.append(_Stream("events", kinds, connector.read_events, "events", connector.permits))
    if can.can_read_posts and Ability.READ_POSTS in may:
        kinds = (str(PostKind.POST),)
        streams.append(_Stream("posts", kinds, connector.read_posts, "posts", connector.permits))
    return streams


def _read_stream(account: Account, stream: _Stream, now: datetime) -> tuple[int, bool]:
    added = 0
    for _turn in range(_PAGES_AT_ONCE):
        cursor = Cursor.objects.filter(account=account, stream=stream.name).first()
        page = stream.read(cursor.value if cursor else "", now)
        progress.reached("collect.page_read")
        added += _store_page(account, stream, cursor, page, now)
        progress.reached("collect.page_stored")
        if not page.has_more:
            return added, False
    return added, True


@transaction.atomic
def _store_page(
    account: Account,
    stream: _Stream,
    cursor: Cursor | None,
    page: Page[Any],
    now: datetime,
) -> int:
    added = 0
    if page.items:
        items: dict[str, Any] = {stream.argument: page.items}
        added = record(
            account.brand,
            account.network,
            now=now,
            source="collector",
            permits=stream.permits,
            **items,
        )
    read_until = cursor.read_until if cursor else None
    until = _read_until(page, now)
    if until:
        since = None if page.has_gap else read_until
        since = since or min((item.at for item in page.items), default=now)
        extend_coverage(account, stream.kinds, from_at=min(since, until), to_at=until)
    Cursor.objects.update_or_create(
        account=account,
        stream=stream.name,
        defaults={"value": page.cursor, "read_until": until or (None if page.has_gap else read_until)},
    )
    return added


def _read_until(page: Page[Any], now: datetime) -> datetime | None:
    """Return until when all is told once `page` is; None where it says only that there is more to come."""
    if not page.has_more:
        return now
    return page.items[-1].at if page.items else None
