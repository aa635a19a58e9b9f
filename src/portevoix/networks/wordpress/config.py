"""What an account on WordPress needs: its site, where the site's API answers, its author's number, a password."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
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

KNOWN: Final = frozenset({"home", "root", "user"})
ASKS: Final = (
    Asked(
        "address", gettext_noop("Address of the site"), gettext_noop("For example https://blog.example.org")
    ),
    Asked("login", gettext_noop("User name on the site")),
    Asked(
        "password",
        gettext_noop("Application password"),
        gettext_noop(
            "The one made for Porte-voix, with or without its spaces; not the password of the account."
        ),
        is_secret=True,
    ),
)
GUIDE: Final = (
    GuideStep(
        gettext_noop("Sign in to the site"),
        gettext_noop(
            "Open the administration of the WordPress site as the author under whose name articles are to appear. "
            "The role “Author” is enough; with “Editor”, other people’s comments can be taken away too."
        ),
    ),
    GuideStep(
        gettext_noop("Make an application password"),
        gettext_noop(
            "Go to Users, then Profile, down to Application Passwords. Type a name for it, for example "
            "Porte-voix, press the button beneath and copy what appears: it is shown once."
        ),
    ),
    GuideStep(
        gettext_noop("Come back with it"),
        gettext_noop(
            "Fill in the address of the site, the user name and the application password below. It can be revoked "
            "on the same page of the site at any time."
        ),
    ),
)
_PRIVACY: Final = (
    "https://developer.wordpress.org/plugins/privacy/adding-the-personal-data-eraser-to-your-plugin/"
)
_FREE: Final = "https://wordpress.org/about/license/"
_READ_ON: Final = date(2026, 11, 24)
_ERASED: Final = timedelta(days=30)
"""Whoever runs a site erases a visitor's data on request, within a month; what was read there goes too."""
PERMITS: Final = (
    Permit(Datum.OWN_POSTS, EVERYTHING, _FREE, _READ_ON),
    Permit(Datum.COUNTS, EVERYTHING, _FREE, _READ_ON),
    Permit(Datum.ACTS, WITHOUT_ENRICHING, _PRIVACY, _READ_ON, must_follow_deletion=_ERASED),
    Permit(Datum.WORDS, WITHOUT_ENRICHING, _PRIVACY, _READ_ON, must_follow_deletion=_ERASED),
    Permit(Datum.PROFILES, WITHOUT_ENRICHING, _PRIVACY, _READ_ON, must_follow_deletion=_ERASED),
)


@dataclass(frozen=True)
class Site:
    """A site: its home page (`home`, without a slash at its end) and where its API begins (`root`)."""

    home: str
    root: str


@dataclass(frozen=True)
class Login:
    """A user name with an application password, in which spaces mean nothing. Its `repr` shows neither."""

    name: str
    password: str

    def __repr__(self) -> str:
        return "<Login>"

    def header(self) -> str:
        """Return the value of the header that signs in."""
        return f"Basic {b64encode(self.stored().encode()).decode()}"

    def stored(self) -> str:
        """Return the text that is kept as credentials."""
        return f"{self.name}:{self.password}"


def read_options(options: Options) -> tuple[Site, int]:
    """Return the site and the author's number there. Raises OptionsRefused."""
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("A WordPress account knows no option “%(name)s”.") % {"name": min(unknown)})
    home, root, user = (options.get(name) for name in ("home", "root", "user"))
    if not isinstance(home, str) or not isinstance(root, str):
        raise OptionsRefused(_("A WordPress account needs the address of its site."))
    if not isinstance(user, int) or isinstance(user, bool) or user < 1:
        raise OptionsRefused(_("A WordPress account needs the number of its author on the site."))
    return Site(check_address(home).rstrip("/"), check_address(root)), user


def read_login(credentials: str) -> Login:
    """Return what `Login.stored` gave. Raises OptionsRefused."""
    name, colon, password = credentials.partition(":")
    if not (colon and name and password and credentials.isprintable()):
        raise OptionsRefused(_("A WordPress account needs a user name and an application password."))
    return Login(name, password)


def typed_login(answers: Mapping[str, str]) -> Login:
    """Return the login that a person typed. Raises OptionsRefused."""
    password = "".join(answers.get("password", "").split())
    return read_login(Login(answers.get("login", "").strip(), password).stored())


def typed_address(answers: Mapping[str, str]) -> str:
    """Return the address that a person typed, with https in front of a bare name. Raises OptionsRefused."""
    address = answers.get("address", "").strip()
    return check_address(address if "://" in address else f"https://{address}")


def check_address(address: str) -> str:
    """Return `address` when passwords may be sent there: over https; over http only where private is allowed.

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
            _("The site must be reached over https, so that nobody on the way can read the password.")
        )
    return address
