"""What of accounts waits for somebody: those that are broken, silent, or not there yet.

A holder is told of the own voice's accounts, the lead of all that the brand owns. Accounts of named voices are
told to their person alone, and without a name: beside a persona it would unmask the holder.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portevoix.core.cards import Card, Tone, Viewer, cards
from portevoix.core.prepared import prepared
from portevoix.networks.errors import advice_of
from portevoix.networks.health import is_ending
from portevoix.networks.models import Connection, Holding
from portevoix.networks.registry import NETWORKS, is_linkable
from portevoix.people.models import Role

SILENT: Final = timedelta(days=3)
"""An account that told nothing for so long is worth a look, although nothing says that it is broken."""


@cards("networks.accounts")
def accounts(viewer: Viewer) -> Iterable[Card]:
    """Yield what is wrong with the accounts that concern `viewer`."""
    runs = Role.LEAD in viewer.roles
    if not (runs or viewer.voices or viewer.user.is_superuser):
        return
    holdings = _held(brand=viewer.brand.pk, now=viewer.now)
    if not holdings and (runs or viewer.user.is_superuser):
        yield _first_accounts()
    for holding in holdings:
        connection = getattr(holding.account, "connection", None)
        if connection and _concerns(viewer, holding):
            yield from _wrong(viewer, holding, connection)


@prepared
def _held(brand: Any, now: Any) -> QuerySet[Holding]:
    held = Holding.objects.at(now).filter(voice__brand=brand)
    return held.select_related("voice", "account", "account__connection").order_by("pk")


def _first_accounts() -> Card:
    return Card(
        key="networks.start",
        weight=59,
        title=_("Give the voices their first accounts"),
        why=_("Figures come from accounts on networks; the sandbox is one that needs no key."),
        gesture=_("Go on with the first visit"),
        page="start_step",
        arguments={"step": "networks"},
    )


def _concerns(viewer: Viewer, holding: Holding) -> bool:
    if holding.voice_id in viewer.voices:
        return True
    return Role.LEAD in viewer.roles and not holding.voice.is_named


def _wrong(viewer: Viewer, holding: Holding, connection: Connection) -> Iterable[Card]:
    if connection.is_broken:
        title = _("%(network)s no longer takes the sign-in of %(account)s")
        yield _card(viewer, holding, "broken", title, why=advice_of(connection.failure))
    elif viewer.now - (connection.last_success_at or connection.linked_at) > SILENT:
        title = _("%(network)s has told nothing of %(account)s for three days")
        advice = advice_of(connection.failure) or _("Nothing was lost; see whether the background work runs.")
        yield _card(viewer, holding, "silent", title, why=advice)
    elif is_ending(connection.ends_at, viewer.now):
        title = _("The sign-in of %(account)s at %(network)s ends soon")
        why = _("After %(day)s nothing is read or published there. Connecting again now loses nothing.")
        yield _card(viewer, holding, "ending", title, why=why % {"day": _day(viewer, connection)})


def _day(viewer: Viewer, connection: Connection) -> str:
    """Return the last day of a sign-in that ends, in the brand's zone."""
    return date_format(viewer.brand.day(connection.ends_at or viewer.now), "DATE_FORMAT")


def _card(viewer: Viewer, holding: Holding, what: str, title: str, *, why: str) -> Card:
    account, voice = holding.account, holding.voice
    called = account.handle or account.remote_id
    words = {
        "network": NETWORKS[account.network].label,
        "account": _("your own account") if voice.is_named else called,
    }
    leads = Role.LEAD in viewer.roles
    page = "me" if voice.is_named else "settings_voice" if leads else "voice"
    if is_linkable(account.network):
        page = "voice_accounts"
    return Card(
        key=f"networks.{what}:{account.pk}",
        weight={"broken": 100, "silent": 95}.get(what, 70),
        title=title % words,
        why=why,
        gesture=_("Look at it") if what == "silent" else _("Connect it again"),
        page=page,
        arguments={} if page == "me" else {"voice": voice.slug},
        instead="family" if voice.is_named else "voice",
        tone=Tone.BROKEN if what != "ending" else Tone.TO_DO,
        voice="" if voice.is_named else voice.display_name,
        hue=None if voice.is_named else voice.hue,
    )
