"""What a Mastodon account needs to know: its server, its id there and its own address; and its credentials."""

import json
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.signing import GuideStep

KNOWN: Final = frozenset({"server", "account_id", "account"})
ASKS: Final = (
    Asked(
        "server",
        gettext_noop("Server, or full handle"),
        gettext_noop("For example mastodon.social, or @marion@mastodon.social."),
    ),
)
GUIDE: Final = (
    GuideStep(
        gettext_noop("Have the account ready"),
        gettext_noop(
            "Open the account on the server of your choice, and sign in to it in this browser. "
            "Read the server’s rules first: some servers do not want brands."
        ),
    ),
    GuideStep(
        gettext_noop("No key to create"),
        gettext_noop(
            "Type the server’s address or the account’s full handle below: Porte-voix presents itself to the "
            "server. The server then shows what Porte-voix may do; check that it is the right account, and agree."
        ),
    ),
)
_HANDLE: Final = re.compile(r"@?(?P<user>[A-Za-z0-9_.-]+)@(?P<host>[^@/\s]+)\Z")
_HOST: Final = re.compile(r"[\w.:-]+\Z")
_LOCAL_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,200}\Z")


@dataclass(frozen=True)
class MastodonOptions:
    """Checked options: the server's origin, the account's id there, and its ActivityPub address."""

    server: str
    account_id: str
    account: str

    @property
    def host(self) -> str:
        """Return the name of the server."""
        return urlsplit(self.server).netloc


@dataclass(frozen=True)
class Token:
    """What the server granted: a token for calls, and the scopes that it opens."""

    access_token: str = field(repr=False)
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Typed:
    """What a person typed: the server's origin, and the full handle without its first '@', if that was it."""

    server: str
    handle: str = ""


def read_options(options: Options) -> MastodonOptions:
    """Return `options` checked: `server` (an origin), `account_id` and `account` (an address).

    Raises OptionsRefused.
    """
    server, account_id, account = (options.get(name) for name in ("server", "account_id", "account"))
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("A Mastodon account knows no option “%(name)s”.") % {"name": min(unknown)})
    if not isinstance(server, str) or origin_of(server) != server:
        raise OptionsRefused(_("A Mastodon account needs the address of its server."))
    if not isinstance(account_id, str) or not is_local_id(account_id):
        raise OptionsRefused(_("A Mastodon account needs the id that it has on its server."))
    if not isinstance(account, str) or not is_address(account):
        raise OptionsRefused(_("A Mastodon account needs its own address."))
    return MastodonOptions(server, account_id, account)


def is_local_id(text: str) -> bool:
    """Return whether `text` can be an id on a server, and stand in a path."""
    return bool(_LOCAL_ID.match(text)) and text.strip(".") != ""


def is_address(text: str) -> bool:
    """Return whether `text` is a web address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()


def read_typed(text: str) -> Typed:
    """Return what a person typed: a server's address, or a full handle. Raises OptionsRefused."""
    typed = text.strip()
    if found := _HANDLE.match(typed):
        return Typed(origin_of(found["host"]), f"{found['user']}@{found['host'].lower()}")
    return Typed(origin_of(typed))


def origin_of(text: str) -> str:
    """Return the origin ('https://mastodon.social') of a server's address. Raises OptionsRefused.

    Plain http is for servers on private networks, where the installation allows them.
    """
    wrong = OptionsRefused(_("This is no address of a server. It looks like mastodon.social."))
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    is_private = settings.ALLOW_PRIVATE_ADDRESSES
    is_public = "." in host.strip(".")
    if not _HOST.match(host) or "@" in parts.netloc or not (is_public or is_private):
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and is_private):
        raise OptionsRefused(_("The address of a server begins with https://."))
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" if port is None else f"{parts.scheme}://{name}:{port}"


def write_token(token: Token) -> str:
    """Return `token` as it is kept, encrypted, with the account."""
    return json.dumps({"access_token": token.access_token, "scopes": sorted(token.scopes)})


def read_token(credentials: str) -> Token:
    """Return the token that `credentials` hold; none in ''. Raises OptionsRefused."""
    if not credentials:
        return Token("")
    wrong = OptionsRefused(_("These are no credentials of a Mastodon account. Connect it again."))
    try:
        told = json.loads(credentials)
        access_token, scopes = told["access_token"], told["scopes"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise wrong from None
    is_token = isinstance(access_token, str) and access_token.isascii() and access_token.isprintable()
    if not is_token or not isinstance(scopes, list) or not all(isinstance(one, str) for one in scopes):
        raise wrong
    return Token(access_token, frozenset(scopes))
