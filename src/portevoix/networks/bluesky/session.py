"""What keeps an account signed in: two tokens that run out, and the app password that brings others."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Self

import jwt
from django.utils.translation import gettext as _

from portevoix.core.clock import from_us
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.signing import FOREVER, Access

_EARLY: Final = timedelta(minutes=5)
"""How long before its end a token is renewed, so that none runs out on the way."""
_OF_MAIN_PASSWORD: Final = "com.atproto.access"  # noqa: S105  (the name of a scope)
_SECOND_US: Final = 1_000_000


@dataclass(frozen=True)
class Session:
    """A sign-in: whose it is, the token of each call, the token that renews it, and the app password."""

    did: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    password: str = field(repr=False)

    def kept(self) -> str:
        """Return what is stored of it."""
        told = {"did": self.did, "access": self.access, "refresh": self.refresh, "password": self.password}
        return json.dumps(told)

    def lasts(self) -> Access:
        """Return from when on it is renewed, as its token tells."""
        try:
            ends_at = from_us(int(_claims(self.access)["exp"]) * _SECOND_US)
        except (KeyError, TypeError, ValueError, OverflowError):
            return FOREVER
        return Access(renew_at=ends_at - _EARLY)

    def opens_everything(self) -> bool:
        """Return whether the account's own password made it, which may do anything, and no app password."""
        return _claims(self.access).get("scope") == _OF_MAIN_PASSWORD

    @classmethod
    def from_answer(cls, told: Any, password: str) -> Self:
        """Return the session that a server has just opened."""
        did, access, refresh = (str(told[name]) for name in ("did", "accessJwt", "refreshJwt"))
        return cls(did, access, refresh, password)


def read_session(credentials: str) -> Session:
    """Return the session that `credentials` keep. Raises OptionsRefused when they keep none."""
    try:
        told = json.loads(credentials)
        values = [told[name] for name in ("did", "access", "refresh", "password")]
    except (ValueError, TypeError, LookupError):
        values = []
    if not values or not all(isinstance(value, str) for value in values) or not "".join(values[:3]).isascii():
        raise OptionsRefused(_("This is no sign-in of Bluesky. Connect the account again."))
    return Session(*values)


def _claims(token: str) -> dict[str, Any]:
    """Return what `token` says of itself; it is its server that checks it."""
    try:
        return dict(jwt.decode(token, options={"verify_signature": False}))
    except jwt.PyJWTError:
        return {}
