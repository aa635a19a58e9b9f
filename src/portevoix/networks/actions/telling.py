"""Declaring in which manner an account's network tells each kind of act, and looking what a sign-in may do."""

from collections.abc import Collection, Container
from datetime import datetime
from typing import Final

from django.db import transaction

from portevoix.networks.actions.opening import opened
from portevoix.networks.actions.outcomes import note_failure, note_success
from portevoix.networks.connector import abilities_of
from portevoix.networks.contracts import Ability, Capabilities, Counted, Kind, Limits, Profile
from portevoix.networks.errors import NetworkError
from portevoix.networks.fitting import actor as fitted
from portevoix.networks.models import Account, Connection, Manner, Telling
from portevoix.networks.registry import connector_class
from portevoix.networks.rights import require_link
from portevoix.networks.rules import kept_limits, kept_profile
from portevoix.people.journal import By

COUNTS: Final = {
    Kind.LIKE: Counted.LIKES,
    Kind.REPOST: Counted.REPOSTS,
    Kind.QUOTE: Counted.QUOTES,
    Kind.REPLY: Counted.REPLIES,
    Kind.FOLLOW: Counted.FOLLOWERS,
}
"""The count in which acts of a kind come where nobody says who did them."""


def manners(can: Capabilities, may: Container[Ability]) -> dict[Kind, Manner]:
    """Return in which manner a network tells each kind of act, to a sign-in that `may` do what it was granted."""
    counts = can.readings if Ability.READ_COUNTS in may else frozenset()
    events = can.event_kinds if Ability.READ_EVENTS in may else frozenset()
    found = {kind: Manner.BY_COUNT for kind, counted in COUNTS.items() if counted in counts}
    return found | {kind: Manner.BY_EVENT for kind in (*COUNTS, Kind.MENTION) if kind in events}


def declare(
    account: Account, can: Capabilities, *, may: Container[Ability] | None = None, now: datetime
) -> None:
    """Write down in which manner acts towards `account` are told from `now` on, where that is new or changed.

    `may` is what the sign-in was granted, None where nobody knows yet. What is told no more says so.
    """
    told = manners(can, abilities_of(can) if may is None else may)
    last = {each.kind: each.manner for each in account.tellings.order_by("since")} if account.pk else {}
    for kind, manner in (dict.fromkeys(last, Manner.NOT_TOLD) | told).items():
        if last.get(kind) != manner:
            Telling.objects.update_or_create(
                account=account, kind=kind, since=now, defaults={"manner": manner}
            )


def look(account: Account, *, by: By, now: datetime) -> Profile:
    """Ask the network whom the connection of `account` opens and what it may do, and write that down.

    Raises NotAllowed, and NetworkError, which is noted on the connection.
    """
    require_link(account, by=by)
    connection = Connection.objects.select_related("account__brand").get(account=account)
    try:
        with opened(connection, now=now) as door:
            profile, may = door.verify(now), door.abilities(now)
            limits = door.limits(now)
    except NetworkError as problem:
        note_failure(connection, problem, now=now)
        raise
    _note(connection, profile, may, limits, now=now)
    return profile


@transaction.atomic
def _note(
    connection: Connection, profile: Profile, may: Collection[Ability], limits: Limits, *, now: datetime
) -> None:
    actor, account = fitted(profile.actor), connection.account
    account.handle = actor.handle or account.handle
    account.display_name = actor.display_name or account.display_name
    account.url = actor.url or account.url
    account.save(update_fields=["handle", "display_name", "url"])
    # A look that began before somebody connected the account again says nothing of the new connection.
    same = Connection.objects.filter(pk=connection.pk, linked_at=connection.linked_at)
    same.update(granted=sorted(may), profile=kept_profile(profile), limits=kept_limits(limits))
    declare(account, connector_class(account.network).capabilities, may=may, now=now)
    note_success(connection, now=now)
