"""What an account of X needs to know, and what a person does at X before connecting one."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.signing import GuideStep

SCOPES: Final = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
CONSOLE: Final = "https://console.x.com"
KNOWN: Final = frozenset({"account", "premium"})
ASKS: Final = (
    Asked(
        "client_id", gettext_noop("Client ID"), gettext_noop("From the application's page “Keys and tokens”.")
    ),
    Asked(
        "client_secret",
        gettext_noop("Client Secret"),
        gettext_noop("Only for an application of the type “Web App”; leave it empty for a “Native App”."),
        is_secret=True,
        is_optional=True,
    ),
)
GUIDE: Final = (
    GuideStep(
        gettext_noop("Create an application at X"),
        gettext_noop(
            "Sign in to X's developer console and create one application for your company. One is enough for all "
            "of your accounts: X does not allow several for the same use."
        ),
        CONSOLE,
    ),
    GuideStep(
        gettext_noop("Let people sign in with it"),
        gettext_noop(
            "In the application, set up user authentication: read and write permission, type “Web App”, and this "
            "address as the callback URI. Porte-voix asks for these scopes: tweet.read, tweet.write, users.read, "
            "media.write, offline.access."
        ),
        CONSOLE,
        copy="redirect",
    ),
    GuideStep(
        gettext_noop("Buy credit, and set a limit"),
        gettext_noop(
            "X charges for each call, and most of all for a post with a link. Buy credit in the console and set a "
            "spending limit there. Porte-voix keeps its own count and stops before your ceiling."
        ),
        CONSOLE,
    ),
    GuideStep(
        gettext_noop("Bring the application's keys"),
        gettext_noop(
            "Copy the Client ID and the Client Secret here. Then sign in at X as the account itself, and agree."
        ),
    ),
)


@dataclass(frozen=True)
class XOptions:
    """Checked options: the account's number at X, and whether it pays for longer posts."""

    account: str
    premium: bool = False


def is_id(text: object) -> bool:
    """Return whether `text` can be the number of a post or an account at X."""
    return isinstance(text, str) and text.isascii() and text.isdecimal() and 0 < len(text) <= 19  # noqa: PLR2004


def read_options(options: Options) -> XOptions:
    """Return `options` checked. Raises OptionsRefused."""
    account, premium = options.get("account"), options.get("premium", False)
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("An account of X knows no option “%(name)s”.") % {"name": min(unknown)})
    if not isinstance(account, str) or not is_id(account):
        raise OptionsRefused(_("An account of X is known by its number there, not by its name."))
    if not isinstance(premium, bool):
        raise OptionsRefused(_("Whether an account of X has Premium is yes or no."))
    return XOptions(account, premium)
