"""The accounts of a voice: from when to when, and how each fares, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from portevoix.networks.health import Health
from portevoix.networks.models import Account, Connection, Holding
from portevoix.networks.queries import connection_of, health_of
from portevoix.networks.registry import NETWORKS, connector_class, is_linkable, network_choices
from portevoix.people.models import Brand
from portevoix.programme.file.typed import Typed
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.controls import CONTROLS
from portevoix.web.settings.fields import Choice, Day, Text
from portevoix.web.settings.form import EntryForm
from portevoix.web.shown import safe_url


class AccountForm(EntryForm):
    """An account that a voice begins to hold."""

    default_renderer = CONTROLS

    network = Choice(_("Network"), choices=network_choices())
    handle = Text(_("Handle"), help_text=_("As people write it, with or without @."))
    remote_id = Text(
        _("Id on the network"),
        may_lack=False,
        help_text=_("What the network itself calls the account: it stays when the handle changes."),
    )
    url = Text(_("Address of its page"))
    to = Day(
        _("Until"), help_text=_("The first day on which the voice no longer holds it. Empty: no end yet.")
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["from"] = Day(_("From"), help_text=_("Empty: always."))
        self.order_fields(("network", "handle", "remote_id", "url", "from", "to"))


class EndForm(EntryForm):
    """Until when a voice holds an account."""

    to = Day(_("Until"), help_text=_("The first day on which the voice no longer holds it."))

    def entry(self, holding: Holding) -> dict[str, Typed]:
        """Return what the form says of `holding`, as a programme file says it."""
        account, start = holding.account, holding.from_at
        named = {"network": account.network, "remote_id": account.remote_id}
        return {**named, "from": start.isoformat() if start else None, "to": self.cleaned_data["to"]}

    @classmethod
    def of(cls, holding: Holding, brand: Brand) -> "EndForm":
        """Return the form of `holding` as it is stored."""
        end = holding.to_at.astimezone(brand.zone).date().isoformat() if holding.to_at else ""
        return cls(initial={"to": end}, place=f"end:{holding.pk}")


class ConnectForm(EntryForm):
    """What the network of an account asks for before it is connected."""

    def __init__(self, data: Any = None, *, account: Account, **options: Any) -> None:
        super().__init__(data, place=f"connect:{account.pk}", **options)
        for asked in connector_class(account.network).asks:
            widget = forms.PasswordInput({"autocomplete": "off"}) if asked.is_secret else forms.TextInput()
            label, help_text = gettext(asked.label), asked.help_text and gettext(asked.help_text)
            self.fields[asked.name] = Text(label, may_lack=False, widget=widget, help_text=help_text)

    @classmethod
    def of(cls, account: Account, connection: Connection | None) -> "ConnectForm":
        """Return the form of `account`, filled in with what is known."""
        stored = connection.options if connection else {}
        return cls(account=account, initial={"account": account.remote_id, **stored})


@dataclass(frozen=True)
class Telling:
    """How an account fares: one sentence, whether it is broken, and when it was last read."""

    sentence: str
    is_broken: bool = False
    read_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """An account of a voice: its network, from when to when, its health, and the forms while they serve.

    `links`: it is connected by signing in at its network, on a page of its own.
    """

    holding: Holding
    account: Account
    network: str
    days: str
    is_current: bool
    health: Telling
    end: EntryForm
    connect: EntryForm | None
    is_connected: bool
    links: bool

    @property
    def url(self) -> str:
        """Return where the account stands on the web, '' where no browser may be sent there."""
        return safe_url(self.account.url)


def accounts_of(voice: Voice, *, refused: EntryForm | None, now: datetime) -> list[Held]:
    """Return the accounts that `voice` holds or held, those it holds now first."""
    holdings = Holding.objects.filter(voice=voice).select_related("account__connection")
    rows = [_held(holding, voice.brand, refused, now) for holding in holdings]
    return sorted(rows, key=lambda row: not row.is_current)


def _held(holding: Holding, brand: Brand, refused: EntryForm | None, now: datetime) -> Held:
    account = holding.account
    connection = connection_of(account)
    is_current = (holding.from_at is None or holding.from_at <= now) and (
        holding.to_at is None or holding.to_at > now
    )
    links = is_current and is_linkable(account.network)
    may_connect = is_current and not links and not NETWORKS[account.network].is_import_only
    connect = ConnectForm.of(account, connection) if may_connect else None
    return Held(
        holding=holding,
        account=account,
        network=NETWORKS[account.network].label,
        days=_days(holding, brand),
        is_current=is_current,
        health=health(account),
        end=_in_place(EndForm.of(holding, brand), refused),
        connect=_in_place(connect, refused) if connect else None,
        is_connected=connection is not None,
        links=links,
    )


def _in_place(form: EntryForm, refused: EntryForm | None) -> EntryForm:
    return refused if refused and refused.place == form.place else form


def health(account: Account) -> Telling:
    """Return how `account` fares, in a sentence."""
    network, connection = NETWORKS[account.network], connection_of(account)
    if not network.is_import_only and connector_class(account.network).capabilities.is_manual:
        return Telling(gettext("By hand: Porte-voix prepares, a person posts."))
    fares = health_of(account)
    if connection is None or fares is Health.BY_FILE:
        return Telling(gettext(_WITHOUT_CONNECTION[fares]))
    if fares is not Health.CONNECTED:
        return Telling(connection.failure_advice, fares is Health.BROKEN, connection.last_success_at)
    if connection.last_success_at is None:
        return Telling(gettext("Connected; not read yet."))
    return Telling(gettext("All is well."), read_at=connection.last_success_at)


_WITHOUT_CONNECTION: Final = {
    Health.BY_FILE: gettext_noop("Its figures come by file."),
    Health.UNCONNECTED: gettext_noop("Not connected: nothing is read from it by itself."),
}


def _days(holding: Holding, brand: Brand) -> str:
    start, end = (telling.day(at, brand.zone) if at else "" for at in (holding.from_at, holding.to_at))
    if start and end:
        return gettext("%(first)s to %(end)s") % {"first": start, "end": end}
    if start:
        return gettext("since %(first)s") % {"first": start}
    return gettext("until %(end)s") % {"end": end} if end else gettext("always")


def broken(rows: Iterable[Held]) -> list[Held]:
    """Return the accounts that a person must mend."""
    return [row for row in rows if row.health.is_broken]
