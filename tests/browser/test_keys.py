"""Pages by keyboard alone: everything is reached, and shows where one is."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looking import JULY, faults, focused

pytestmark = pytest.mark.browser


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page: Open) -> None:
    page = open_page(JULY)
    offered = page.locator(
        ":is(a[href], button, input:not([type=hidden]), summary, [tabindex='0']):visible"
    ).count()
    seen = []
    for _step in range(offered + 12):
        page.keyboard.press("Tab")
        if focused(page)["tag"] == "BODY":
            break
        seen.append(focused(page))

    assert len(seen) >= offered
    assert {(each["outline"], each["width"]) for each in seen} == {("solid", "2px")}


def test_the_first_key_offers_to_skip_to_the_content(open_page: Open) -> None:
    page = open_page(JULY)
    page.keyboard.press("Tab")
    assert focused(page)["text"] == "Skip to the content"

    page.keyboard.press("Enter")

    page.wait_for_url("**#main")


def test_a_figure_opens_its_facts_by_keyboard(open_page: Open) -> None:
    page = open_page(JULY)
    page.locator('a[href="marion/likes_received/"]').focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Likes received 60")


def test_the_name_of_a_column_opens_its_definition(open_page: Open) -> None:
    page = open_page(JULY)
    page.click("thead a[href='#def-mentions_received']")

    expect(page.locator("#def-mentions_received p").first).to_be_visible()


def test_a_question_mark_lists_the_keys_and_escape_closes_them(open_page: Open) -> None:
    page = open_page(JULY)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Measures")
    assert faults(page) == []

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_g_and_a_letter_move_to_another_page(open_page: Open) -> None:
    page = open_page(JULY)
    page.keyboard.press("g")
    page.keyboard.press("f")

    page.wait_for_url("**/b/acme/family/")


def test_j_and_k_go_through_a_list(open_page: Open) -> None:
    page = open_page("/b/acme/family/")
    page.keyboard.press("j")
    first = focused(page)["text"]
    page.keyboard.press("j")
    assert focused(page)["text"] != first
    page.keyboard.press("k")

    assert focused(page)["text"] == first


def test_keys_typed_into_a_field_are_text(open_page: Open) -> None:
    page = open_page("/style/")
    page.locator("#id_name").press_sequentially("gf?")

    assert page.locator("#id_name").input_value() == "gf?"
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_toast_can_be_closed_and_its_undo_reached_by_keyboard(open_page: Open) -> None:
    page = open_page("/style/")
    page.fill("#id_name", "Alma")
    page.locator("main form button").first.click()
    expect(page.get_by_role("status")).to_contain_text("Alma is paused.")
    assert faults(page) == []
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Alma is paused.")

    page.get_by_role("status").get_by_role("button", name="Close").click()

    expect(page.get_by_role("status")).to_be_empty()


def test_the_menu_closes_with_a_click_elsewhere(open_page: Open) -> None:
    page = open_page(JULY)
    page.click("#menu summary")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.click("h1")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
