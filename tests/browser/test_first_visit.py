"""A newcomer's first five minutes, in a real browser, in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portevoix.core import clock
from portevoix.networks.models import Connection
from portevoix.people.actions import ensure_administrator, make_sign_in_link
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from tests.browser.conftest import Open
from tests.browser.looking import faults

pytestmark = pytest.mark.browser

WORDS = {
    "en": (
        "Make the brand",
        "Add these personas",
        "Open an account for each voice",
        "Write a post",
        "Publish",
    ),
    "fr": (
        *(
            "Créer la marque",
            "Ajouter ces personas",
            "Ouvrir un compte pour chaque voix",
            "Écrire",
            "Publier",
        ),
    ),
}


@pytest.fixture
def newcomer(
    chromium: Browser, live_server: Any, data_folder: object, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Return the page on which a fresh installation's administrator arrives by the printed link."""
    context: BrowserContext = chromium.new_context(
        locale=request.param, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    context.set_default_timeout(15_000)
    administrator, _incomplete = ensure_administrator(by=SYSTEM)
    token = make_sign_in_link(administrator, by=SYSTEM, now=clock.now())
    page = context.new_page()
    page.goto(f"{live_server.url}/welcome/{token}/")
    page.click("main button")
    page.click('main a[href="/"]')
    yield page
    context.close()


@pytest.mark.parametrize(("newcomer", "language"), [("en", "en"), ("fr", "fr")], indirect=["newcomer"])
def test_a_newcomer_has_a_first_figure_within_five_minutes_and_without_scripts(
    newcomer: Page, language: str
) -> None:
    make, add, opening, write, publish = WORDS[language]
    newcomer.fill("#id_name", "Atelier")
    newcomer.get_by_role("button", name=make).click()
    newcomer.fill("#id_0-first_name", "Marion")
    newcomer.fill("#id_0-range", "Formation")
    newcomer.get_by_role("button", name=add).click()
    newcomer.get_by_role("button", name=opening).click()
    newcomer.get_by_role("link", name=write).click()
    newcomer.fill("#text", "quicksand")
    newcomer.get_by_role("button", name=publish).click()
    expect(newcomer.get_by_role("alert")).to_contain_text("quicksand")

    newcomer.fill("#text", "Bonjour, que voulez-vous savoir ?")
    newcomer.get_by_role("button", name=publish).click()
    newcomer.goto(newcomer.url.partition("/sandbox/")[0] + "/start/post/")
    newcomer.locator("form[action$='/collect/'] button").first.click()

    expect(newcomer.locator(".figures")).to_contain_text("200")
    assert Voice.objects.get().display_name == "Marion"
    assert Brand.objects.get().slug == "atelier"
    assert Connection.objects.get().last_success_at


@pytest.mark.parametrize("newcomer", ["en"], indirect=True)
def test_every_step_of_the_first_visit_can_be_skipped(newcomer: Page) -> None:
    newcomer.fill("#id_name", "Atelier")
    newcomer.get_by_role("button", name="Make the brand").click()
    for _step in range(3):
        newcomer.locator("main").get_by_role("link", name="Skip").click()

    assert newcomer.url.endswith("/b/atelier/today/")
    expect(newcomer.get_by_role("link", name="Go on with the first visit").first).to_be_visible()


def test_axe_finds_nothing_on_the_forms_of_the_first_visit_with_their_errors(
    chromium: Browser, live_server: Any, data_folder: object
) -> None:
    administrator, _incomplete = ensure_administrator(by=SYSTEM)
    token = make_sign_in_link(administrator, by=SYSTEM, now=clock.now())
    with chromium.new_context(locale="en", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/welcome/{token}/")
        page.click("main button")
        page.goto(f"{live_server.url}/start/")
        page.fill("#id_name", "Atelier")
        page.fill("#id_time_zone", "Nowhere")
        page.get_by_role("button", name="Make the brand").click()

        expect(page.locator("#id_time_zone_error")).to_be_visible()
        assert faults(page) == []


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.usefixtures("trial")
def test_axe_finds_nothing_in_the_sandboxes_window_and_it_fits(open_page: Open, width: int) -> None:
    for theme, language in (("light", "fr"), ("dark", "en")):
        page = open_page(
            "/b/acme/sandbox/acme.marion/", who="ambassador", width=width, theme=theme, language=language
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert faults(page) == []
        page.fill("#text", "quicksand")
        page.locator("form.write button").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert faults(page) == []
        page.context.close()
