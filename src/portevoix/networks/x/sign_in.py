"""Signing in at X, OAuth 2 with a code and PKCE, with an application of the company's own; and renewing."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from portevoix.core.http import Answer, Client
from portevoix.networks.calls import Calls, understood
from portevoix.networks.errors import NeedsReconnection, NetworkError, OptionsRefused, UnexpectedReply
from portevoix.networks.signing import SignIn
from portevoix.networks.x.client import BASE
from portevoix.networks.x.config import SCOPES
from portevoix.networks.x.credentials import Application, Credentials
from portevoix.networks.x.problems import problem_of

AGREE: Final = "https://x.com/i/oauth2/authorize"
TOKEN: Final = "/2/oauth2/token"  # noqa: S105  (a path)
_OVER: Final = frozenset({"invalid_grant", "invalid_token", "invalid_client", "unauthorized_client"})


def begin(answers: Mapping[str, str], *, redirect_to: str, state: str) -> SignIn:
    """Return where a person agrees. Raises OptionsRefused when there is no client id."""
    application = Application(answers.get("client_id", "").strip(), answers.get("client_secret", "").strip())
    if not application.client_id or not f"{application.client_id}{application.secret}".isprintable():
        raise OptionsRefused(_("Copy the Client ID from the application's page at X."))
    verifier = secrets.token_urlsafe(64)
    asked = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": redirect_to,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }
    pending = {
        "id": application.client_id,
        "secret": application.secret,
        "verifier": verifier,
        "to": redirect_to,
    }
    return SignIn(f"{AGREE}?{urlencode(asked)}", json.dumps(pending))


def granted(pending: str) -> Credentials | None:
    """Return what X granted already to a sign-in that was not finished, None before."""
    kept_before = json.loads(pending).get("granted")
    return Credentials.read(kept_before) if kept_before else None


def kept(credentials: Credentials) -> str:
    """Return what finishes a sign-in to which X granted `credentials`: a code works but once."""
    return json.dumps({"granted": credentials.written()})


def finish(client: Client, pending: str, returned: Mapping[str, str], now: datetime) -> Credentials:
    """Return what X grants to who came back with a code. Raises OptionsRefused when somebody said no."""
    told = json.loads(pending)
    application, code = Application(told["id"], told["secret"]), returned.get("code", "")
    if returned.get("error") or not code:
        raise OptionsRefused(
            _("X was not allowed to connect this account. Nothing was connected; begin again.")
        )
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": told["to"],
        "code_verifier": told["verifier"],
    }
    try:
        answer = _asked(client, application, form, now)
    except NeedsReconnection:
        sentence = _("X did not take the code, or the application's keys. Check the keys, then begin again.")
        raise OptionsRefused(sentence) from None
    with understood(writes=False):
        return Credentials.granted(application, answer, now)


def renew(client: Client, old: Credentials, now: datetime) -> Credentials:
    """Return new credentials in the place of `old`, whose refresh token is worth nothing from then on.

    Raises NeedsReconnection only when X says in so many words that the sign-in is over.
    """
    form = {"grant_type": "refresh_token", "refresh_token": old.refresh}
    answer = _asked(client, old.application, form, now)
    with understood(writes=False):
        return Credentials.granted(old.application, answer, now, refresh=old.refresh)


def _asked(client: Client, application: Application, form: Mapping[str, str], now: datetime) -> Any:
    calls = Calls(client, BASE, meaning=_meaning)
    headers, data = {}, dict(form)
    if application.secret:
        pair = f"{application.client_id}:{application.secret}".encode()
        headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    else:
        data["client_id"] = application.client_id
    return calls.json("POST", TOKEN, now=now, headers=headers, data=data)


def _meaning(answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
    """Return what a refusal of X's token page means: what is not said in OAuth's words ends no sign-in."""
    if answer.status not in (400, 401, 403):
        return None
    told = problem_of(answer)
    error, words = str(told.get("error") or ""), str(told.get("error_description") or "")
    detail = f"HTTP status {answer.status} {error}"
    if error in _OVER or (error == "invalid_request" and "token was invalid" in words.lower()):
        return NeedsReconnection(detail)
    return UnexpectedReply(detail)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
