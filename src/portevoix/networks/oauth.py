"""Consent as OAuth 2 has it: where a person agrees, what a code or a refresh token gives, and what is kept of it.

Networks differ in where that happens, in whether they know PKCE, and in how they refuse; what they share stands
here. Nothing of it calls a network but `TokenPage`.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from portevoix.core.http import Answer, Client, HttpError
from portevoix.networks.calls import Calls, understood
from portevoix.networks.errors import NeedsReconnection, NetworkError, OptionsRefused, UnexpectedReply
from portevoix.networks.signing import SignIn

OVER: Final = frozenset({"invalid_grant", "invalid_token", "invalid_client", "unauthorized_client"})
"""Errors by which a token page says that a sign-in is over (RFC 6749, section 5.2; RFC 6750, section 3.1)."""
_REFUSALS: Final = (400, 401, 403)
_SEPARATORS: Final = re.compile(r"[,\s]+")
Ends = Callable[[str, str], bool]
"""Whether a refusal (error, its description) ends the sign-in."""


@dataclass(frozen=True)
class Application:
    """An application of the company's own at a network; one without a secret is a public client."""

    client_id: str
    secret: str = field(default="", repr=False)

    @classmethod
    def typed(cls, answers: Mapping[str, str]) -> Self:
        """Return the application of which a person typed the keys. Raises OptionsRefused."""
        client_id, secret = (answers.get(name, "").strip() for name in ("client_id", "client_secret"))
        if not client_id or not f"{client_id}{secret}".isprintable():
            raise OptionsRefused(_("Copy the application's keys from its page at the network, each whole."))
        return cls(client_id, secret)


@dataclass(frozen=True)
class Grant:
    """What a network granted: a token for calls, until when (None: not told), for what, and how to renew it."""

    access: str = field(repr=False)
    ends_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    refresh: str = field(default="", repr=False)
    refresh_ends_at: datetime | None = None

    @classmethod
    def told(cls, told: Mapping[str, Any], now: datetime, *, before: "Grant | None" = None) -> "Grant":
        """Return what a token page told at `now`; what it left out stays as it was `before`.

        Raises LookupError, TypeError or ValueError when it is no grant.
        """
        access = told["access_token"]
        if not isinstance(access, str) or not access:
            raise ValueError
        known = before or cls("")
        return cls(
            access,
            _end(told.get("expires_in"), now),
            scopes_in(told["scope"]) if told.get("scope") else known.scopes,
            str(told.get("refresh_token") or known.refresh),
            _end(told.get("refresh_token_expires_in"), now) or known.refresh_ends_at,
        )


@dataclass(frozen=True)
class Credentials:
    """What an account keeps: the application, and what was granted to it."""

    application: Application
    grant: Grant

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `written` wrote. Raises OptionsRefused."""
        try:
            told = json.loads(text)
            application = Application(_text(told["client_id"]), _text(told["client_secret"]))
            grant = Grant(
                _text(told["access_token"]),
                _instant(told["ends_at"]),
                scopes_in(_text(told["scope"])),
                _text(told["refresh_token"]),
                _instant(told.get("refresh_ends_at")),
            )
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
            raise OptionsRefused(_("This account is not connected: connect it first.")) from None
        return cls(application, grant)

    def written(self) -> str:
        """Return these credentials as the text that an account keeps."""
        grant = self.grant
        told = {
            "client_id": self.application.client_id,
            "client_secret": self.application.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "ends_at": grant.ends_at.isoformat() if grant.ends_at else None,
            "refresh_ends_at": grant.refresh_ends_at.isoformat() if grant.refresh_ends_at else None,
            "scope": " ".join(sorted(grant.scopes)),
        }
        return json.dumps(told)

    def beside(self, known: str) -> Self:
        """Return these, with the refresh token of `known` where they have none and the application is the same."""
        try:
            old = self.read(known)
        except OptionsRefused:
            return self
        if self.grant.refresh or old.application.client_id != self.application.client_id:
            return self
        kept = old.grant
        grant = replace(self.grant, refresh=kept.refresh, refresh_ends_at=kept.refresh_ends_at)
        return replace(self, grant=grant)


@dataclass(frozen=True)
class Waiting:
    """A sign-in to which a person came back with a code."""

    application: Application
    redirect_to: str
    verifier: str = field(repr=False)
    code: str = field(repr=False)

    @classmethod
    def returned(cls, pending: str, returned: Mapping[str, str]) -> Self:
        """Return the sign-in of `begin`'s `pending`. Raises OptionsRefused when somebody said no."""
        told, code = json.loads(pending), returned.get("code", "")
        if returned.get("error") or not code:
            raise OptionsRefused(
                _("The network was not allowed to connect this account. Nothing was connected; begin again.")
            )
        return cls(Application(told["id"], told["secret"]), told["to"], told["verifier"], code)

    def form(self) -> dict[str, str]:
        """Return what a token page wants for the code, the application's own keys aside."""
        told = {"grant_type": "authorization_code", "code": self.code, "redirect_uri": self.redirect_to}
        return {**told, "code_verifier": self.verifier} if self.verifier else told


def begin(
    page: str,
    application: Application,
    *,
    redirect_to: str,
    state: str,
    scopes: Iterable[str],
    has_pkce: bool,
    separator: str = " ",
    asked: Mapping[str, str] | None = None,
) -> SignIn:
    """Return where on `page` a person agrees; `asked` is what this network wants to know besides."""
    verifier = secrets.token_urlsafe(64) if has_pkce else ""
    query = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": redirect_to,
        "scope": separator.join(scopes),
        "state": state,
        **(asked or {}),
    }
    if verifier:
        query |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    kept = {
        "id": application.client_id,
        "secret": application.secret,
        "verifier": verifier,
        "to": redirect_to,
    }
    return SignIn(f"{page}?{urlencode(query)}", json.dumps(kept))


def challenge(verifier: str) -> str:
    """Return the challenge of a PKCE verifier (S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def scopes_in(text: str) -> frozenset[str]:
    """Return the scopes that a text lists, however this network separates them."""
    return frozenset(scope for scope in _SEPARATORS.split(text) if scope)


def is_over(error: str, _words: str) -> bool:
    """Return whether a refusal ends the sign-in, in the words that OAuth has for it."""
    return error in OVER


class TokenPage:
    """Where a network gives tokens for codes and for refresh tokens: `address`, asked by `application`.

    `ends` tells which of its refusals end a sign-in; no other does. With `has_basic` the application's keys go
    into the header, else into the form.
    """

    def __init__(
        self,
        client: Client,
        address: str,
        application: Application,
        *,
        ends: Ends = is_over,
        has_basic: bool = False,
    ) -> None:
        self._calls = Calls(client, address, meaning=self._meaning)
        self._application, self._ends, self._has_basic = application, ends, has_basic

    def take(self, waiting: Waiting, now: datetime) -> Grant:
        """Return what a code gives. Raises OptionsRefused when the network does not take it."""
        try:
            return self._granted(waiting.form(), now, None)
        except NeedsReconnection:
            sentence = _(
                "The network did not take the code, or the application's keys. Check the keys, then begin again."
            )
            raise OptionsRefused(sentence) from None

    def renew(self, old: Grant, now: datetime) -> Grant:
        """Return a new grant in the place of `old`. Raises NeedsReconnection when the sign-in is over."""
        if not old.refresh:
            raise NeedsReconnection("there is no refresh token")
        form = {"grant_type": "refresh_token", "refresh_token": old.refresh}
        return self._granted(form, now, old)

    def _granted(self, form: Mapping[str, str], now: datetime, before: Grant | None) -> Grant:
        keys, headers = self._keys()
        told = self._calls.json("POST", self._calls.base, now=now, headers=headers, data={**form, **keys})
        with understood(writes=False):
            return Grant.told(told, now, before=before)

    def _keys(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return what of the application's keys goes into the form, and what into the header."""
        one = self._application
        if self._has_basic and one.secret:
            pair = base64.b64encode(f"{one.client_id}:{one.secret}".encode()).decode()
            return {}, {"authorization": f"Basic {pair}"}
        return {
            "client_id": one.client_id,
            **({"client_secret": one.secret} if one.secret else {}),
        }, {}

    def _meaning(self, answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
        """Return what a refusal means: what is not said in OAuth's words ends no sign-in."""
        if answer.status not in _REFUSALS:
            return None
        error, words = _refusal(answer)
        detail = f"HTTP status {answer.status} {error}"
        return NeedsReconnection(detail) if self._ends(error, words) else UnexpectedReply(detail)


def _refusal(answer: Answer) -> tuple[str, str]:
    """Return the error that a token page names, and its description."""
    try:
        told = answer.json()
    except HttpError:
        return "", ""
    if not isinstance(told, dict):
        return "", ""
    error = told.get("error")
    name = error if isinstance(error, str) and error.replace("_", "").isalnum() else ""
    return name, str(told.get("error_description") or "")


def _end(seconds: object, now: datetime) -> datetime | None:
    """Return when something that lasts so many seconds from `now` ends; None for what ends never."""
    lasts = int(str(seconds or 0))
    return now + timedelta(seconds=lasts) if lasts > 0 else None


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(_text(text)).astimezone(UTC) if text else None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError
    return value
