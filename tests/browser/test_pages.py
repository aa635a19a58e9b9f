"""Pages in a real browser: readable by everybody, in both languages and themes, at every width, by keyboard."""

import json
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from portevoix.core import clock
from portevoix.measures.freshness import mark_of
from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from tests.browser.conftest import Open
from tests.web.conftest import COMPUTED, PASSWORD, Company
from tests.web.test_measures import an_import, ended

pytestmark = pytest.mark.browser

JULY = "/b/acme/measures/2012-07/"
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
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with `page`, each with the elements concerned."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in found]


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


def _focused(page: Page) -> dict[str, str]:
    described = page.evaluate(
        """() => {
            const at = document.activeElement, style = getComputedStyle(at);
            return JSON.stringify({tag: at.tagName, text: at.innerText || at.name || "",
                outline: style.outlineStyle, width: style.outlineWidth});
        }"""
    )
    found: dict[str, str] = json.loads(described)
    return found


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page: Open) -> None:
    page = open_page(JULY)
    offered = page.locator(
        ":is(a[href], button, input:not([type=hidden]), summary, [tabindex='0']):visible"
    ).count()
    seen = []
    for _step in range(offered + 12):
        page.keyboard.press("Tab")
        if _focused(page)["tag"] == "BODY":
            break
        seen.append(_focused(page))

    assert len(seen) >= offered
    assert {(each["outline"], each["width"]) for each in seen} == {("solid", "2px")}


def test_the_first_key_offers_to_skip_to_the_content(open_page: Open) -> None:
    page = open_page(JULY)
    page.keyboard.press("Tab")
    assert _focused(page)["text"] == "Skip to the content"

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

    assert _focused(page)["text"] == "Stop"
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
    first = _focused(page)["text"]
    page.keyboard.press("j")
    assert _focused(page)["text"] != first
    page.keyboard.press("k")

    assert _focused(page)["text"] == first


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
