"""A network of the tests' own, in memory: one signs in there in every way, and its access runs out."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from portevoix.core.http import Transport
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import (
    Ability,
    ActorRef,
    Asked,
    Capabilities,
    Counted,
    Kind,
    Limits,
    Profile,
    Signing,
)
from portevoix.networks.errors import (
    AccessExpired,
    NeedsReconnection,
    NetworkError,
    OptionsRefused,
    SignInUnfinished,
)
from portevoix.networks.meter import UNMETERED, Meter
from portevoix.networks.registry import NETWORKS, Network
from portevoix.networks.signing import Access, GuideStep, Signed, SignIn

HOUR = timedelta(hours=1)


@dataclass
class Port:
    """What the network knows: which refresh tokens are good, who may do what, and the error to answer next."""

    refreshes: set[str] = field(default_factory=set)
    given: int = 0
    trouble: NetworkError | None = None
    accounts: tuple[tuple[str, bool], ...] = (("marion", False),)
    """(id, whether it is a real person's own)."""
    site: str = "https://harbour.example/"
    """What stands before an id in the address of an account."""
    name: str = "New name"
    """What an account is called when it is looked at."""


PORT = Port()


def credentials(account: str, now: datetime, *, refresh: str | None = None) -> str:
    """Return credentials that last an hour; a new refresh token takes the old one away."""
    PORT.given += 1
    fresh = f"refresh-{PORT.given}" if refresh is None else refresh
    PORT.refreshes.add(fresh)
    told = {"account": account, "token": f"token-{PORT.given}", "refresh": fresh}
    return json.dumps({**told, "until": (now + HOUR).isoformat()})


def signed(now: datetime, *, refresh: str | None = None) -> tuple[Signed, ...]:
    """Return every account that the network would open."""
    return tuple(
        Signed(
            Profile(ActorRef(name, f"@{name}", name.title(), f"{PORT.site}{name}"), now),
            {"pier": 3},
            credentials(name, now, refresh=refresh),
            is_personal=is_personal,
        )
        for name, is_personal in PORT.accounts
    )


class Harbour(Connector):
    """An account of the harbour."""

    key = "harbour"
    asks: ClassVar = (Asked("name", "Your name"), Asked("password", "Your password", is_secret=True))
    guide = (GuideStep("Go to the harbour", "Ask for a key."),)
    capabilities = Capabilities(
        event_kinds=frozenset({Kind.REPLY}),
        readings=frozenset({Counted.LIKES, Counted.REPLIES, Counted.FOLLOWERS}),
        can_read_profiles=True,
        signing=Signing.REDIRECT,
        renews=True,
    )

    def __init__(
        self,
        options: Options,
        credentials: str = "",
        *,
        transport: Transport | None = None,
        meter: Meter = UNMETERED,
    ) -> None:
        super().__init__(options, credentials, transport=transport, meter=meter)
        self._told: dict[str, str] = json.loads(credentials)
        self._meter = meter

    @classmethod
    def sign_in(
        cls, answers: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        if answers.get("password") != "open":
            raise OptionsRefused("This password opens nothing.")
        return signed(now)

    @classmethod
    def begin_sign_in(
        cls,
        answers: Mapping[str, str],
        *,
        redirect_to: str,
        state: str,
        now: datetime,
        transport: Transport | None = None,
    ) -> SignIn:
        return SignIn(f"https://harbour.example/agree?state={state}&back={redirect_to}", "verifier")

    @classmethod
    def finish_sign_in(
        cls, pending: str, returned: Mapping[str, str], *, now: datetime, transport: Transport | None = None
    ) -> tuple[Signed, ...]:
        if pending not in ("verifier", "granted") or "code" not in returned:
            raise OptionsRefused("You did not agree.")
        if returned["code"] == "half" and pending == "verifier":
            raise SignInUnfinished("granted")
        return signed(now, refresh="" if returned["code"] == "again" else None)

    @classmethod
    def kept(cls, known: str, fresh: str) -> str:
        told = json.loads(fresh)
        return json.dumps({**told, "refresh": told["refresh"] or json.loads(known)["refresh"]})

    def access(self) -> Access:
        until = datetime.fromisoformat(self._told["until"])
        return Access(until - HOUR / 4, until + 30 * 24 * HOUR)

    def renew(self, now: datetime) -> str:
        self._answer()
        if self._told["refresh"] not in PORT.refreshes:
            raise NeedsReconnection("harbour: an old refresh token")
        PORT.refreshes.discard(self._told["refresh"])
        fresh = credentials(self._told["account"], now)
        self._told = json.loads(fresh)
        return fresh

    def verify(self, now: datetime) -> Profile:
        self._meter.charge("profile", now=now)
        self._answer()
        if now >= datetime.fromisoformat(self._told["until"]):
            raise AccessExpired("harbour: an hour is over")
        account = self._told["account"]
        return Profile(ActorRef(account, "@new", PORT.name, f"{PORT.site}{account}"), now)

    def limits(self, now: datetime) -> Limits:
        return Limits(text_length=280)

    def abilities(self, now: datetime) -> frozenset[Ability]:
        return frozenset({Ability.READ_COUNTS})

    def _answer(self) -> None:
        trouble, PORT.trouble = PORT.trouble, None
        if trouble:
            raise trouble


@contextmanager
def harbour() -> Iterator[Port]:
    """Let the harbour be one of the networks, as new."""
    vars(PORT).update(vars(Port()))
    with pytest.MonkeyPatch.context() as patch:
        network = Network("harbour", "Harbour", "tests.networks.harbour.Harbour")
        patch.setitem(NETWORKS, "harbour", network)
        yield PORT
