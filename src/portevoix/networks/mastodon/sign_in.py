"""How an account is connected: our application made known to its server, a person's consent, a token.

Every server gets its own application, registered when somebody connects an account there; nobody creates a key.
Consent is OAuth 2 with a code, and PKCE (S256), which servers that do not know it let pass.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portevoix.core.http import Transport
from portevoix.networks.calls import SUCCESSES, understood
from portevoix.networks.contracts import Ability
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    OptionsRefused,
    OutcomeUnknown,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.mastodon.client import MastodonClient, told_in
from portevoix.networks.mastodon.config import MastodonOptions, Token, Typed, origin_of, write_token
from portevoix.networks.mastodon.reading import Reader, address_of
from portevoix.networks.signing import Signed, SignIn

NAME: Final = "Porte-voix"
NEEDED: Final[Mapping[Ability, str]] = {
    Ability.PUBLISH: "write:statuses",
    Ability.UPDATE: "write:statuses",
    Ability.WITHDRAW: "write:statuses",
    Ability.UPLOAD: "write:media",
    Ability.READ_EVENTS: "read:notifications",
    Ability.READ_POSTS: "read:statuses",
    Ability.READ_COUNTS: "read:statuses",
    Ability.READ_PROFILES: "read:accounts",
    Ability.READ_THREADS: "read:statuses",
}
"""The scope that each ability needs."""
GIVING: Final = frozenset({"write:favourites", "write:follows", "write:statuses", "read:search"})
"""The scopes that gestures need: what they are given to is looked up by its address first."""
SCOPES: Final = tuple(sorted({*NEEDED.values(), *GIVING}))
_NOT_FOR_ALL: Final = frozenset({400, 401, 403, 404, 405, 410, 422, 501})
"""How servers answer that say nothing of themselves to strangers."""
_BROAD: Final = "read write"
"""What is asked of servers that know no finer scopes."""


@dataclass(frozen=True)
class Pending:
    """A sign-in that waits for the person: what the server knows our application by, and our own secrets."""

    server: str
    client_id: str
    client_secret: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_to: str = ""
    state: str = ""
    scope: str = ""


def begin(
    typed: Typed, *, redirect_to: str, state: str, now: datetime, transport: Transport | None
) -> SignIn:
    """Make our application known to the server that a person typed; return where the person agrees."""
    with _no_server():
        server = _home(typed, now, transport)
        with closing(MastodonClient(server, transport=transport)) as client:
            application, scope = _registered(client, redirect_to, now)
        client_id, secret = application["client_id"], application["client_secret"]
    pending = Pending(server, client_id, secret, secrets.token_urlsafe(48), redirect_to, state, scope)
    return SignIn(_consent(pending), json.dumps(asdict(pending)))


def _home(typed: Typed, now: datetime, transport: Transport | None) -> str:
    """Return the origin of the server itself: what was typed may only lead there."""
    named = _named(typed, now, transport) if typed.handle else typed.server
    with closing(MastodonClient(named, transport=transport)) as client:
        answer = client.get("/api/v1/instance", now=now, takes=SUCCESSES | _NOT_FOR_ALL)
    return origin_of(answer.url)


def _named(typed: Typed, now: datetime, transport: Transport | None) -> str:
    """Return the origin of the server that a handle's domain names."""
    with closing(MastodonClient(typed.server, transport=transport)) as client:
        try:
            answer = client.get("/.well-known/webfinger", now=now, resource=f"acct:{typed.handle}")
            links = told_in(answer)["links"]
            own = next(one["href"] for one in links if one.get("rel") == "self")
            return origin_of(own)
        except (UnexpectedReply, OptionsRefused, LookupError, TypeError, AttributeError, StopIteration):
            return typed.server


def _registered(client: MastodonClient, redirect_to: str, now: datetime) -> tuple[Mapping[str, str], str]:
    """Return our application as the server knows it, and the scopes that may be asked for."""
    scope = " ".join(SCOPES)
    try:
        return _register(client, redirect_to, scope, now), scope
    except ContentRefused:
        return _register(client, redirect_to, _BROAD, now), _BROAD


def _register(client: MastodonClient, redirect_to: str, scope: str, now: datetime) -> Mapping[str, str]:
    body = {"client_name": NAME, "redirect_uris": redirect_to, "scopes": scope}
    told = told_in(client.ask("POST", "/api/v1/apps", now=now, json=body))
    with understood(writes=False):
        return {name: str(told[name]) for name in ("client_id", "client_secret")}


def _consent(pending: Pending) -> str:
    """Return the address at which a person agrees, always asked which account it is for."""
    digest = hashlib.sha256(pending.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": pending.client_id,
        "redirect_uri": pending.redirect_to,
        "scope": pending.scope,
        "state": pending.state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "force_login": "true",
        "lang": (get_language() or "en")[:2],
    }
    return f"{pending.server}/oauth/authorize?{urlencode(query)}"


def finish(
    pending: str, returned: Mapping[str, str], *, now: datetime, transport: Transport | None
) -> Signed:
    """Return the account that a person has just opened to us. Raises OptionsRefused."""
    waiting = _read_pending(pending)
    code = returned.get("code", "")
    if returned.get("error") or not code:
        raise OptionsRefused(
            _("The server connected nothing: you, or it, said no. Begin again if that was a mistake.")
        )
    if not hmac.compare_digest(returned.get("state", "").encode(), waiting.state.encode()):
        raise OptionsRefused(_refusal())
    with _not_accepted(), closing(MastodonClient(waiting.server, transport=transport)) as client:
        token = _token(client, waiting, code, now)
    return _signed(waiting.server, token, now, transport)


def _read_pending(pending: str) -> Pending:
    try:
        return Pending(**json.loads(pending))
    except (ValueError, TypeError):
        raise OptionsRefused(_refusal()) from None


def _token(client: MastodonClient, waiting: Pending, code: str, now: datetime) -> Token:
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": waiting.client_id,
        "client_secret": waiting.client_secret,
        "redirect_uri": waiting.redirect_to,
        "code_verifier": waiting.verifier,
        "scope": waiting.scope,
    }
    told = told_in(client.ask("POST", "/oauth/token", now=now, json=body))
    with understood(writes=False):
        granted = told.get("scope") or waiting.scope
        return Token(str(told["access_token"]), frozenset(granted.split()))


def _signed(server: str, token: Token, now: datetime, transport: Transport | None) -> Signed:
    with closing(MastodonClient(server, token.access_token, transport=transport)) as client:
        told = told_in(client.get("/api/v1/accounts/verify_credentials", now=now))
    with understood(writes=False):
        options = MastodonOptions(server, str(told["id"]), address_of(told))
        profile = Reader(options).profile(told, now)
    return Signed(profile, asdict(options), write_token(token))


def granted(scopes: frozenset[str]) -> frozenset[Ability]:
    """Return what a sign-in with these scopes may do."""
    found = {ability for ability, scope in NEEDED.items() if _opens(scopes, scope)}
    if all(_opens(scopes, scope) for scope in GIVING):
        found.add(Ability.GIVE)
    return frozenset(found)


def _opens(scopes: frozenset[str], scope: str) -> bool:
    """Return whether `scope` is among those granted, itself or within a broader one."""
    broader = {scope.partition(":")[0]} | ({"follow"} if scope.endswith(":follows") else set())
    return scope in scopes or bool(broader & scopes)


def _refusal() -> str:
    return _("The server did not accept this sign-in, and nothing was connected. Begin again.")


@contextmanager
def _no_server() -> Iterator[None]:
    """Say in words that there is no such server; to make an application known twice does no harm."""
    try:
        yield
    except (ContentRefused, NeedsReconnection, UnexpectedReply):
        sentence = _(
            "At this address there is no server that Porte-voix understands. Check it, and try again."
        )
        raise OptionsRefused(sentence) from None
    except OutcomeUnknown as problem:
        raise Unreachable(problem.detail) from problem


@contextmanager
def _not_accepted() -> Iterator[None]:
    """Say in words that a code opens nothing. It can be used once only, so that a person begins again."""
    try:
        yield
    except (ContentRefused, NeedsReconnection, UnexpectedReply, OutcomeUnknown):
        raise OptionsRefused(_refusal()) from None
