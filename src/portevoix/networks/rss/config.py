"""What is asked for before a feed is read: its address, or that of a site that names it."""

from urllib.parse import urlsplit, urlunsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Asked
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.signing import GuideStep

KNOWN = frozenset({"feed"})
LONGEST_ADDRESS = 500
ASKS = (
    Asked(
        "feed",
        gettext_noop("Address of the feed, or of its site"),
        gettext_noop("For instance blog.example.org: the page names its feeds."),
    ),
)
GUIDE = (
    GuideStep(
        gettext_noop("Copy the address"),
        gettext_noop(
            "Open the site in your browser and copy its address from the address bar. Where you know the "
            "address of the feed itself, which often ends in /feed, /rss or .xml, take that one."
        ),
    ),
)


def read_options(options: Options) -> str:
    """Return the address of the feed, the one option that there is. Raises OptionsRefused."""
    if unknown := options.keys() - KNOWN:
        raise OptionsRefused(_("A feed knows no option “%(name)s”.") % {"name": min(unknown)})
    return checked_address(options.get("feed"))


def checked_address(typed: object) -> str:
    """Return a typed address whole: https where no scheme was typed, the host in lower case, no fragment.

    Raises OptionsRefused for what is no address on the web, and for one that holds a password.
    """
    text = typed.strip() if isinstance(typed, str) else ""
    text = text.removeprefix("feed:").removeprefix("//")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, is_number = parts.hostname or "", parts.port is not None
    except ValueError:
        host, is_number, parts = "", False, urlsplit("")
    is_place = "." in host.strip(".") or is_number
    is_plain = text.isprintable() and " " not in text and "@" not in parts.netloc
    if parts.scheme not in ("http", "https") or not (is_place and is_plain) or len(text) > LONGEST_ADDRESS:
        raise OptionsRefused(_("This is no address of a site. Copy it from your browser’s address bar."))
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))
