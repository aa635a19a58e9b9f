"""Connecting accounts: with what a person typed, or what the network gave."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.networks.actions.telling import declare
from portevoix.networks.contracts import Asked
from portevoix.networks.models import Account, Connection
from portevoix.networks.registry import NETWORKS, connector_class
from portevoix.networks.rights import require_link
from portevoix.people import journal
from portevoix.people.journal import By


def connect(account: Account, answers: Mapping[str, str], *, by: By, now: datetime) -> Connection:
    """Connect `account` with what its network asks for, as somebody typed it; what is left empty is left out.

    Options that no form asks for are kept. Where no secret is given and none is kept that works, the network is
    asked for one. Raises what `link` does.
    """
    require_link(account, by=by)
    known = Connection.objects.filter(account=account).first()
    if NETWORKS[account.network].is_import_only:
        return link(account, options={}, credentials="", by=by, now=now)
    door = connector_class(account.network)
    options = _answered(door.asks, answers, known.options if known else {})
    credentials = next((answers.get(asked.name, "") for asked in door.asks if asked.is_secret), "")
    if not credentials and (known is None or known.is_broken):
        _require_unused(account, options)
        credentials = door.enrol(options, handle=account.handle, now=now)
    return link(account, options=options, credentials=credentials, by=by, now=now)


def _require_unused(account: Account, options: Mapping[str, Any]) -> None:
    """Raise UserError when another account is connected to the very same: new credentials would take it over."""
    same = Connection.objects.filter(account__network=account.network, options=dict(options))
    if same.exclude(account=account).exists():
        raise UserError(_("Somebody else's account is connected to this already. Nothing was changed."))


def _answered(
    asks: Iterable[Asked], answers: Mapping[str, str], kept: Mapping[str, Any]
) -> dict[str, str | int]:
    """Return the options `kept` with what was answered in the place of what was asked."""
    wanted = {asked.name: asked for asked in asks if not asked.is_secret}
    options = {name: value for name, value in kept.items() if name not in wanted}
    for name, asked in wanted.items():
        if typed := answers.get(name, "").strip():
            options[name] = int(typed) if asked.is_number and typed.isdecimal() else typed
    return options


@transaction.atomic
def link(
    account: Account, *, options: Mapping[str, Any], credentials: str, by: By, now: datetime
) -> Connection:
    """Connect `account`, or connect it again, and make it due for collection at once.

    Empty `credentials` leave stored ones as they are. Raises NotAllowed, OptionsRefused, and UserError when
    the network has no connector.
    """
    author = require_link(account, by=by)
    if NETWORKS[account.network].is_import_only:
        words = {"network": NETWORKS[account.network].label}
        raise UserError(_("%(network)s cannot be connected yet: bring its figures by file.") % words)
    known = Connection.objects.select_for_update().filter(account=account).first()
    connection = known or Connection(account=account)
    connection.options = dict(options)
    if credentials:
        connection.credentials = credentials
    with connector_class(account.network)(connection.options, connection.credentials) as door:
        access = door.access()
        declare(account, door.capabilities, now=now)
    connection.linked_at = connection.collect_at = now
    connection.is_broken, connection.failure = False, ""
    connection.renew_at, connection.ends_at = access.renew_at, access.ends_at
    connection.renewing_until = connection.granted = None
    connection.profile = connection.limits = None
    connection.save()
    journal.record(
        "networks.connection.linked",
        by=author,
        brand=account.brand,
        subject=f"account:{account.pk}",
        network=account.network,
        is_again=known is not None,
    )
    return connection
