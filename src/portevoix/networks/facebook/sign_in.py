"""Signing in at Facebook with an app of the company's own: a code, a person's token, and with it those of Pages.

Facebook's page for people who sign in on the web knows no PKCE; the app's secret takes its place.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from portevoix.core.clock import EPOCH
from portevoix.core.http import Answer, Client
from portevoix.networks.calls import understood
from portevoix.networks.contracts import Ability
from portevoix.networks.errors import NeedsReconnection, NetworkError, OptionsRefused, UnexpectedReply
from portevoix.networks.facebook.client import GraphClient, Told, version
from portevoix.networks.facebook.config import SCOPES
from portevoix.networks.facebook.posts import PAGE_FIELDS, page_profile
from portevoix.networks.facebook.problems import meaning, problem_of
from portevoix.networks.meter import UNMETERED
from portevoix.networks.oauth import Application, Waiting
from portevoix.networks.oauth import begin as begin_consent
from portevoix.networks.signing import Signed, SignIn

_TOKEN: Final = "oauth/access_token"  # noqa: S105  (a path)
_WRONG_SECRET: Final = 1
_NEEDED: Final[Mapping[Ability, str]] = {
    Ability.PUBLISH: "pages_manage_posts",
    Ability.UPDATE: "pages_manage_posts",
    Ability.WITHDRAW: "pages_manage_posts",
    Ability.UPLOAD: "pages_manage_posts",
    Ability.READ_POSTS: "pages_read_engagement",
    Ability.READ_EVENTS: "pages_read_user_content",
    Ability.READ_COUNTS: "pages_read_engagement",
}
INSIGHTS: Final = "read_insights"
_FIELDS: Final = f"access_token,{PAGE_FIELDS}"


@dataclass(frozen=True)
class PageToken:
    """What opens a Page: its token, its permissions, and when a person has to agree again, if Meta says so."""

    token: str = field(repr=False)
    scopes: frozenset[str] = frozenset()
    ends_at: datetime | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `written` wrote. Raises OptionsRefused."""
        try:
            told = json.loads(text)
            token, scopes, ends_at = told["access_token"], told["scopes"], told["ends_at"]
            if not (isinstance(token, str) and token.isascii() and token.isprintable()):
                raise ValueError
            ends = datetime.fromisoformat(ends_at).astimezone(UTC) if ends_at else None
            return cls(token, frozenset(str(one) for one in scopes), ends)
        except (LookupError, TypeError, ValueError, OverflowError, RecursionError):
            raise OptionsRefused(_("This account is not connected: connect it first.")) from None

    def written(self) -> str:
        """Return the token as the text that an account keeps."""
        ends_at = self.ends_at.isoformat() if self.ends_at else None
        return json.dumps({"access_token": self.token, "scopes": sorted(self.scopes), "ends_at": ends_at})

    def abilities(self) -> frozenset[Ability]:
        """Return what a Page may do by these permissions."""
        return frozenset(ability for ability, scope in _NEEDED.items() if scope in self.scopes)


def begin(answers: Mapping[str, str], *, redirect_to: str, state: str, now: datetime) -> SignIn:
    """Return where a person agrees. Raises OptionsRefused when there are no keys."""
    return begin_consent(
        f"https://www.facebook.com/{version(now)}/dialog/oauth",
        Application.typed(answers),
        redirect_to=redirect_to,
        state=state,
        scopes=SCOPES,
        has_pkce=False,
        separator=",",
        asked={"auth_type": "rerequest"},
    )


def finish(http: Client, pending: str, returned: Mapping[str, str], now: datetime) -> tuple[Signed, ...]:
    """Return the Pages that a person has just opened to us. Raises OptionsRefused."""
    waiting = Waiting.returned(pending, returned)
    try:
        token = _lasting(http, waiting, now)
    except (NeedsReconnection, UnexpectedReply):
        sentence = _("Facebook did not take the code, or the app's keys. Check the keys, then begin again.")
        raise OptionsRefused(sentence) from None
    person = GraphClient(http, token, UNMETERED)
    with understood(writes=False):
        scopes, ends_at = _seen(http, waiting.application, token, now)
        pages = [one for page in person.pages("me/accounts", now=now, fields=_FIELDS) for one in page]
        return tuple(_signed(one, scopes, ends_at, now) for one in pages)


def _lasting(http: Client, waiting: Waiting, now: datetime) -> str:
    """Return a person's token of some weeks, from which those of Pages without end are made."""
    nobody = GraphClient(http, "", UNMETERED, meaning=_of_tokens)
    keys = {"client_id": waiting.application.client_id, "client_secret": waiting.application.secret}
    code = {"code": waiting.code, "redirect_uri": waiting.redirect_to}
    with understood(writes=False):
        short = _token_in(nobody.read(_TOKEN, now=now, **keys, **code))
        exchange = {"grant_type": "fb_exchange_token", "fb_exchange_token": short}
        return _token_in(nobody.read(_TOKEN, now=now, **keys, **exchange))


def _of_tokens(answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
    """Return what an answer means where tokens are given: a wrong secret has the code of what passes by itself."""
    return None if problem_of(answer).get("code") == _WRONG_SECRET else meaning(answer, writes, now)


def _token_in(told: Told) -> str:
    token = told["access_token"]
    if not isinstance(token, str) or not token:
        raise ValueError
    return token


def _seen(
    http: Client, application: Application, token: str, now: datetime
) -> tuple[frozenset[str], datetime | None]:
    """Return the permissions of a person's token, and until when it lets us see data."""
    app = GraphClient(http, f"{application.client_id}|{application.secret}", UNMETERED)
    told: Mapping[str, Any] = app.read("debug_token", now=now, input_token=token)["data"]
    seconds = int(told.get("data_access_expires_at") or 0)
    ends_at = datetime.fromtimestamp(seconds, EPOCH.tzinfo) if seconds else None
    return frozenset(str(scope) for scope in told["scopes"]), ends_at


def _signed(page: Told, scopes: frozenset[str], ends_at: datetime | None, now: datetime) -> Signed:
    profile = page_profile(page, now)
    token = PageToken(_token_in(page), scopes, ends_at)
    return Signed(profile, {"account": profile.actor.remote_id}, token.written())
