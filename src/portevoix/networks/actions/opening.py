"""Opening the door of a connected account: what runs out is renewed first, and stored before it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from portevoix.networks.actions.outcomes import note_failure
from portevoix.networks.connector import Connector
from portevoix.networks.errors import AccessExpired, NeedsReconnection, NetworkError
from portevoix.networks.metering import StoredMeter
from portevoix.networks.models import Connection
from portevoix.networks.prices import price
from portevoix.networks.registry import connector_class

LEASE: Final = timedelta(seconds=60)
"""For how long one process has a renewal to itself: longer than any call takes."""


@contextmanager
def opened(connection: Connection, *, now: datetime) -> Iterator[Connector]:
    """Open the connector of `connection`, its credentials renewed where they run out.

    Raises NetworkError where they cannot be renewed. Credentials that run out while they are used are due at
    once: whoever opens next renews them.
    """
    if connection.renew_at and connection.renew_at <= now:
        renew(connection, now=now)
    with _door(connection) as door:
        try:
            yield door
        except AccessExpired:
            _same(connection).update(renew_at=now)
            raise


def _door(connection: Connection) -> Connector:
    network = connection.account.network
    meter = StoredMeter(connection, network, price)
    return connector_class(network)(connection.options, connection.credentials, meter=meter)


def renew(connection: Connection, *, now: datetime) -> None:
    """Renew the credentials of `connection`, one process at a time, and store them before anybody uses them.

    Networks that give a new refresh token take the old one away: what came is committed at once, alone. Raises
    AccessExpired while another process is at it, NeedsReconnection when the network no longer takes them, which
    is noted, and NetworkError else: the old ones are kept then.
    """
    _take_lease(connection, now)
    if connection.renew_at and connection.renew_at > now:  # somebody did it while we came
        _same(connection).update(renewing_until=None)
        return
    try:
        with _door(connection) as door:
            fresh = door.renew(now)
            access = door.access()
    except NeedsReconnection as problem:
        _same(connection).update(renewing_until=None)
        note_failure(connection, problem, now=now)
        raise
    except NetworkError:
        _same(connection).update(renewing_until=None)
        raise
    # Only into the link that was renewed: who connected the account again meanwhile has brought newer ones.
    _same(connection).update(
        credentials=fresh, renewing_until=None, renew_at=access.renew_at, ends_at=access.ends_at
    )
    connection.refresh_from_db()


def _take_lease(connection: Connection, now: datetime) -> None:
    """Take the renewal for ourselves, and read again what others may have renewed. Raises AccessExpired."""
    free = Q(renewing_until=None) | Q(renewing_until__lte=now)
    if not _same(connection).filter(free).update(renewing_until=now + LEASE):
        raise AccessExpired("another process is renewing this sign-in")
    connection.refresh_from_db()


def _same(connection: Connection) -> QuerySet[Connection]:
    return Connection.objects.filter(pk=connection.pk, linked_at=connection.linked_at)
