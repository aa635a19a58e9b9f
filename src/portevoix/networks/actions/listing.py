"""Keeping the public list of a brand's personas, on networks that have lists, through the brand's own account."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.networks.actions.opening import opened
from portevoix.networks.actions.outcomes import note_failure
from portevoix.networks.contracts import PublishedRef
from portevoix.networks.errors import NeedsReconnection, NetworkError, RateLimited
from portevoix.networks.fitting import address
from portevoix.networks.models import Account, Connection, PublicList
from portevoix.networks.queries import keeps_lists, listed_accounts, may_keep_list
from portevoix.people import journal
from portevoix.people.journal import SYSTEM, Author, By
from portevoix.programme import rights

LATER: Final = timedelta(minutes=30)
"""How long after a failure it is tried again; for so long, too, an attempt is left to whoever began it."""

log = structlog.get_logger(__name__)


def start(account: Account, *, by: By, now: datetime) -> PublicList:
    """Let `account` keep the public list of its brand's personas from now on, in the place of any other.

    Raises NotAllowed, UserError when it cannot, and NetworkError when the network did not take it now: it is
    tried again by itself.
    """
    rights.require("programme.change", by=by, on=account.brand)
    _require_keeper(account, now)
    name = _("Voices of %(brand)s") % {"brand": account.brand.name}
    with transaction.atomic():
        told = {"account": account, "name": name[:100], "members": [], "url": "", "kept_at": None}
        kept, _is_new = PublicList.objects.update_or_create(
            brand=account.brand,
            network=account.network,
            defaults={**told, "due_at": now, "failure": ""},
        )
        _journal("networks.list.started", kept, by=by)
    if _has_changed(kept, now) and _claim(kept, now):
        _keep(kept, by=by, now=now)
    return kept


@transaction.atomic
def stop(account: Account, *, by: By) -> None:
    """Let `account` keep the list no longer, once; what stands on the network stays. Raises NotAllowed."""
    rights.require("programme.change", by=by, on=account.brand)
    kept = PublicList.objects.filter(account=account).first()
    if kept is not None:
        _journal("networks.list.stopped", kept, by=by)
        kept.delete()


def keep_due(*, now: datetime) -> int:
    """Bring every public list up to date whose members have changed; return how many were.

    One that fails says so, is tried again later, and never stops the others.
    """
    due = PublicList.objects.filter(due_at__lte=now, account__connection__is_broken=False)
    found = due.select_related("brand", "account__brand").order_by("due_at")
    return sum(_keep_quietly(kept, now) for kept in found if keeps_lists(kept.account, now))


def _keep_quietly(kept: PublicList, now: datetime) -> bool:
    if not (_has_changed(kept, now) and _claim(kept, now)):
        return False
    try:
        _keep(kept, by=SYSTEM, now=now)
    except NetworkError as problem:
        log.warning("list_not_kept", list=kept.pk, detail=problem.detail)
        return False
    return True


def _require_keeper(account: Account, now: datetime) -> None:
    if not keeps_lists(account, now):
        raise UserError(
            _("Only an account of the brand's own voice, on a network that has lists, keeps the public list.")
        )
    if not may_keep_list(account):
        raise UserError(_("This connection may not keep lists: connect the account again and agree to it."))


def _has_changed(kept: PublicList, now: datetime) -> bool:
    """Return whether the list would hold others than it does: one that nobody is in yet begins with somebody."""
    return bool(kept.members != listed_accounts(kept.brand, kept.network, now))


def _claim(kept: PublicList, now: datetime) -> bool:
    """Take this attempt for ourselves; whoever else wants it finds another hour in its row."""
    mine = PublicList.objects.filter(pk=kept.pk, due_at=kept.due_at)
    return bool(mine.update(due_at=now + LATER))


def _keep(kept: PublicList, *, by: Author, now: datetime) -> None:
    """Put the members on the network, outside any transaction. Raises NetworkError, which is noted."""
    members = listed_accounts(kept.brand, kept.network, now)
    connection = Connection.objects.select_related("account__brand").get(account=kept.account_id)
    try:
        with opened(connection, now=now) as door:
            ref = door.keep_list(kept.name, members, now=now)
    except NetworkError as problem:
        _note_failure(kept, connection, problem, now=now)
        raise
    _note_kept(kept, members, ref, by=by, now=now)


@transaction.atomic
def _note_kept(kept: PublicList, members: list[str], ref: PublishedRef, *, by: Author, now: datetime) -> None:
    url = address(ref.url)
    kept.members, kept.url, kept.kept_at, kept.due_at, kept.failure = members, url, now, now, ""
    if PublicList.objects.filter(pk=kept.pk, account=kept.account_id).update(
        members=members, url=url, kept_at=now, due_at=now, failure=""
    ):
        _journal("networks.list.kept", kept, by=by, accounts=len(members))


def _note_failure(kept: PublicList, connection: Connection, problem: NetworkError, *, now: datetime) -> None:
    """Note why the list could not be kept, and on the connection only what has to be mended there."""
    due_at = max(now + LATER, problem.retry_at) if isinstance(problem, RateLimited) else now + LATER
    kept.failure, kept.due_at = problem.key, due_at
    PublicList.objects.filter(pk=kept.pk).update(failure=problem.key, due_at=due_at)
    if isinstance(problem, NeedsReconnection):
        note_failure(connection, problem, now=now)


def _journal(action: str, kept: PublicList, *, by: Author, **facts: int) -> None:
    subject = f"account:{kept.account_id}"
    journal.record(action, by=by, brand=kept.brand, subject=subject, network=kept.network, **facts)
