"""The accounts of a voice, to who may connect them: which, how they fare, what each may do, and linking one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urljoin

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext

from portevoix.networks.connector import Connector, abilities_of
from portevoix.networks.contracts import Ability, Gesture, Kind, Signing
from portevoix.networks.health import Health
from portevoix.networks.models import Account, Connection, Holding, Manner
from portevoix.networks.permits import Datum, Permit, Use
from portevoix.networks.queries import connection_of, health_of
from portevoix.networks.registry import NETWORKS, Network, connected, connector_class, is_linkable
from portevoix.networks.rules import Disclosure, disclosed, limits_of
from portevoix.people.models import User
from portevoix.programme.models import Voice
from portevoix.web import telling
from portevoix.web.costs import Costs, costs_of
from portevoix.web.listing import Listing, listing_of
from portevoix.web.shown import safe_url

ABILITIES: Final = {
    Ability.PUBLISH: gettext_noop("publish"),
    Ability.UPLOAD: gettext_noop("publish pictures"),
    Ability.UPDATE: gettext_noop("change what was published"),
    Ability.WITHDRAW: gettext_noop("withdraw what was published"),
    Ability.GIVE: gettext_noop("like, repost and follow for the voice"),
    Ability.READ_POSTS: gettext_noop("read its own posts"),
    Ability.READ_EVENTS: gettext_noop("read who answered, liked or followed"),
    Ability.READ_COUNTS: gettext_noop("read counts"),
    Ability.READ_PROFILES: gettext_noop("read profiles"),
    Ability.READ_THREADS: gettext_noop("read conversations"),
    Ability.KEEP_LISTS: gettext_noop("keep the public list of the family"),
}
GESTURES: Final = {
    Gesture.LIKE: gettext_noop("like for the voice"),
    Gesture.REPOST: gettext_noop("repost for the voice"),
    Gesture.FOLLOW: gettext_noop("follow for the voice"),
}
ACTS: Final = (Kind.REPLY, Kind.MENTION, Kind.QUOTE, Kind.REPOST, Kind.LIKE, Kind.FOLLOW)
DISCLOSURES: Final = {
    Disclosure.NAME: (
        gettext_noop("The name says whose voice it is"),
        gettext_noop("Write the brand into the display name, for instance “Marion from Acme”."),
    ),
    Disclosure.BIOGRAPHY: (
        gettext_noop("The biography says who runs it"),
        gettext_noop("Say in the biography that people of the brand run this account."),
    ),
    Disclosure.LINK: (
        gettext_noop("It leads to the brand's public page"),
        gettext_noop("Add the address of the voice's public page to the profile."),
    ),
    Disclosure.LINK_BACK: (
        gettext_noop("The network found that page leading back"),
        gettext_noop("The network looks at the page now and then; the public page has to be open for it."),
    ),
    Disclosure.HUMAN: (
        gettext_noop("It is not marked as automated"),
        gettext_noop("A person holds this account: take the mark of an automated account away."),
    ),
}

DATA: Final = {
    Datum.OWN_POSTS: gettext_noop("The account's own posts"),
    Datum.COUNTS: gettext_noop("Counts"),
    Datum.ACTS: gettext_noop("Who did what"),
    Datum.WORDS: gettext_noop("What others said"),
    Datum.PROFILES: gettext_noop("Other people's profiles"),
}
USES: Final = {
    Use.STORE: gettext_noop("keeping it"),
    Use.SHOW: gettext_noop("showing it"),
    Use.COMPARE: gettext_noop("comparing it with others"),
    Use.EXPORT: gettext_noop("exporting it"),
    Use.ENRICH: gettext_noop("joining it with what is known of a person, or prospecting"),
}


@dataclass(frozen=True)
class Row:
    """An account that a voice holds: its network, its health, and when it was last read."""

    account: Account
    network: str
    health: Health
    advice: str
    read_at: datetime | None
    ends_at: datetime | None
    is_linkable: bool

    @property
    def name(self) -> str:
        """Return what people call the account."""
        return self.account.handle or self.account.remote_id

    @property
    def url(self) -> str:
        """Return where the account stands on the web, '' where no browser may be sent there."""
        return safe_url(self.account.url)

    @property
    def is_broken(self) -> bool:
        """Return whether a person has to connect it again."""
        return self.health is Health.BROKEN


def rows_of(voice: Voice, *, now: datetime) -> list[Row]:
    """Return the accounts that `voice` holds at `now`, with one query."""
    held = Holding.objects.at(now).filter(voice=voice).select_related("account__connection")
    return [row_of(holding.account) for holding in held.order_by("account__network", "pk")]


def row_of(account: Account) -> Row:
    """Return how `account` fares."""
    connection = connection_of(account)
    return Row(
        account=account,
        network=NETWORKS[account.network].label,
        health=health_of(account),
        advice=connection.failure_advice if connection else "",
        read_at=connection.last_success_at if connection else None,
        ends_at=connection.ends_at if connection else None,
        is_linkable=is_linkable(account.network),
    )


@dataclass(frozen=True)
class Offer:
    """A network to which one can sign in, and what it lets Porte-voix do, in words."""

    network: Network
    can: str
    is_at_network: bool


def offers() -> list[Offer]:
    """Return the networks to which one can sign in."""
    found = (network for network in connected() if is_linkable(network.key))
    return [_offer(network, connector_class(network.key)) for network in found]


def _offer(network: Network, door: type[Connector]) -> Offer:
    may = abilities_of(door.capabilities)
    words = telling.listed(_words(each, door) for each in ABILITIES if each in may)
    return Offer(network, f"{words[:1].upper()}{words[1:]}.", door.capabilities.signing is Signing.REDIRECT)


@dataclass(frozen=True)
class Guide:
    """A step of what a person does at a network, and what is to be copied there."""

    title: str
    text: str
    link: str
    copied: str


def _words(ability: Ability, door: type[Connector]) -> str:
    """Return what an ability is on one network: few let one give everything, or tell every act."""
    can = door.capabilities
    if ability is Ability.GIVE and can.gestures and can.gestures != frozenset(Gesture):
        return telling.listed(
            gettext(words) for gesture, words in GESTURES.items() if gesture in can.gestures
        )
    if ability is Ability.READ_EVENTS and can.event_kinds:
        acts = telling.listed(telling.kind(kind, 2) for kind in ACTS if kind in can.event_kinds)
        return gettext("read %(acts)s, with who did it") % {"acts": acts}
    return gettext(ABILITIES[ability])


def guide(network: str, *, back: str) -> list[Guide]:
    """Return what a person does at `network` first; `back` is the address to which it sends people back."""
    steps = connector_class(network).guide
    copies = {"redirect": back, "": ""}
    return [Guide(gettext(step.title), gettext(step.text), step.link, copies[step.copy]) for step in steps]


class SignInForm(forms.Form):
    """What a network asks for before an account is linked."""

    def __init__(self, data: Any = None, *, network: str, **options: Any) -> None:
        super().__init__(data, **options)
        for asked in connector_class(network).asks:
            widget = forms.PasswordInput({"autocomplete": "off"}) if asked.is_secret else forms.TextInput()
            self.fields[asked.name] = forms.CharField(
                label=gettext(asked.label),
                help_text=gettext(asked.help_text) if asked.help_text else "",
                required=not asked.is_optional,
                widget=widget,
                max_length=2000,
                error_messages={"required": gettext("This is needed.")},
            )


def public_addresses(voice: Voice, *, site: str) -> list[str]:
    """Return the addresses of the pages on which the public finds `voice`."""
    pages = (("official_voice", [voice.brand.slug, voice.slug]), ("official", [voice.brand.slug]))
    return [urljoin(site, reverse(name, args=arguments)) for name, arguments in pages]


@dataclass(frozen=True)
class May:
    """One ability of a connection: whether the sign-in has it, and whether the network has it at all."""

    words: str
    is_granted: bool
    is_possible: bool


@dataclass(frozen=True)
class Told:
    """In which manner one kind of act is told, since when."""

    kind: str
    manner: str
    since: datetime


@dataclass(frozen=True)
class Check:
    """Whether the profile tells one thing, and how to mend it."""

    words: str
    mend: str
    is_told: bool | None


@dataclass(frozen=True)
class Permitted:
    """What the network allows one to do with one sort of what it tells; `source` is where on the web."""

    words: str
    refused: str
    keep: str
    source: str


@dataclass(frozen=True)
class AccountPage:
    """All that the page of a connected account shows."""

    row: Row
    may: tuple[May, ...]
    is_looked_at: bool
    told: tuple[Told, ...]
    checks: tuple[Check, ...]
    limits: str
    permits: tuple[Permitted, ...]
    costs: Costs | None
    listing: Listing | None

    @classmethod
    def of(cls, voice: Voice, account: Account, *, site: str, by: User, now: datetime) -> "AccountPage":
        """Read the page of `account`, which `voice` holds, for `by`; `site` is this installation's address."""
        connection, door = connection_of(account), connector_class(account.network)
        kept = connection.profile if connection else None
        return cls(
            row=row_of(account),
            may=tuple(_may(door, connection)),
            is_looked_at=bool(connection and connection.granted is not None),
            told=tuple(_told(account)),
            checks=() if voice.is_named or kept is None else tuple(_checks(voice, kept, site=site)),
            limits=_limits(connection),
            permits=tuple(_permits(door)),
            costs=costs_of(connection, now=now) if connection else None,
            listing=listing_of(voice, account, by=by, now=now),
        )


def _may(door: type[Connector], connection: Connection | None) -> Iterable[May]:
    possible = abilities_of(door.capabilities)
    granted = possible if connection is None or connection.granted is None else set(connection.granted)
    for ability in ABILITIES:
        yield May(_words(ability, door), ability in granted and ability in possible, ability in possible)


def _told(account: Account) -> Iterable[Told]:
    last = {each.kind: each for each in account.tellings.order_by("since")}
    for each in last.values():
        yield Told(telling.kind(each.kind, 2), str(Manner(each.manner).label), each.since)


def _checks(voice: Voice, kept: Mapping[str, Any], *, site: str) -> Iterable[Check]:
    addresses = public_addresses(voice, site=site)
    for finding in disclosed(kept, brand=voice.brand.name, addresses=addresses):
        words, mend = DISCLOSURES[finding.disclosure]
        yield Check(gettext(words), gettext(mend), finding.is_told)


def _limits(connection: Connection | None) -> str:
    """Return in a sentence what the account's server takes, '' where nobody looked yet."""
    if connection is None or connection.limits is None:
        return ""
    limits = limits_of(connection.limits)
    parts = []
    if limits.text_length is not None:
        words = ngettext("%(count)s character", "%(count)s characters", limits.text_length)
        parts.append(words % {"count": telling.count(limits.text_length)})
    if limits.media_count is not None:
        words = ngettext("%(count)s picture", "%(count)s pictures", limits.media_count)
        parts.append(words % {"count": telling.count(limits.media_count)})
    return telling.listed(parts)


def _permits(door: type[Connector]) -> Iterable[Permitted]:
    told = {permit.datum: permit for permit in door.permits}
    return (_permitted(DATA[datum], told[datum]) for datum in DATA if datum in told)


def _permitted(words: str, permit: Permit) -> Permitted:
    refused = telling.listed(gettext(USES[use]) for use in USES if use not in permit.uses)
    days = permit.keep.days if permit.keep else 0
    keep = ngettext("kept %(count)s day at most", "kept %(count)s days at most", days) % {"count": days}
    source = permit.source if permit.source.startswith("https://") else ""
    return Permitted(gettext(words), refused, keep if permit.keep else "", source)
