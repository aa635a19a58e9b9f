"""Signing in at LinkedIn with an application of the company's own: OAuth 2 with a code, and no PKCE there."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from portevoix.core.http import Client
from portevoix.networks.calls import understood
from portevoix.networks.contracts import Ability
from portevoix.networks.linkedin.client import LinkedInClient
from portevoix.networks.linkedin.config import SCOPES
from portevoix.networks.linkedin.posts import page_profile, person_profile
from portevoix.networks.meter import UNMETERED
from portevoix.networks.oauth import (
    OVER,
    Application,
    Credentials,
    TokenPage,
    Waiting,
)
from portevoix.networks.oauth import begin as begin_consent
from portevoix.networks.signing import Signed, SignIn

AGREE: Final = "https://www.linkedin.com/oauth/v2/authorization"
TOKEN: Final = "https://www.linkedin.com/oauth/v2/accessToken"  # noqa: S105  (an address)
_READS: Final = frozenset({Ability.READ_POSTS})
_OF_PAGES: Final[Mapping[Ability, str]] = {
    Ability.PUBLISH: "w_organization_social",
    Ability.UPDATE: "w_organization_social",
    Ability.WITHDRAW: "w_organization_social",
    Ability.UPLOAD: "w_organization_social",
    Ability.GIVE: "w_organization_social",
    Ability.READ_POSTS: "r_organization_social",
    Ability.READ_EVENTS: "r_organization_social_feed",
    Ability.READ_COUNTS: "rw_organization_admin",
    Ability.READ_PROFILES: "rw_organization_admin",
}
_OF_PEOPLE: Final[Mapping[Ability, str]] = {
    Ability.PUBLISH: "w_member_social",
    Ability.UPDATE: "w_member_social",
    Ability.WITHDRAW: "w_member_social",
    Ability.UPLOAD: "w_member_social",
}
"""What a person's profile allows. LinkedIn lets nobody new read what a member posted (`r_member_social`)."""
_NEEDS_READING: Final = frozenset({Ability.GIVE, Ability.READ_EVENTS})
"""What rests on reading the account's own posts first."""


def begin(answers: Mapping[str, str], *, redirect_to: str, state: str) -> SignIn:
    """Return where a person agrees. Raises OptionsRefused when there are no keys."""
    application = Application.typed(answers)
    return begin_consent(
        AGREE, application, redirect_to=redirect_to, state=state, scopes=SCOPES, has_pkce=False
    )


def finish(http: Client, pending: str, returned: Mapping[str, str], now: datetime) -> tuple[Signed, ...]:
    """Return the Pages of which a person is administrator, and the person's own profile. Raises OptionsRefused."""
    waiting = Waiting.returned(pending, returned)
    grant = _page(http, waiting.application).take(waiting, now)
    client = LinkedInClient(http, grant, UNMETERED)
    written = Credentials(waiting.application, grant).written()
    with understood(writes=False):
        return (*_pages(client, written, now), _own(client, written, now))


def _pages(client: LinkedInClient, written: str, now: datetime) -> Iterator[Signed]:
    for number in client.administered(now):
        profile = page_profile(client.organization(number, now), now)
        yield Signed(profile, {"account": profile.actor.remote_id}, written)


def _own(client: LinkedInClient, written: str, now: datetime) -> Signed:
    profile = person_profile(client.me(now), now)
    return Signed(profile, {"account": profile.actor.remote_id}, written, is_personal=True)


def renew(http: Client, old: Credentials, now: datetime) -> Credentials:
    """Return new credentials. Raises NeedsReconnection where LinkedIn gave nothing to renew with."""
    return Credentials(old.application, _page(http, old.application).renew(old.grant, now))


def _page(http: Client, application: Application) -> TokenPage:
    return TokenPage(http, TOKEN, application, ends=_is_over)


def _is_over(error: str, words: str) -> bool:
    """Return whether LinkedIn says that a sign-in is over; of a token it says so as an `invalid_request`."""
    about_the_token = any(word in words.lower() for word in ("revoked", "expired", "refresh token"))
    about_the_code = "authorization code" in words.lower()
    return error in OVER or (error == "invalid_request" and (about_the_token or about_the_code))


def granted(scopes: frozenset[str], *, is_person: bool) -> frozenset[Ability]:
    """Return what a sign-in with these scopes may do on a Page, or on a person's profile."""
    needed = _OF_PEOPLE if is_person else _OF_PAGES
    found = frozenset(ability for ability, scope in needed.items() if scope in scopes)
    return found if found >= _READS else found - _NEEDS_READING
