"""Declaring in which manner an account's network tells each kind of act, and looking what a sign-in may do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from portevoix.networks.actions.opening import opened
from portevoix.networks.actions.outcomes import note_failure, note_success
from portevoix.networks.contracts import Ability, Capabilities, Counted, Kind, Limits, Profile
from portevoix.networks.errors import NetworkError
from portevoix.networks.models import Account, Connection, Manner, Telling
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


def manners(can: Capabilities) -> dict[Kind, Manner]:
    """Return in which manner a network of these capabilities tells each kind of act that it tells."""
    found = {kind: Manner.BY_COUNT for kind, counted in COUNTS.items() if counted in can.readings}
    told = (kind for kind in (*COUNTS, Kind.MENTION) if kind in can.event_kinds)
    return found | dict.fromkeys(told, Manner.BY_EVENT)


def declare(account: Account, can: Capabilities, *, now: datetime) -> None:
    """Write down in which manner acts towards `account` are told from `now` on, where that is new or changed."""
    last = {each.kind: each.manner for each in account.tellings.order_by("since")} if account.pk else {}
    Telling.objects.bulk_create(
        Telling(account=account, kind=kind, manner=manner, since=now)
        for kind, manner in manners(can).items()
        if last.get(kind) != manner
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
    connection: Connection, profile: Profile, may: Iterable[Ability], limits: Limits, *, now: datetime
) -> None:
    actor, account = profile.actor, connection.account
    account.handle = actor.handle or account.handle
    account.display_name = actor.display_name or account.display_name
    account.url = actor.url or account.url
    account.save(update_fields=["handle", "display_name", "url"])
    Connection.objects.filter(pk=connection.pk).update(
        granted=sorted(may), profile=kept_profile(profile), limits=kept_limits(limits)
    )
    note_success(connection, now=now)
