"""Noting how calls to networks went: what broke, what came back."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portevoix.networks.errors import NeedsReconnection, NetworkError
from portevoix.networks.models import Connection
from portevoix.people import journal
from portevoix.people.journal import SYSTEM


def note_success(connection: Connection, *, now: datetime) -> None:
    """Note that a call with this connection went well at `now`; what was wrong before is over.

    A call begun before somebody connected the account again says nothing of the new connection.
    """
    _same_link(connection).update(last_success_at=now, failure="", is_broken=False)
    _look_again(connection)


@transaction.atomic
def note_failure(connection: Connection, error: NetworkError, *, now: datetime) -> None:
    """Note that a call with this connection failed at `now`.

    Only a network that no longer takes our credentials breaks a connection: one that cannot be reached has
    revoked nothing. The journal is told once, when it breaks.
    """
    mine = _same_link(connection)
    mine.update(last_failure_at=now, failure=error.key)
    if isinstance(error, NeedsReconnection) and mine.filter(is_broken=False).update(is_broken=True):
        account = connection.account
        subject = f"account:{account.pk}"
        journal.record("networks.connection.failed", by=SYSTEM, brand=account.brand, subject=subject)
    _look_again(connection)


def _look_again(connection: Connection) -> None:
    """Read again how the connection fares, and nothing that would have to be opened."""
    connection.refresh_from_db(
        fields=[
            "last_success_at",
            "last_failure_at",
            "failure",
            "is_broken",
            "linked_at",
            "collect_at",
        ]
    )


def _same_link(connection: Connection) -> Any:
    return Connection.objects.filter(pk=connection.pk, linked_at=connection.linked_at)
