"""What opens an account of X: the application that the company made there, and the tokens that X gave it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.utils.translation import gettext as _

from portevoix.networks.errors import OptionsRefused


@dataclass(frozen=True)
class Application:
    """An application of the company's own at X; without a secret it is what X calls a public client."""

    client_id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Credentials:
    """The application and its tokens; `ends_at` is when the access token runs out."""

    application: Application
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends_at: datetime
    scopes: frozenset[str]

    @classmethod
    def granted(
        cls, application: Application, told: Mapping[str, Any], now: datetime, refresh: str = ""
    ) -> Self:
        """Return what X's token page granted at `now`; `refresh` stays where it tells no new one.

        Raises LookupError, TypeError or ValueError when it is no grant.
        """
        access = told["access_token"]
        if not isinstance(access, str) or not access:
            raise ValueError
        ends_at = now + timedelta(seconds=int(told["expires_in"]))
        scopes = frozenset(str(told.get("scope", "")).split())
        return cls(application, access, str(told.get("refresh_token") or refresh), ends_at, scopes)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `written` wrote. Raises OptionsRefused."""
        try:
            told = json.loads(text)
            application = Application(_text(told["client_id"]), _text(told["client_secret"]))
            ends_at = datetime.fromisoformat(told["ends_at"]).astimezone(UTC)
            scopes = frozenset(_text(told["scope"]).split())
            return cls(
                application, _text(told["access_token"]), _text(told["refresh_token"]), ends_at, scopes
            )
        except (LookupError, TypeError, ValueError, OverflowError):
            raise OptionsRefused(_("This account of X is not connected: connect it first.")) from None

    def beside(self, known: str) -> "Credentials":
        """Return these, with the refresh token of `known` where they have none and the application is the same."""
        try:
            old = Credentials.read(known)
        except OptionsRefused:
            return self
        is_same = old.application.client_id == self.application.client_id
        return replace(self, refresh=old.refresh) if is_same and not self.refresh else self

    def written(self) -> str:
        """Return these credentials as the text that an account keeps."""
        return json.dumps(
            {
                "client_id": self.application.client_id,
                "client_secret": self.application.secret,
                "access_token": self.access,
                "refresh_token": self.refresh,
                "ends_at": self.ends_at.isoformat(),
                "scope": " ".join(sorted(self.scopes)),
            }
        )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError
    return value
