"""Settings in a real browser: with a programme filled in, by hand, and without scripts."""

from datetime import date

import pytest
from playwright.sync_api import expect

from portevoix.programme.models import EditorialLine, Phase, ProductRange, Voice
from tests.browser.conftest import Open
from tests.browser.looking import faults
from tests.web.conftest import Company

pytestmark = pytest.mark.browser

SETTINGS = "/b/acme/settings"


@pytest.fixture
def programme(company: Company) -> Company:
    """Return the company with ranges, phases and a line."""
    brand = company.brand
    law = ProductRange.objects.create(
        brand=brand, slug="law", name="Law", objectives=["One"], vocabulary=["case law"]
    )
    for number, kind in enumerate(("test", "expertise", "relations")):
        Phase.objects.create(
            brand=brand,
            slug=kind,
            kind=kind,
            product_range=law if number else None,
            from_on=date(2026, 1 + number, 1),
            to_on=None if number == 2 else date(2026, 8, 1),
            targets={"likes_received": 40.0},
            exit_criteria=["Three voices kept"],
        )
        EditorialLine.objects.create(
            brand=brand, version=number + 1, from_on=date(2026 + 40 * (number // 2), 1, 1), topics=[kind]
        )
    return company


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("fr", 360)])
def test_axe_finds_nothing_on_a_programme_that_is_filled_in(
    open_page: Open, programme: Company, language: str, width: int
) -> None:
    wrong = {}
    for path in (
        "/",
        "/?range=law",
        "/phases/",
        "/phases/?phase=expertise",
        "/line/",
        "/voices/",
        "/voices/marion/",
        "/colleagues/",
    ):
        page = open_page(f"{SETTINGS}{path}", language=language, width=width)
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        wrong[path] = faults(page)
        page.emulate_media(color_scheme="dark")
        wrong[f"{path} dark"] = faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.context.close()

    assert {path: found for path, found in wrong.items() if found} == {}


def test_a_wrong_form_is_marked_and_told_and_axe_finds_nothing(open_page: Open, programme: Company) -> None:
    page = open_page(f"{SETTINGS}/?range=law")
    page.fill("#range-law-cadence", "often")
    page.get_by_role("button", name="Save", exact=True).first.click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#range-law-cadence")).to_have_value("often")
    assert faults(page) == []


def test_a_range_is_changed_and_changed_back_without_scripts(open_page: Open, programme: Company) -> None:
    page = open_page(f"{SETTINGS}/?range=law", has_scripts=False)
    page.fill("#range-law-name", "Law and order")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Law and order")
    page.get_by_role("button", name="Undo").click()

    expect(page.locator("main")).not_to_contain_text("Law and order")


def test_the_public_must_know_who_speaks_and_the_form_says_so_while_one_types(
    open_page: Open, programme: Company
) -> None:
    page = open_page(f"{SETTINGS}/voices/marion/")
    expect(page.locator("#disclosure")).to_contain_text(
        "The biography does not say that Acme runs this voice."
    )
    page.fill("#id_name", "Marion from Acme")
    page.fill("#id_biography", "A voice of Acme.")

    expect(page.locator("#disclosure")).to_contain_text("say who runs this voice")


def test_a_colour_is_chosen_by_keyboard(open_page: Open, programme: Company) -> None:
    page = open_page(f"{SETTINGS}/voices/marion/")
    page.locator(".palette :checked").focus()
    page.keyboard.press("ArrowRight")
    chosen = page.locator(".palette :checked").get_attribute("value")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.wait_for_load_state()

    assert str(Voice.objects.get(slug="marion").hue) == chosen != "3"


def test_a_phone_shows_the_tab_that_is_open(open_page: Open) -> None:
    tab = open_page(f"{SETTINGS}/public/", width=360).locator(".tabs [aria-current]").bounding_box()
    assert tab
    assert 0 <= tab["x"] <= 360 - tab["width"]
