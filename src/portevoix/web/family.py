"""The family as its page shows it: sphere by sphere, each voice with the accounts through which it speaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from portevoix.networks.models import Account
from portevoix.networks.queries import accounts_at
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.models import Sphere, Voice
from portevoix.programme.queries import owned_family
from portevoix.programme.states import VoiceState


@dataclass(frozen=True)
class Address:
    """An account: its network's name, and how it is called there."""

    network: str
    name: str


@dataclass(frozen=True)
class Member:
    """A voice of the family, where it speaks, and whether it still does."""

    voice: Voice
    addresses: tuple[Address, ...]
    is_closed: bool


@dataclass(frozen=True)
class Group:
    """The voices of one sphere; `sphere` is None for those that are in none."""

    sphere: Sphere | None
    members: tuple[Member, ...]


def groups(brand: Brand, *, now: datetime) -> list[Group]:
    """Return the family of `brand` at `now`, closed voices last in their sphere.

    Named voices are not in it: beside a persona, one would unmask the holder.
    """
    held = accounts_at(brand, now)
    by_sphere = groupby(owned_family(brand), key=lambda voice: voice.sphere)
    return [Group(sphere, _members(voices, held)) for sphere, voices in by_sphere]


def _members(voices: Iterable[Voice], held: dict[int, list[Account]]) -> tuple[Member, ...]:
    members = (
        Member(voice, tuple(map(address_of, held.get(voice.pk, []))), voice.state == VoiceState.CLOSED)
        for voice in voices
    )
    return tuple(sorted(members, key=lambda member: member.is_closed))


def address_of(account: Account) -> Address:
    """Return how an account is called."""
    return Address(NETWORKS[account.network].label, account.handle or account.remote_id)
