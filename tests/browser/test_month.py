"""A month in a real browser: commented on, closed, restated, replayed, printed; what a manager does not see."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portevoix.core import clock
from portevoix.ledger.actions.record import record
from portevoix.measures.actions import refresh
from portevoix.measures.actions.requests import serve_requests
from portevoix.networks.contracts import ActorRef, Event, Kind
from tests.browser.conftest import Open
from tests.browser.looking import faults
from tests.web.conftest import JULY, Company, at

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "close", "for_good", "closed", "restated"),
    [
        (
            "en",
            "Close the month",
            "Close July 2012 for good",
            "these figures stay as they are",
            "Restated since",
        ),
        (
            "fr",
            "Clore le mois",
            "Clore juillet 2012 définitivement",
            "ces chiffres restent tels quels",
            "Retraités",
        ),
    ],
)
def test_the_lead_closes_a_month_and_late_facts_stand_beside_it(
    open_page: Open,
    company: Company,
    data_folder: Path,
    language: str,
    close: str,
    for_good: str,
    closed: str,
    restated: str,
) -> None:
    refresh([company.brand], JULY)
    page = open_page("/b/acme/measures/2012-07/", language=language)
    before = page.locator('a[href="marion/likes_received/"]').inner_text()
    page.get_by_role("link", name=close).click()
    assert faults(page) == []
    page.get_by_role("button", name=for_good).click()
    expect(page.locator("#news progress")).to_be_visible()

    serve_requests(now=clock.now())

    expect(page.locator(".head")).to_contain_text(closed)
    late = Event(Kind.LIKE, ActorRef("late"), "1", at(5), "")
    record(company.brand, "x", now=clock.now(), source="test", events=[late])
    refresh([company.brand], JULY)
    page.reload()
    expect(page.locator('a[href="marion/likes_received/"]')).to_have_text(before)
    expect(page.locator("main")).to_contain_text(restated)
    assert faults(page) == []


def test_a_closed_month_is_replayed_and_printed(open_page: Open, company: Company, data_folder: Path) -> None:
    refresh([company.brand], JULY)
    page = open_page("/b/acme/measures/2012-07/close/")
    page.get_by_role("button", name="Close July 2012 for good").click()
    serve_requests(now=clock.now())
    page.get_by_role("button", name="Replay it").click()
    serve_requests(now=clock.now())

    expect(page.locator("#seal + small")).to_be_visible()
    expect(page.locator(".seal")).to_contain_text("came out the same, from the same facts")
    page.get_by_role("link", name="Signed page").click()
    page.emulate_media(media="print")
    expect(page.locator(".digest")).to_be_visible()
    expect(page.locator("nav.side")).to_be_hidden()


def test_an_ambassador_comments_in_a_sentence_and_takes_it_back(open_page: Open, company: Company) -> None:
    page = open_page("/b/acme/measures/2012-07/", who="ambassador")
    page.fill("#comment-marion", "A long strike.")
    page.get_by_role("button", name="Save the comment").click()
    expect(page.locator("#said-marion")).to_contain_text("A long strike.")

    page.get_by_role("button", name="Undo").click()

    expect(page.locator("#said-marion p")).to_have_text("Awaited")


def test_the_meaning_of_a_figure_is_one_hover_or_one_key_away(open_page: Open) -> None:
    page = open_page("/b/acme/measures/2012-07/")
    name = page.locator('thead a[data-tip="def-likes_received"]')
    name.hover()
    expect(page.locator(".tip")).to_contain_text("received")
    page.mouse.move(0, 0)
    expect(page.locator(".tip")).to_have_count(0)
    name.focus()
    expect(page.locator(".tip")).to_have_count(1)
    page.keyboard.press("Escape")

    expect(page.locator(".tip")).to_have_count(0)


def test_a_figure_opens_down_to_the_act_on_its_network(open_page: Open) -> None:
    page = open_page("/b/acme/measures/2012-07/")
    page.click('a[href="marion/mentions_received/"]')

    expect(page.locator('main a[href="https://x.example/e1"]')).to_be_visible()


def test_a_manager_walks_through_every_page_and_meets_no_voice_s_figure(
    open_page: Open, company: Company
) -> None:
    page = open_page("/b/acme/today/", who="manager")
    expect(page.locator("main")).not_to_contain_text("Marion")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/measures/**")
    expect(page.locator("main tbody tr")).to_have_count(0)
    expect(page.locator("main tfoot tr")).to_have_count(1)
    for path in ("marion/likes_received/", "close/", "../../settings/members/", "../../settings/holders/"):
        page.goto(page.url.split("/measures/")[0] + f"/measures/2012-07/{path}")
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("Marion")
        expect(page.locator("main")).not_to_contain_text("60")
