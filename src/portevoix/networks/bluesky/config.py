"""What a Bluesky account needs to know, what a person types to connect it, and what the network allows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.permits import WITHOUT_ENRICHING, Datum, Permit
from portevoix.networks.signing import GuideStep

KNOWN: Final = frozenset({"did", "server", "handle"})
DID: Final = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-zA-Z0-9.%-]+)")
HANDLE: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_HANDLE: Final = 253
_OWN_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
ASKS: Final = (
    Asked("handle", gettext_noop("Handle"), gettext_noop("For example marion.bsky.social.")),
    Asked(
        "password",
        gettext_noop("App password"),
        gettext_noop("Never the account's own password: Bluesky makes one for Porte-voix alone."),
        is_secret=True,
    ),
    Asked(
        "server",
        gettext_noop("Server"),
        gettext_noop("Leave it empty: it is found by the handle."),
        is_optional=True,
    ),
)
GUIDE: Final = (
    GuideStep(
        gettext_noop("Open the app passwords of the account"),
        gettext_noop(
            "Sign in to Bluesky as this account. Choose Settings, Privacy and security, App passwords."
        ),
        "https://bsky.app/settings/app-passwords",
    ),
    GuideStep(
        gettext_noop("Add an app password"),
        gettext_noop(
            "Call it Porte-voix, and leave direct messages out: none is read. Bluesky shows the password once; "
            "there you can delete it at any time, and Porte-voix is signed out."
        ),
    ),
)
_RULES: Final = "https://docs.bsky.app/docs/support/developer-guidelines"
PERMITS: Final = tuple(Permit(datum, WITHOUT_ENRICHING, _RULES, date(2026, 11, 24)) for datum in Datum)


@dataclass(frozen=True)
class BlueskyOptions:
    """Checked options: the account's id, and the address of the server on which it lives."""

    did: str
    server: str


def read_options(options: Options) -> BlueskyOptions:
    """Return `options` checked. Raises OptionsRefused."""
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("Bluesky knows no option “%(name)s”.") % {"name": min(unknown)})
    did, server = options.get("did"), options.get("server")
    if not isinstance(did, str) or not DID.fullmatch(did) or not isinstance(server, str):
        raise OptionsRefused(
            _("This account is not signed in to Bluesky yet. Connect it with an app password.")
        )
    return BlueskyOptions(did, check_server(server))


def check_server(typed: str) -> str:
    """Return the address of a server, without a slash at its end. Raises OptionsRefused.

    Passwords go there, so that only this machine itself is spoken to without encryption.
    """
    address = typed.strip() if "//" in typed else f"https://{typed.strip()}"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _OWN_MACHINE)
    has_more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if not host or not is_safe or has_more or not address.isprintable() or " " in address:
        raise OptionsRefused(
            _("The server is an address that begins with https://, and nothing after its name.")
        )
    return f"{parts.scheme}://{parts.netloc}"


def check_handle(typed: str) -> str:
    """Return the handle, or the account's id, that a person typed or copied. Raises OptionsRefused."""
    named = typed.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
    if DID.fullmatch(named):
        return named
    handle = named.lower()
    if not HANDLE.fullmatch(handle) or len(handle) > _LONGEST_HANDLE:
        raise OptionsRefused(
            _("This is no handle. One looks like marion.bsky.social, or like a domain of yours.")
        )
    return handle


def typed_values(answers: Mapping[str, str]) -> tuple[str, str, str]:
    """Return the handle, the app password and the server ('': to be found) of `answers`. Raises OptionsRefused."""
    handle, password = check_handle(answers.get("handle", "")), answers.get("password", "").strip()
    if not password:
        raise OptionsRefused(_("Paste the app password that Bluesky showed you."))
    server = answers.get("server", "").strip()
    return handle, password, check_server(server) if server else ""
