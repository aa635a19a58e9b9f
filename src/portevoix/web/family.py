"""The family as its page shows it: sphere by sphere, each voice with its accounts, how they fare, its phase."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from portevoix.networks.health import Health
from portevoix.networks.models import Account
from portevoix.networks.queries import accounts_at, health_of
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.models import Phase, Sphere, Voice
from portevoix.programme.queries import owned_family, phases_from
from portevoix.programme.states import VoiceState
from portevoix.web.facets import Choice, Facet, Value, choices, chosen, narrowed


@dataclass(frozen=True)
class Address:
    """An account: its network, how it is called there, and how it fares."""

    key: str
    network: str
    name: str
    health: Health

    @property
    def is_broken(self) -> bool:
        """Return whether somebody has to do something."""
        return self.health == Health.BROKEN


@dataclass(frozen=True)
class Member:
    """A voice of the family, where it speaks, in which phases, and whether it still does."""

    voice: Voice
    addresses: tuple[Address, ...]
    phases: tuple[Phase, ...]
    is_closed: bool


@dataclass(frozen=True)
class Group:
    """The voices of one sphere; `sphere` is None for those that are in none."""

    sphere: Sphere | None
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Family:
    """The family, or the part of it that was asked for; `total` counts all of it."""

    groups: tuple[Group, ...]
    choices: tuple[Choice, ...]
    total: int
    shown: int
    is_narrowed: bool

    @classmethod
    def of(cls, brand: Brand, query: Mapping[str, str], *, now: datetime) -> "Family":
        """Return the family of `brand` at `now`, narrowed by `query`; closed voices last in their sphere.

        Named voices are not in it: beside a persona, one would unmask the holder.
        """
        members, facets = list(_members(brand, now)), _facets()
        by = chosen(facets, query)
        shown = narrowed(members, facets, by)
        return cls(
            groups=tuple(_groups(shown)),
            choices=choices(members, facets, by),
            total=len(members),
            shown=len(shown),
            is_narrowed=bool(by),
        )


def _members(brand: Brand, now: datetime) -> Iterator[Member]:
    today, held = brand.day(now), accounts_at(brand, now)
    phases = [phase for phase in phases_from(brand, today) if phase.is_current(today)]
    for voice in owned_family(brand):
        yield Member(
            voice=voice,
            addresses=tuple(map(address_of, held.get(voice.pk, []))),
            phases=concerning(voice, phases),
            is_closed=voice.state == VoiceState.CLOSED,
        )


def concerning(voice: Voice, phases: Iterable[Phase]) -> tuple[Phase, ...]:
    """Return those of `phases` that concern `voice`: a range's own stand before the brand's."""
    found = [phase for phase in phases if phase.concerns(voice.product_range_id)]
    return tuple(sorted(found, key=lambda phase: phase.product_range_id is None))


def address_of(account: Account) -> Address:
    """Return how an account is called, and how it fares."""
    name = account.handle or account.remote_id
    return Address(account.network, NETWORKS[account.network].label, name, health_of(account))


def _groups(members: Sequence[Member]) -> Iterator[Group]:
    for sphere, some in groupby(members, key=lambda member: member.voice.sphere):
        yield Group(sphere, tuple(sorted(some, key=lambda member: member.is_closed)))


def _facets() -> tuple[Facet[Member], ...]:
    return (
        Facet("state", _("State"), lambda member: [(member.voice.state, member.voice.get_state_display())]),
        Facet("sphere", _("Sphere"), _sphere),
        Facet("range", _("Range"), _range),
        Facet("network", _("Network"), _networks),
    )


def _sphere(member: Member) -> list[Value]:
    sphere = member.voice.sphere
    return [(sphere.key, str(sphere))] if sphere else []


def _range(member: Member) -> list[Value]:
    offered = member.voice.product_range
    return [(offered.slug, offered.name)] if offered else []


def _networks(member: Member) -> list[Value]:
    return sorted({(address.key, address.network) for address in member.addresses})
