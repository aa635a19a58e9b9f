"""Every page in a real browser: nothing for axe to find, no wider than its window, without a complaint."""

from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from tests.browser.conftest import Open
from tests.browser.looking import JULY, faults
from tests.web.conftest import PASSWORD, Company
from tests.web.imports import an_import, ended

pytestmark = pytest.mark.browser
STRATEGY = "/b/acme/strategy/"
TODAY = "/b/acme/today/"
PAGES = {
    "sign-in": ("/sign-in/", ""),
    "welcome": ("/welcome/a-token/", ""),
    "sign-out": ("/sign-out/", "lead"),
    "closed account": ("/inactive/", "lead"),
    "brands": ("/", "administrator"),
    "style": ("/style/", "manager"),
    "public page": ("/official/acme/", ""),
    "public page of a voice": ("/official/acme/marion/", ""),
    "public page, settings": ("/b/acme/settings/public/", "lead"),
    "public page, preview": ("/b/other/settings/public/preview/", "administrator"),
    "today": (TODAY, "lead"),
    "today of a holder": (TODAY, "ambassador"),
    "today of a manager": (TODAY, "manager"),
    "first visit": ("/start/", "administrator"),
    "first visit, brand": ("/b/acme/start/brand/", "lead"),
    "first visit, personas": ("/b/acme/start/personas/", "lead"),
    "first visit, networks": ("/b/acme/start/networks/", "lead"),
    "first visit, post": ("/b/acme/start/post/", "lead"),
    "accounts of a voice": ("/b/acme/accounts/marion/", "ambassador"),
    "networks to link": ("/b/acme/accounts/marion/link/", "lead"),
    "link to a server": ("/b/acme/accounts/marion/link/mastodon/", "ambassador"),
    "link with a key": ("/b/acme/accounts/marion/link/wordpress/", "lead"),
    "account": ("/b/acme/accounts/marion/1/", "lead"),
    "nobody's sandbox": ("/b/acme/sandbox/", "manager"),
    "family": ("/b/acme/family/", "manager"),
    "voice": ("/b/acme/family/marion/", "lead"),
    "voice without figures": ("/b/acme/family/marion/", "manager"),
    "voice to its holder": ("/b/acme/family/marion/", "ambassador"),
    "family, narrowed": ("/b/acme/family/?state=active&network=x", "lead"),
    "family, narrowed to nobody": ("/b/acme/family/?state=closed", "lead"),
    "own names": ("/b/acme/colleagues/", "lead"),
    "own name": ("/b/acme/colleagues/paul/", "expert"),
    "no own name": ("/b/other/colleagues/", "administrator"),
    "no voice": ("/b/other/family/", "administrator"),
    "imports": ("/b/acme/imports/", "lead"),
    "no file yet": ("/b/other/imports/", "administrator"),
    "table": (JULY, "lead"),
    "every column": (f"{JULY}?columns=all", "lead"),
    "manager": (JULY, "manager"),
    "empty month": ("/b/acme/measures/2011-01/", "lead"),
    "acts": (f"{JULY}marion/mentions_received/", "lead"),
    "long list": (f"{JULY}*/likes_received/", "lead"),
    "internal": (f"{JULY}*/internal_interactions/", "lead"),
    "people": (f"{JULY}marion/distinct_people/", "lead"),
    "posts": (f"{JULY}marion/applause_rate/", "ambassador"),
    "readings": (f"{JULY}marion/audience_growth/", "lead"),
    "no value": (f"{JULY}marion/quotes_received/", "lead"),
    "closing": (f"{JULY}close/", "lead"),
    "nothing to close": ("/b/acme/measures/2011-01/close/", "lead"),
    "course": (f"{JULY}trends/likes_received/", "lead"),
    "no course": (f"{JULY}trends/quotes_received/", "manager"),
    "form for a comment": (f"{JULY}?comment=hugo", "lead"),
    "study": (STRATEGY, "lead"),
    "study without single voices": (STRATEGY, "manager"),
    "no study": ("/b/other/strategy/", "administrator"),
    "section": (f"{STRATEGY}sections/1/", "lead"),
    "new section": (f"{STRATEGY}sections/new/", "consultant"),
    "edit section": (f"{STRATEGY}sections/1/edit/", "lead"),
    "set a figure": (f"{STRATEGY}sections/1/figures/", "lead"),
    "new step": (f"{STRATEGY}steps/new/", "lead"),
    "edit step": (f"{STRATEGY}steps/1/edit/", "lead"),
    "objectives": (f"{STRATEGY}objectives/", "lead"),
    "no objective": ("/b/other/strategy/objectives/", "administrator"),
    "rivals": (f"{STRATEGY}rivals/", "lead"),
    "no rival": ("/b/other/strategy/rivals/", "administrator"),
    "rival": (f"{STRATEGY}rivals/1/", "lead"),
    "new rival": (f"{STRATEGY}rivals/new/", "lead"),
    "edit rival": (f"{STRATEGY}rivals/1/edit/", "lead"),
    "versions": (f"{STRATEGY}versions/", "lead"),
    "no version": ("/b/other/strategy/versions/", "administrator"),
    "freeze": (f"{STRATEGY}versions/new/", "lead"),
    "version": (f"{STRATEGY}versions/1/", "lead"),
    "programme": ("/b/acme/settings/", "lead"),
    "programme to read": ("/b/acme/settings/", "manager"),
    "phases": ("/b/acme/settings/phases/", "lead"),
    "editorial line": ("/b/acme/settings/line/", "lead"),
    "voices": ("/b/acme/settings/voices/", "lead"),
    "no voice to set up": ("/b/other/settings/voices/", "administrator"),
    "voice to set up": ("/b/acme/settings/voices/marion/", "lead"),
    "colleagues": ("/b/acme/settings/colleagues/", "lead"),
    "no colleague": ("/b/other/settings/colleagues/", "administrator"),
    "colleague": ("/b/acme/settings/colleagues/paul/", "lead"),
    "members": ("/b/acme/settings/members/", "lead"),
    "access that ended": ("/b/acme/settings/members/?show=ended", "administrator"),
    "invitation": ("/b/acme/settings/members/invite/", "lead"),
    "holders": ("/b/acme/settings/holders/", "lead"),
    "named holders": ("/b/acme/settings/holders/named/", "lead"),
    "holder": ("/b/acme/settings/holders/of/marion/", "lead"),
    "journal": ("/b/acme/settings/journal/", "protection_officer"),
    "journal of named voices": ("/b/acme/settings/journal/named/", "lead"),
    "one's own page": ("/me/", "ambassador"),
    "nothing here": ("/nowhere/", "lead"),
}


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("fr", 1440), ("fr", 390)])
def test_axe_finds_nothing_on_any_page_in_either_theme(open_page: Open, language: str, width: int) -> None:
    wrong = {}
    for name, (path, who) in PAGES.items():
        page = open_page(path, who=who, language=language, theme="light", width=width)
        assert page.locator("html").get_attribute("lang") == language
        wrong[f"{name}, light"] = faults(page)
        page.emulate_media(color_scheme="dark")
        wrong[f"{name}, dark"] = faults(page)
        page.context.close()

    assert {name: found for name, found in wrong.items() if found} == {}


def test_axe_finds_nothing_while_an_import_runs(open_page: Open, company: Company) -> None:
    an_import(company.brand, lease=timedelta(minutes=1))
    an_import(company.brand, lease=timedelta(minutes=-1))
    ended(an_import(company.brand, lease=timedelta(0)), timedelta(0))

    assert faults(open_page(JULY)) == []


def test_axe_finds_nothing_on_the_forms_with_their_errors(open_page: Open) -> None:
    page = open_page("/sign-in/", who="")
    page.fill("#id_login", "lead@example.org")
    page.fill("#id_password", "wrong")
    page.click("main button")

    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []


def test_axe_finds_nothing_on_what_a_gesture_of_settings_shows(open_page: Open, company: Company) -> None:
    person = company.people["expert"]
    page = open_page(f"/b/acme/settings/members/?person={person.pk}")
    assert faults(page) == []
    page.click("section[aria-labelledby=give] button")
    assert faults(page) == []

    page.goto(page.url.partition("/b/")[0] + "/b/acme/settings/members/invite/")
    page.fill("#id_email", "nobody")
    page.click("main form button")
    assert faults(page) == []
    page.fill("#id_name", "Ada")
    page.fill("#id_email", "ada@example.org")
    page.click("main form button")
    expect(page.locator("pre")).to_contain_text("/welcome/")
    assert faults(page) == []


def test_the_lead_sees_who_holds_a_voice_after_one_gesture(open_page: Open) -> None:
    page = open_page("/b/acme/settings/holders/")
    page.get_by_role("button", name="Marion").click()

    expect(page.locator(".rows b")).to_have_text("ambassador@example.org")
    page.locator("details.reveal summary").first.click()
    assert faults(page) == []


def _renamed(company: Company) -> None:
    """Give the brand and a voice the longest names that people bear."""
    Voice.objects.filter(pk=company.marion.pk).update(first_name="Anne-Sophie de la Rochefoucauld-Montbel")
    Brand.objects.filter(pk=company.brand.pk).update(name="Établissements Vandenbroucke-Rochefoucauld")


@pytest.mark.parametrize("width", [360, 2000])
def test_no_page_is_wider_than_its_window(open_page: Open, company: Company, width: int) -> None:
    _renamed(company)
    for name, (path, who) in PAGES.items():
        page = open_page(path, who=who, width=width, language="fr")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name
        page.context.close()


@pytest.mark.parametrize("width", [360, 390])
def test_a_long_name_leaves_room_for_the_figures(open_page: Open, company: Company, width: int) -> None:
    _renamed(company)
    page = open_page(JULY, width=width, language="fr")

    for row in page.locator("tbody tr, tfoot tr").all():
        name, frame = row.locator("th").bounding_box(), page.locator(".frame").bounding_box()
        assert name
        assert frame
        assert name["width"] <= frame["width"] * 0.45


@pytest.mark.parametrize("path", ["/b/acme/family/", "/b/acme/colleagues/"])
def test_a_phone_breaks_no_name_of_a_voice(open_page: Open, path: str) -> None:
    for name in open_page(path, width=360, language="fr").locator(".voices .name a").all():
        box = name.bounding_box()
        assert box
        assert box["height"] < 30


def test_columns_of_numbers_stand_beside_each_other(open_page: Open) -> None:
    heads = open_page(f"{JULY}marion/applause_rate/", who="ambassador", width=1440).locator("th.right").all()
    places = [box["x"] + box["width"] for box in (head.bounding_box() for head in heads) if box]
    assert len(places) == 4
    assert max(after - before for before, after in pairwise(places)) < 240


def test_the_first_column_stays_while_the_table_moves_in_its_frame(open_page: Open) -> None:
    page = open_page(f"{JULY}?columns=all", width=360)
    name = page.locator("tbody th").first
    before = name.bounding_box()
    page.locator(".frame").evaluate("frame => frame.scrollLeft = 400")

    assert page.locator(".frame").evaluate("frame => frame.scrollLeft") == 400
    assert name.bounding_box() == before


def test_every_page_opens_without_a_complaint_of_the_browser(open_page: Open, company: Company) -> None:
    an_import(company.brand, lease=timedelta(minutes=1))
    for name, (path, who) in PAGES.items():
        said: list[str] = []
        page = open_page(path, who=who, complaints=said)
        expected = "404 (Not Found)" if name == "nothing here" else "nothing"
        assert [text for text in said if expected not in text] == [], name
        page.context.close()


def test_everything_can_be_read_without_scripts(open_page: Open) -> None:
    page = open_page("/sign-in/", who="", has_scripts=False)
    page.fill("#id_login", "lead@example.org")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.click('nav a[href="/b/acme/measures/"]')
    page.click('a[href="marion/likes_received/"]')
    page.click("a[rel=next]")

    assert page.locator("tbody tr").count() == 10


def test_the_language_changes_from_the_menu(open_page: Open) -> None:
    page = open_page(JULY)
    page.click("#menu summary")
    page.click("button[value=fr]")

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.url.endswith(JULY)
