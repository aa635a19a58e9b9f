"""A real browser on a real server, with the company of the page tests in its database."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.web.conftest import Company, SignIn, company, signed_in, trial
from tools.screens import CHROMIUM, SWITCHES

__all__ = ("company", "signed_in", "trial")

Open = Callable[..., Page]
"""Open a page of the server: `open_page(path, who="lead", language="en", theme="light", width=1440)`."""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Return the driver of the browser.

    It keeps an event loop in this thread while it lives, beside which Django has to be told that it may use
    the database; and it lives no longer than one module, so that other tests find no loop.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield driver


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Return the browser that every test shares."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, company: Company, signed_in: SignIn) -> Iterator[Open]:
    """Return the function that opens a page as somebody, in a language, a theme and a width."""
    contexts: list[BrowserContext] = []

    def opened(
        path: str,
        *,
        who: str = "lead",
        language: str = "en",
        theme: str = "light",
        width: int = 1440,
        has_scripts: bool = True,
        complaints: list[str] | None = None,
    ) -> Page:
        context = chromium.new_context(
            locale=language,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",  # a colour measured halfway between two themes is neither's
            viewport={"width": width, "height": 900},
            java_script_enabled=has_scripts,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        if who:
            session = signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        if complaints is not None:
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
