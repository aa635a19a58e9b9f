"""Collecting what is due: which accounts, who does it, and what becomes of a failure."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from portevoix.ledger.actions.collect import Collected, collect
from portevoix.networks.actions import outcomes
from portevoix.networks.actions.opening import opened
from portevoix.networks.errors import AccessExpired, NetworkError, RateLimited
from portevoix.networks.models import Account, Connection
from portevoix.networks.queries import training_connection
from portevoix.networks.rights import require_link
from portevoix.people.journal import By

EVERY: Final = timedelta(minutes=15)
_PATIENCE: Final = timedelta(minutes=30)
"""For how long a collection is left to whoever began it; a dead worker's accounts are due again then."""

_SOON: Final = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def collect_due(*, now: datetime) -> int:
    """Collect every connected account whose hour has come; return how many were collected.

    An account that fails is noted on its connection and never stops the others.
    """
    due = Connection.objects.filter(collect_at__lte=now, is_broken=False).select_related("account__brand")
    # Credentials are read one account at a time: those that no key opens are then one account's failure.
    rows = due.defer("credentials").order_by("collect_at")
    return sum(_collect_one(connection, now) is not None for connection in rows)


def collect_at_once(account: Account, *, by: By, now: datetime) -> Collected | None:
    """Collect `account`, on a network inside the product, while somebody waits for it; return what came.

    None when somebody else is at it, or when it failed, which is noted on its connection. Raises NotAllowed, and
    UserError as `training_connection`.
    """
    require_link(account, by=by)
    connection = training_connection(account)
    return _collect_one(connection, now)


def _claim(connection: Connection, now: datetime) -> bool:
    """Take this collection for ourselves; whoever else wants it finds another hour in its row."""
    mine = Connection.objects.filter(pk=connection.pk, collect_at=connection.collect_at, is_broken=False)
    return bool(mine.update(collect_at=now + _PATIENCE))


def _collect_one(connection: Connection, now: datetime) -> Collected | None:
    if not _claim(connection, now):
        return None
    next_at = now + EVERY
    collected: Collected | None = None
    try:
        collected = _collect(connection, now)
        outcomes.note_success(connection, now=now)
        next_at = now if collected.has_more else next_at
    except AccessExpired:
        next_at = now + _SOON  # renewed by whoever opens next; nothing is wrong with the account
    except NetworkError as problem:
        outcomes.note_failure(connection, problem, now=now)
        next_at = max(next_at, problem.retry_at) if isinstance(problem, RateLimited) else next_at
        log.warning("collection_failed", account=connection.account_id, detail=problem.detail)
    except Exception as problem:
        log.exception("collection_failed", account=connection.account_id)
        outcomes.note_failure(connection, NetworkError(type(problem).__name__), now=now)
    Connection.objects.filter(pk=connection.pk).update(collect_at=next_at)
    return collected


def _collect(connection: Connection, now: datetime) -> Collected:
    account = connection.account
    with opened(connection, now=now) as connector:
        return collect(account, connector, now=now)
