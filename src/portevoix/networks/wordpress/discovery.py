"""Where a site's API answers: told by the site itself, else at one of the two places where it can be.

A site says it in the `Link` header of every page. Without readable links its API hangs on its front page, behind
`?rest_route=`.
"""

import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from portevoix.core.http import Client
from portevoix.networks.calls import Calls, understood
from portevoix.networks.errors import OptionsRefused, UnexpectedReply
from portevoix.networks.wordpress.config import Site, check_address

_TOLD: Final = re.compile(r'<([^>]+)>\s*;\s*rel="?https://api\.w\.org/"?')
_PLAIN: Final = "rest_route="


def find_site(client: Client, address: str, now: datetime) -> Site:
    """Return the site whose page is at `address`. Raises OptionsRefused where there is no WordPress."""
    for root in _candidates(client, address, now):
        try:
            index = index_of(client, root, now)
        except UnexpectedReply:
            continue
        return _site(index, root)
    raise OptionsRefused(
        _(
            "No WordPress answers at this address. Check it; on the site, a plugin may have "
            "switched its REST API off."
        )
    )


def index_of(client: Client, root: str, now: datetime) -> dict[str, Any]:
    """Return what a site tells everybody of itself. Raises UnexpectedReply when it is no WordPress."""
    found = Calls(client, root).json("GET", root, now=now)
    with understood(writes=False):
        if "wp/v2" not in found["namespaces"]:
            raise UnexpectedReply("a site without the API of version 2")
        return {"home": str(found["home"]), **found}


def is_plain(root: str) -> bool:
    """Return whether the API hangs on the front page, its routes behind `?rest_route=`."""
    return _PLAIN in root


def _candidates(client: Client, address: str, now: datetime) -> list[str]:
    """Return where the API may be, the likeliest first: what the site tells, when its page can be read."""
    try:
        page = Calls(client, address).ask("GET", address, now=now)
    except UnexpectedReply:
        base = address
    else:
        base = page.url
        if found := _TOLD.search(page.headers.get("link", "")):
            return [_as_safe_as(base, found[1])]
    folder = base.partition("?")[0].rstrip("/")
    return [f"{folder}/wp-json/", f"{folder}/?{_PLAIN}/"]


def _as_safe_as(known: str, told: str) -> str:
    """Return `told` over https where `known` is: behind some proxies sites take themselves for http."""
    is_same_host = urlsplit(known).hostname == urlsplit(told).hostname
    if is_same_host and known.startswith("https://") and told.startswith("http://"):
        return f"https://{told.removeprefix('http://')}"
    return told


def _site(index: dict[str, Any], root: str) -> Site:
    """Return the site. Raises OptionsRefused where no application password can be used."""
    with understood(writes=False):
        ways = index.get("authentication") or {}
        if "application-passwords" not in ways:
            raise OptionsRefused(
                _(
                    "This site takes no application passwords. They need WordPress 5.6 or later and https, "
                    "and a plugin may have switched them off."
                )
            )
    home = index["home"] if "://" in index["home"] else root
    return Site(check_address(_as_safe_as(root, home)).rstrip("/"), check_address(root))
