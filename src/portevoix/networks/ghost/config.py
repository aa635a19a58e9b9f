"""What an account on Ghost needs: the address of its site, where its API answers, an integration's key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.permits import EVERYTHING, WITHOUT_ENRICHING, Datum, Permit
from portevoix.networks.signing import GuideStep

KNOWN: Final = frozenset({"site", "api"})
ASKS: Final = (
    Asked(
        "address",
        gettext_noop("API URL"),
        gettext_noop("As the integration shows it, for example https://blog.example.org"),
    ),
    Asked(
        "key",
        gettext_noop("Admin API key"),
        gettext_noop("The long one with a colon in it; not the Content API key."),
        is_secret=True,
    ),
)
GUIDE: Final = (
    GuideStep(
        gettext_noop("Open the integrations of the site"),
        gettext_noop(
            "Sign in to Ghost’s administration as owner or administrator, and go to Settings, then Integrations."
        ),
    ),
    GuideStep(
        gettext_noop("Add a custom integration"),
        gettext_noop("Give it a name, for example Porte-voix. Ghost then shows its keys and the API URL."),
    ),
    GuideStep(
        gettext_noop("Come back with its key"),
        gettext_noop(
            "Fill in the API URL and the Admin API key below. Articles appear under the name of the site’s owner; "
            "deleting the integration takes the key back."
        ),
    ),
)
_LICENCE: Final = "https://github.com/TryGhost/Ghost/blob/main/LICENSE"
_READ_ON: Final = date(2026, 11, 24)
PERMITS: Final = (
    *(Permit(datum, EVERYTHING, _LICENCE, _READ_ON) for datum in (Datum.OWN_POSTS, Datum.COUNTS)),
    *(
        Permit(datum, WITHOUT_ENRICHING, _LICENCE, _READ_ON)
        for datum in (Datum.ACTS, Datum.WORDS, Datum.PROFILES)
    ),
)
_KEY: Final = re.compile(r"([0-9a-f]{24}):((?:[0-9a-f]{2}){16,64})\Z")


@dataclass(frozen=True)
class Site:
    """A site: its home page, and the address before `/ghost/api/admin/`; neither ends with a slash."""

    home: str
    api: str


@dataclass(frozen=True)
class Key:
    """An integration's key. Its `repr` does not show the secret."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        return "<Key>"


def read_options(options: Options) -> Site:
    """Return the site. Raises OptionsRefused."""
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("A Ghost account knows no option “%(name)s”.") % {"name": min(unknown)})
    site, api = options.get("site"), options.get("api")
    if not isinstance(site, str) or not isinstance(api, str):
        raise OptionsRefused(_("A Ghost account needs the address of its site."))
    return Site(check_address(site), check_address(api))


def read_key(credentials: str) -> Key:
    """Return the key that `credentials` are. Raises OptionsRefused."""
    if not (found := _KEY.match(credentials.strip())):
        raise OptionsRefused(
            _("This is not an Admin API key: it has 24 characters, a colon, and 64 characters or so.")
        )
    return Key(found[1], bytes.fromhex(found[2]))


def typed_address(answers: Mapping[str, str]) -> str:
    """Return the address that a person typed, of whatever page of the administration. Raises OptionsRefused."""
    address = answers.get("address", "").strip()
    whole = check_address(address if "://" in address else f"https://{address}")
    return whole.partition("/ghost/")[0].removesuffix("/ghost")


def check_address(address: str) -> str:
    """Return `address` without a slash at its end; over http only where private addresses are allowed.

    Raises OptionsRefused.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or "@" in parts.netloc or parts.scheme not in ("http", "https") or not address.isprintable():
        raise OptionsRefused(_("This is not the address of a site. Copy it from your browser’s address bar."))
    if parts.scheme == "http" and not settings.ALLOW_PRIVATE_ADDRESSES:
        raise OptionsRefused(
            _("The site must be reached over https, so that nobody on the way can use the key.")
        )
    return address.rstrip("/")
