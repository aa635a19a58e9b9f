"""Every address of the pages, with what fills it in: tests walk them all."""

from dataclasses import dataclass

from django.urls import URLPattern, reverse

from portevoix.web.urls import urlpatterns
from tests.web.conftest import Company

ANYBODY = frozenset({"health", "language", "account_login", "account_logout", "account_inactive", "welcome"})
"""Addresses that answer people who have not signed in; signing out leads them on."""
SIGNED_IN = frozenset({"home", "complete", "style"})
"""Addresses that answer whoever has signed in, whatever the role."""
POSTED = frozenset({"language", "stop_import", "comment", "verify_month"})
"""Addresses that only take what is sent to them."""


@dataclass(frozen=True)
class Address:
    """One address of the table: its name, and its path filled in."""

    name: str
    path: str


def names() -> list[str]:
    """Return the name of every address of the pages."""
    return [pattern.name or "" for pattern in urlpatterns if isinstance(pattern, URLPattern)]


def filled_in(company: Company) -> list[Address]:
    """Return every address; those of a brand twice where they differ by line."""
    arguments: dict[str, list[dict[str, object]]] = {
        "welcome": [{"token": "unknown"}],
        "brand": [{}],
        "family": [{}],
        "voice": [{"voice": "marion"}],
        "measures_latest": [{}],
        "measures": [{"month": "2012-07"}],
        "news": [{"month": "2012-07"}],
        "measures_csv": [{"month": "2012-07"}],
        "facts": [{"month": "2012-07", "line": line, "metric": "likes_received"} for line in ("marion", "*")],
        "close_month": [{"month": "2012-07"}],
        "verify_month": [{"month": "2012-07"}],
        "signed": [{"month": "2012-07"}],
        "trends": [{"month": "2012-07", "metric": "likes_received"}],
        "comment": [{"month": "2012-07", "voice": "marion"}],
        "stop_import": [{"import_id": 1}],
    }
    in_brand = set(arguments) - {"welcome"}
    return [
        Address(
            name, reverse(name, kwargs={**({"slug": company.brand.slug} if name in in_brand else {}), **some})
        )
        for name in names()
        for some in arguments.get(name, [{}])
    ]
