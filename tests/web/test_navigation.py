"""Every page knows where it stands, and none escapes the browser or the pictures."""

import re
from importlib import import_module
from typing import Any

from django.urls import resolve

from tests.web.addresses import filled_in
from tests.web.conftest import JULY, Company, SignIn
from tools import screens


def _marked(page: str) -> list[tuple[str, str]]:
    """Return (address, aria-current) of each link to a brand's page that says where one is."""
    return re.findall(r'<a[^>]* href="(/b/[^"]+)"[^>]* aria-current="(\w+)"', page)


def test_the_page_that_is_shown_is_marked_and_so_is_the_one_it_belongs_to(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    for path, current in ((company.path(), "page"), (company.path("marion/likes_received/"), "true")):
        assert _marked(lead.get(path).content.decode()) == [("/b/acme/measures/", current)]


def _shown(paths: list[str]) -> set[str]:
    return {resolve(path.partition("?")[0]).view_name for path in paths if path != "/nowhere/"}


def _is_page(answer: Any) -> bool:
    """Return whether a browser shows the answer; a file that it keeps is none of the product's pages."""
    return b"<html" in answer.content and "Content-Disposition" not in answer.headers


def test_every_page_is_opened_in_the_browser_and_has_its_picture(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    answers = {address.name: client.get(address.path) for address in filled_in(company)}
    pages = {name for name, answer in answers.items() if answer.status_code == 200 and _is_page(answer)}
    in_browser = [path for path, _who in import_module("tests.browser.test_pages").PAGES.values()]
    pictured = [*screens.pages("acme", str(JULY)).values(), "/sign-in/", "/welcome/a-link/"]
    assert "measures" in pages
    assert pages - _shown(in_browser) == set()
    assert pages - _shown(pictured) == set()
