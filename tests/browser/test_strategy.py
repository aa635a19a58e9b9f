"""The study in a real browser: what leaves as a file is readable by everybody, and writing needs no script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looking import faults
from tests.browser.test_pages import STRATEGY
from tests.web.conftest import Company, SignIn

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing_in_the_printable_file(
    open_page: Open, company: Company, signed_in: SignIn, tmp_path: Path, language: str
) -> None:
    company.people["lead"].language = language
    company.people["lead"].save()
    file = tmp_path / "study.html"
    file.write_bytes(signed_in("lead").get(f"{STRATEGY}export.html").content)
    page = open_page("/sign-in/", who="")
    page.goto(file.as_uri())

    expect(page.get_by_role("heading", level=1)).to_have_text("Acme")
    assert faults(page) == []


def test_a_section_is_written_and_undone_without_scripts(open_page: Open) -> None:
    page = open_page(f"{STRATEGY}sections/1/edit/", has_scripts=False)
    page.fill("#id_text", "We answer.")
    page.click("main form button.ink")
    expect(page.locator("#section-1")).to_contain_text("We answer.")

    page.click(".toast button")

    expect(page.locator("#section-1")).to_contain_text("We listen.")


def test_a_step_begins_with_one_click_and_axe_finds_nothing_in_what_follows(open_page: Open) -> None:
    page = open_page(STRATEGY)
    page.get_by_role("button", name="Begin · Look abroad").click()

    expect(page.locator(".toast")).to_contain_text("Under way")
    assert faults(page) == []


def test_axe_finds_nothing_on_a_form_with_its_errors(open_page: Open) -> None:
    page = open_page(f"{STRATEGY}steps/1/edit/")
    page.fill("#id_title", "")
    page.fill("#id_until_on", "2012-04-01")
    page.click("form.form button.ink")

    expect(page.locator(".wrong")).to_have_count(1)
    assert faults(page) == []
