"""The public page: which voices are official, where they speak, and which are silent for good."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from portevoix.networks.models import Account
from portevoix.networks.queries import accounts_at
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.models import EditorialLine, PublicPage, Voice
from portevoix.programme.queries import moves, owned_family
from portevoix.programme.rules import Move, closed_at, heard_since, was_heard
from portevoix.programme.states import SPEAKING, VoiceState
from portevoix.web import telling
from portevoix.web.shown import safe_url


@dataclass(frozen=True)
class PublicAccount:
    """An account as the public finds it. `url` is empty where it has no address that a browser may open."""

    network: str
    name: str
    url: str


@dataclass(frozen=True)
class Official:
    """A voice as the public reads of it. `until` is when it was closed, where that is written down."""

    voice: Voice
    languages: str
    accounts: tuple[PublicAccount, ...]
    since: datetime | None
    until: datetime | None

    @property
    def is_closed(self) -> bool:
        """Return whether the voice is silent for good."""
        return self.voice.state == VoiceState.CLOSED

    @property
    def is_paused(self) -> bool:
        """Return whether the voice is silent for a while."""
        return self.voice.state == VoiceState.PAUSED


@dataclass(frozen=True)
class Officials:
    """All that a brand's public page tells. Named voices are never in it: they are their person's own."""

    page: PublicPage
    disclosure: str
    speaking: tuple[Official, ...]
    paused: tuple[Official, ...]
    closed: tuple[Official, ...]

    @classmethod
    def of(cls, page: PublicPage, *, now: datetime) -> Self:
        """Return what `page` tells at `now`. A voice that was never heard is not on it."""
        brand = page.brand
        line = EditorialLine.objects.filter(brand=brand).current(brand.day(now))
        listed = list(_officials(brand, now))
        return cls(
            page=page,
            disclosure=line.disclosure if line else "",
            speaking=tuple(each for each in listed if each.voice.state in SPEAKING),
            paused=tuple(each for each in listed if each.is_paused),
            closed=tuple(each for each in listed if each.is_closed),
        )

    def named(self, slug: str) -> Official | None:
        """Return the voice called `slug`, if the page tells of it."""
        everybody = (*self.speaking, *self.paused, *self.closed)
        return next((each for each in everybody if each.voice.slug == slug), None)


def _officials(brand: Brand, now: datetime) -> Iterable[Official]:
    held, moved = accounts_at(brand, now), moves(brand)
    for voice in owned_family(brand):
        known = moved.get(voice.pk, [])
        if was_heard(voice.state, known):
            yield _official(voice, held.get(voice.pk, []), known)


def _official(voice: Voice, accounts: Iterable[Account], moved: list[Move]) -> Official:
    return Official(
        voice=voice,
        languages=telling.languages(voice.languages),
        accounts=tuple(map(_account, accounts)),
        since=heard_since(voice.created_at, voice.state, moved),
        until=closed_at(moved),
    )


def _account(account: Account) -> PublicAccount:
    name = account.handle or account.remote_id
    return PublicAccount(NETWORKS[account.network].label, name, safe_url(account.url))
