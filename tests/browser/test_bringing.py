"""A table and an archive are brought from a page, looked at and let in, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portevoix.core import clock
from portevoix.ledger.actions.uploads import serve_due
from portevoix.ledger.models import Import
from portevoix.networks.models import Account
from tests.browser.conftest import Open
from tests.browser.looking import faults
from tests.networks.x.test_archive import ANSWER, POST, packed, tweets
from tests.networks.x.world import ME
from tests.web.conftest import Company
from tests.web.test_imports import TABLE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("data_folder")]
HERE = "/b/acme/imports/"


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_a_table_is_brought_looked_at_and_let_in(
    open_page: Open, tmp_path: Path, theme: str, width: int
) -> None:
    file = tmp_path / "facts.csv"
    file.write_text(TABLE, encoding="utf-8")
    page = open_page(HERE, theme=theme, width=width)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bring it, and look at it").click()

    expect(page.get_by_text("2 rows would be refused")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Applaudi").select_option(label="repost")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("1 row would be refused")).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="It waits for its turn")).to_be_visible()
    assert faults(page) == []

    serve_due(now=clock.now)

    expect(page.get_by_text("3 lines read: 2 new")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Look at the figures").click()
    expect(page.get_by_role("heading", name="July 2012")).to_be_visible()


def test_an_archive_of_x_is_brought_looked_at_and_let_in(
    open_page: Open, company: Company, tmp_path: Path
) -> None:
    Account.objects.create(brand=company.brand, network="x", remote_id=ME)
    file = packed(tmp_path, {"data/tweets.js": tweets(POST, ANSWER)})
    page = open_page(HERE)
    page.get_by_label("What is it?").select_option("x-archive")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bring it, and look at it").click()

    expect(page.get_by_text("Some of what it tells: 6 things in all")).to_be_visible()
    expect(page.get_by_text("Été & hiver")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="It waits for its turn")).to_be_visible()
    serve_due(now=clock.now)
    expect(page.get_by_text("6 lines read: 6 new")).to_be_visible()
    assert Import.objects.get().added_count == 6


def test_everything_is_done_without_scripts_as_well(open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "facts.csv"
    file.write_text(TABLE, encoding="utf-8")
    page = open_page(HERE, has_scripts=False)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bring it, and look at it").click()
    page.get_by_role("button", name="Import").click()
    serve_due(now=clock.now)
    page.reload()

    expect(page.get_by_text("3 lines read: 1 new")).to_be_visible()
