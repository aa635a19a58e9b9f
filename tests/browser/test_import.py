"""A page that moves by itself while an import runs."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from portevoix.core import clock
from portevoix.measures.freshness import mark_of
from portevoix.measures.models import Scorecard, ScorecardLine
from tests.browser.conftest import Open
from tests.browser.looking import JULY, faults, focused
from tests.web.conftest import COMPUTED, Company
from tests.web.imports import an_import

pytestmark = pytest.mark.browser


def test_the_progress_of_an_import_moves_by_itself_and_ends_with_fresh_figures(
    open_page: Open, company: Company
) -> None:
    run = an_import(company.brand, lease=timedelta(minutes=5))
    page = open_page(JULY)
    expect(page.locator("progress")).to_have_attribute("value", "25")

    run.read_count = 40_000
    run.save()
    run.job.progress_done = 60
    run.job.save()
    expect(page.locator("progress")).to_have_attribute("value", "50")
    expect(page.locator("#news")).to_contain_text("40,000 lines read")

    now = clock.now()
    run.intake.known_at_us = clock.to_us(now)
    run.intake.save()
    expect(page.locator("#news")).to_contain_text("computed anew")

    ScorecardLine.objects.filter(voice=company.marion, metric="likes_received").update(value=61)
    Scorecard.objects.update(computed_at=now + timedelta(seconds=1), mark=mark_of(company.brand))
    expect(page.locator('a[href="marion/likes_received/"]')).to_have_text("61")
    expect(page.locator("#news")).not_to_contain_text("computed anew")
    assert now > COMPUTED


def test_the_button_that_stops_an_import_keeps_the_focus_while_its_progress_moves(
    open_page: Open, company: Company
) -> None:
    run = an_import(company.brand, lease=timedelta(minutes=5))
    page = open_page(JULY)
    page.get_by_role("button", name="Stop").focus()
    page.locator("#news").evaluate("region => { region.dataset.kept = 'yes' }")

    run.read_count = 40_000
    run.save()
    expect(page.locator("#news")).to_contain_text("40,000 lines read")

    assert focused(page)["text"] == "Stop"
    assert page.locator("#news").get_attribute("data-kept") == "yes"
    assert page.locator("#news").get_attribute("aria-live") == "polite"


def test_a_session_that_ends_while_an_import_runs_leads_to_the_sign_in_page(
    open_page: Open, company: Company
) -> None:
    an_import(company.brand, lease=timedelta(minutes=5))
    page = open_page(JULY)
    expect(page.locator("progress")).to_be_visible()

    Session.objects.all().delete()

    page.wait_for_url("**/sign-in/?next=/b/acme/measures/2012-07/")
    assert page.locator("table").count() == 0


def test_a_one_time_link_leads_to_choosing_a_password(open_page: Open, company: Company) -> None:
    from portevoix.people.actions import make_sign_in_link  # noqa: PLC0415 - beside the loop only
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415

    user = company.people["stranger"]
    user.set_unusable_password()
    user.save()
    token = make_sign_in_link(user, by=SYSTEM, now=clock.now())
    page = open_page(f"/welcome/{token}/", who="")
    page.click("main button")
    assert faults(page) == []

    page.fill("#id_name", "Ada")
    expect(page.locator("#id_email")).to_be_disabled()  # the address to which the link was handed
    page.fill("#id_password", "seven-green-kettles")
    page.click("main button")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/b/other/" in page.url
