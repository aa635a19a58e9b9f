"""Takes a picture of every page, in both languages and themes, narrow and wide.

`python tools/screens.py PICTURES --data FOLDER [--brand SLUG --month YYYY-MM]` serves the data folder on a free
port, signs the first administrator in by a one-time link, and writes one picture a page, language, theme and
width into PICTURES.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
SWITCHES: Final = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS: Final = {390: 844, 1440: 1000}
THEMES: Final = ("light", "dark")
LANGUAGES: Final = ("en", "fr")
_LINK: Final = re.compile(r"(http://\S+?)/welcome/\S+/")


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Serve `data` and yield a one-time link; the server ends with the block."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTEVOIX_")}
    environ = {**kept, "PORTEVOIX_DATA": str(data)}
    command = [sys.executable, "-m", "portevoix", "up", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as server:
        try:
            output = server.stdout
            if output is None or not any("http" in line for line in output):
                raise SystemExit("the server did not start")
            link = [sys.executable, "-m", "portevoix", "sign-in-link"]
            yield subprocess.run(
                link, env=environ, stdout=subprocess.PIPE, text=True, check=True
            ).stdout.strip()
        finally:
            server.terminate()


def pages(brand: str, month: str) -> dict[str, str]:
    """Return {name of the picture: path} of the pages of somebody signed in."""
    home = f"/b/{brand}"
    return {
        "style": "/style/",
        "today": f"{home}/today/",
        "start": "/start/",
        **{f"start-{step}": f"{home}/start/{step}/" for step in ("personas", "networks", "post")},
        "accounts": f"{home}/accounts/marion/",
        "account": f"{home}/accounts/marion/3/",
        "accounts-nothing": "/accounts/back/",
        "accounts-link": f"{home}/accounts/marion/link/",
        "accounts-mastodon": f"{home}/accounts/marion/link/mastodon/",
        "accounts-bluesky": f"{home}/accounts/marion/link/bluesky/",
        "accounts-x": f"{home}/accounts/marion/link/x/",
        "accounts-wordpress": f"{home}/accounts/marion/link/wordpress/",
        "sandbox": f"{home}/sandbox/",
        "sandbox-account": f"{home}/sandbox/{brand}.marion/",
        "imports": f"{home}/imports/",
        "me": "/me/",
        "complete": "/welcome/",
        "sign-out": "/sign-out/",
        "closed-account": "/inactive/",
        "nothing-here": "/nowhere/",
        **_family(home, brand),
        **_measures(f"{home}/measures", month),
        **_study(f"{home}/strategy"),
        **_settings(f"{home}/settings"),
    }


def _family(home: str, brand: str) -> dict[str, str]:
    return {
        "family": f"{home}/family/",
        "voice": f"{home}/family/marion/",
        "family-nobody": f"{home}/family/?state=none",
        "colleagues": f"{home}/colleagues/",
        "colleague": f"{home}/colleagues/paul/",
        "public": f"/official/{brand}/",
        "public-voice": f"/official/{brand}/marion/",
        "settings-public": f"{home}/settings/public/",
        "public-preview": f"{home}/settings/public/preview/",
    }


def _measures(measures: str, month: str) -> dict[str, str]:
    facts = f"{measures}/{month}"
    return {
        "measures": f"{facts}/",
        "measures-all": f"{facts}/?columns=all",
        "measures-empty": f"{measures}/2011-01/",
        "close": f"{facts}/close/",
        "close-empty": f"{measures}/2011-01/close/",
        "trends": f"{facts}/trends/mentions_received/",
        "facts-acts": f"{facts}/marion/mentions_received/",
        "facts-people": f"{facts}/marion/distinct_people/",
        "facts-brand": f"{facts}/*/reposts_received/?page=2",
        "facts-internal": f"{facts}/*/internal_interactions/",
    }


def _study(strategy: str) -> dict[str, str]:
    return {
        "strategy": f"{strategy}/",
        "strategy-section": f"{strategy}/sections/1/",
        "strategy-section-new": f"{strategy}/sections/new/",
        "strategy-section-edit": f"{strategy}/sections/1/edit/",
        "strategy-figure": f"{strategy}/sections/1/figures/",
        "strategy-step-new": f"{strategy}/steps/new/",
        "strategy-step-edit": f"{strategy}/steps/1/edit/",
        "strategy-objectives": f"{strategy}/objectives/",
        "strategy-rivals": f"{strategy}/rivals/",
        "strategy-rival": f"{strategy}/rivals/1/",
        "strategy-rival-new": f"{strategy}/rivals/new/",
        "strategy-rival-edit": f"{strategy}/rivals/1/edit/",
        "strategy-versions": f"{strategy}/versions/",
        "strategy-version": f"{strategy}/versions/1/",
        "strategy-version-new": f"{strategy}/versions/new/",
    }


def _settings(settings: str) -> dict[str, str]:
    return {
        "settings": f"{settings}/",
        "settings-phases": f"{settings}/phases/",
        "settings-line": f"{settings}/line/",
        "settings-voices": f"{settings}/voices/",
        "settings-voice": f"{settings}/voices/marion/",
        "settings-colleagues": f"{settings}/colleagues/",
        "settings-colleague": f"{settings}/colleagues/karim/",
        "settings-members": f"{settings}/members/",
        "settings-members-ended": f"{settings}/members/?show=ended",
        "settings-invite": f"{settings}/members/invite/",
        "settings-holders": f"{settings}/holders/",
        "settings-holders-named": f"{settings}/holders/named/",
        "settings-holder": f"{settings}/holders/of/marion/",
        "settings-journal": f"{settings}/journal/",
        "settings-journal-named": f"{settings}/journal/named/",
    }


def _shoot(page: Page, base: str, shown: dict[str, str], folder: Path, mark: str) -> None:
    for name, path in shown.items():
        page.goto(base + path)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=folder / f"{name}-{mark}.png", full_page=name == "measures")


def _opened(browser: Browser, language: str, theme: str, width: int) -> BrowserContext:
    scheme = "dark" if theme == "dark" else "light"
    size = {"width": width, "height": WIDTHS[width]}
    return browser.new_context(locale=language, color_scheme=scheme, viewport=size)  # type: ignore[arg-type]  # a dict is what Playwright takes


def take(folder: Path, link: str, brand: str, month: str) -> int:
    """Take every picture; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    match = _LINK.fullmatch(link)
    if match is None:
        raise SystemExit(f"no link: {link}")
    base = match[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        with browser.new_context() as once:
            page = once.new_page()
            page.goto(link)
            page.click("main button")
            cookies = [cookie for cookie in once.cookies() if cookie["name"] == "sessionid"]
        for language, theme, width in product(LANGUAGES, THEMES, WIDTHS):
            mark = f"{language}-{theme}-{width}"
            with _opened(browser, language, theme, width) as context:
                page = context.new_page()
                _shoot(page, base, {"sign-in": "/sign-in/", "welcome": "/welcome/a-link/"}, folder, mark)
                context.add_cookies(cookies)  # type: ignore[arg-type]  # as Playwright gave them
                _shoot(page, base, pages(brand, month), folder, mark)
        browser.close()
    return len(list(folder.glob("*.png")))


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description="Take a picture of every page.")
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--brand", default="higgs")
    parser.add_argument("--month", default="2012-07")
    arguments = parser.parse_args()
    with served(arguments.data) as link:
        print(take(arguments.pictures, link, arguments.brand, arguments.month), "pictures")


if __name__ == "__main__":
    main()
