"""Counting again: what each publication and the account itself have now, and which acts and posts are gone.

Networks tell what happens, and seldom what un-happens: a like that was taken back is noticed because it stands no
more, a post that was deleted because it is no longer counted.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from portevoix.core import clock
from portevoix.ledger.actions.record import record
from portevoix.ledger.models import Cursor, Interaction, Publication
from portevoix.ledger.rules import is_recount_due
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import ActorRef, Counted, Event, Kind, PublishedRef
from portevoix.networks.errors import Gone, NotSupported, UnexpectedReply
from portevoix.networks.models import Account

COUNTS: Final = "counts"
STANDING: Final = "standing"
"""Marks of when each was last looked at."""
YOUNG: Final = timedelta(days=30)
"""Publications younger than this are counted again; later little happens to them."""
LATELY: Final = timedelta(days=7)
"""Acts on publications younger than this are looked at again, whether they stand."""
MOST_FOLLOWERS: Final = 5_000
"""Of accounts with more, nobody asks one by one who still follows: it would take hundreds of calls a day."""
WITHDRAWN: Final = {
    Kind.LIKE: Kind.LIKE_WITHDRAWN,
    Kind.REPOST: Kind.REPOST_WITHDRAWN,
    Kind.FOLLOW: Kind.FOLLOW_WITHDRAWN,
}


def recount(account: Account, connector: Connector, *, now: datetime) -> int:
    """Read counts of `account` and of its young publications where that is due; return how many facts were new.

    Due once a day, and once more in the day's last half hour: the last reading before midnight, in the brand's
    zone, is the day's. What was stored is not read again because of what failed after it. Raises NetworkError;
    what came before is kept.
    """
    added = 0
    if _is_due(account, COUNTS, now):
        added += _read_counts(account, connector, now)
    if _is_due(account, STANDING, now):
        added += _record(account, connector, now, list(_taken_back(account, connector, now)))
        _mark(account, STANDING, now)
    return added


def _is_due(account: Account, stream: str, now: datetime) -> bool:
    mark = Cursor.objects.filter(account=account, stream=stream).first()
    return is_recount_due(mark.read_until if mark else None, now, account.brand.zone)


def _mark(account: Account, stream: str, now: datetime) -> None:
    Cursor.objects.update_or_create(account=account, stream=stream, defaults={"read_until": now})


def _read_counts(account: Account, connector: Connector, now: datetime) -> int:
    """Store the counts, and that posts of ours are gone of which the network counts nothing any more."""
    refs = [PublishedRef(each.remote_id, each.url) for each in _young(account, now, YOUNG)]
    readings = connector.read_counts(refs, now) if connector.capabilities.readings else ()
    added = record(account.brand, account.network, now=now, source="collector", readings=readings)
    _mark(account, COUNTS, now)
    counted = {reading.object_id for reading in readings}
    of_posts = connector.capabilities.readings - {Counted.FOLLOWERS}
    missing = [ref for ref in refs if of_posts and ref.remote_id not in counted]
    deleted = [_deleted(account, ref, now) for ref in missing if _is_gone(connector, ref, now)]
    return added + _record(account, connector, now, deleted)


def _record(account: Account, connector: Connector, now: datetime, events: list[Event]) -> int:
    if not events:
        return 0
    brand, permits = account.brand, connector.permits
    return record(brand, account.network, now=now, source="collector", events=events, permits=permits)


def _young(account: Account, now: datetime, age: timedelta) -> Iterable[Publication]:
    """Return the account's publications younger than `age` that are not known to be deleted."""
    mine = {"author__brand": account.brand, "author__network": account.network}
    own = Publication.objects.filter(**mine, author__remote_id=account.remote_id)
    since = clock.to_us(now - age)
    deleted = Interaction.objects.filter(
        kind=Kind.DELETED,
        actor__brand=account.brand,
        actor__network=account.network,
        actor__remote_id=account.remote_id,
    )
    found = own.filter(at_us__gte=since).exclude(remote_id__in=deleted.values("object_id"))
    return found.order_by("at_us")


def _is_gone(connector: Connector, ref: PublishedRef, now: datetime) -> bool:
    """Return whether the network itself says that a publication is no longer there.

    An answer that we do not understand says nothing, and neither does a network that cannot be asked: what it
    said is erased for ever once it is known to be deleted.
    """
    if not connector.capabilities.can_read_threads:
        return False
    try:
        connector.read_thread(ref, now)
    except Gone:
        return True
    except UnexpectedReply:
        return False
    return False


def _deleted(account: Account, ref: PublishedRef, now: datetime) -> Event:
    own = ActorRef(account.remote_id)
    return Event(Kind.DELETED, own, account.remote_id, now, object_id=ref.remote_id)


def _taken_back(account: Account, connector: Connector, now: datetime) -> Iterable[Event]:
    """Yield the acts that we know of and that stand no more."""
    kinds = connector.capabilities.standing_kinds
    for post in _young(account, now, LATELY):
        for kind in sorted(kinds - {Kind.FOLLOW}):
            yield from _missing(account, connector, kind, post.remote_id, now)
    if Kind.FOLLOW in kinds:
        yield from _missing(account, connector, Kind.FOLLOW, "", now)


def _missing(
    account: Account, connector: Connector, kind: Kind, object_id: str, now: datetime
) -> Iterable[Event]:
    known = _standing(account, kind, object_id)
    if not known or len(known) > MOST_FOLLOWERS:
        return
    try:
        there = connector.read_standing(kind, object_id, now)
    except (NotSupported, UnexpectedReply):
        return  # of this one nothing is known today; the others are looked at all the same
    for remote_id in sorted(known - there):
        yield Event(WITHDRAWN[kind], ActorRef(remote_id), account.remote_id, now, object_id=object_id)


def _standing(account: Account, kind: Kind, object_id: str) -> set[str]:
    """Return whose acts of `kind` we know and have not seen taken back."""
    towards = Interaction.objects.filter(
        target__brand=account.brand,
        target__network=account.network,
        target__remote_id=account.remote_id,
        kind__in=(kind, WITHDRAWN[kind]),
        object_id=object_id,
    )
    last: dict[str, str] = {}
    for actor, what in towards.order_by("at_us", "pk").values_list("actor__remote_id", "kind"):
        last[actor] = what
    return {actor for actor, what in last.items() if what == kind}
