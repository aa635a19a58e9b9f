"""The feeds that a page names in its head."""

from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from portevoix.networks.rss.documents import web_address

READ: Final = 300_000
"""Characters of a page in which its feeds are looked for: they are named in its head."""
_TYPES: Final = frozenset(("application/rss+xml", "application/atom+xml", "application/rdf+xml"))


class _Head(HTMLParser):
    """Gathers the addresses of feeds, whole, in the order of the page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._base = address
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: (value or "").strip() for name, value in attrs}
        if tag == "base":
            self._base = _joined(self._base, told.get("href", "")) or self._base
        elif tag == "link" and _names_feed(told):
            self.found.append(_joined(self._base, told.get("href", "")))


def _names_feed(told: dict[str, str]) -> bool:
    relations = told.get("rel", "").lower().split()
    is_alternate = "alternate" in relations and "stylesheet" not in relations
    return is_alternate and told.get("type", "").lower().partition(";")[0].strip() in _TYPES


def _joined(base: str, address: str) -> str:
    try:
        return web_address(urljoin(base, address)) if address else ""
    except ValueError:
        return ""


def feeds_of(page: str, *, address: str) -> list[str]:
    """Return the addresses of the feeds that a page at `address` names, each once, in its order."""
    head = _Head(address)
    head.feed(page[:READ])
    return list(dict.fromkeys(one for one in head.found if one))
