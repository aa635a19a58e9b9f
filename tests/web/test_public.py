"""The public page: what anybody reads, in which language, at what cost, and who decides it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portevoix.networks.models import Account, Holding
from portevoix.people.journal import SYSTEM
from portevoix.people.models import JournalEntry
from portevoix.programme.actions import change_public_page, move_voice
from portevoix.programme.models import EditorialLine, PublicPage, Voice
from tests.web.conftest import Company, SignIn, at
from tests.web.test_measures import SQL_BUDGET, text_of

PATH = "/official/acme/"
SETTINGS = "/b/acme/settings/public/"
HTML_BUDGET = 30_000
WRITTEN: dict[str, Any] = {
    "introduction": "We run these voices.",
    "charter": "We credit\n\nour sources.",
    "contact_email": "ask@acme.example",
    "contact_url": "https://acme.example/contact",
}


@pytest.fixture
def opened(company: Company) -> Company:
    """Return the company with a public page that says all that one may say."""
    change_public_page(company.brand, is_open=True, **WRITTEN, by=SYSTEM)
    return company


def test_anybody_reads_who_speaks_where_since_when_and_whom_to_ask(opened: Company) -> None:
    Voice.objects.filter(pk=opened.marion.pk).update(
        biography="Run by the training team of Acme.", languages=["fr", "en"], created_at=at(1)
    )
    Account.objects.filter(handle="u1").update(url="https://x.example/u1")
    told, page = text_of(Client(), PATH), Client().get(PATH).content.decode()

    assert (
        "Marion Run by the training team of Acme. Persona · French, English · official since July 1" in told
    )
    assert "A persona is not a person: it belongs to Acme" in text_of(Client(), f"{PATH}marion/")
    assert "We run these voices." in told
    assert "We credit our sources." in told
    assert '<a href="https://x.example/u1" rel="me external noopener">u1</a>' in page
    assert 'href="mailto:ask@acme.example"' in page


def test_an_account_without_a_safe_address_is_told_by_its_name_alone(opened: Company) -> None:
    Account.objects.filter(handle="u1").update(url="javascript:alert(1)")
    page = Client().get(PATH).content.decode()
    assert "javascript" not in page
    assert "u1" in page


def test_a_named_voice_is_never_official(opened: Company) -> None:
    assert Client().get(f"{PATH}paul/").status_code == 404
    for path in (PATH, f"{PATH}marion/"):
        told = Client().get(path).content.decode()
        assert "Paul" not in told
        assert "u3" not in told


def test_a_closed_voice_is_told_with_its_dates_and_without_a_link(opened: Company) -> None:
    Voice.objects.filter(pk=opened.hugo.pk).update(created_at=at(1))
    Account.objects.filter(handle="u2").update(url="https://x.example/u2")
    move_voice(opened.hugo, "closed", by=SYSTEM, on=at(9).date())
    JournalEntry.objects.filter(action="programme.voice.moved").update(at=at(9))
    told, page = text_of(Client(), PATH), Client().get(PATH).content.decode()

    assert re.search(r"Hugo X u2 July 1, 2012 to July 9, 2012", told)
    assert "https://x.example/u2" not in page
    assert "Closed on July 9, 2012 ." in text_of(Client(), f"{PATH}hugo/")


def test_a_voice_that_is_paused_stays_official_and_a_candidate_is_not_yet(opened: Company) -> None:
    move_voice(opened.hugo, "paused", by=SYSTEM, on=at(9).date())
    Voice.objects.create(brand=opened.brand, slug="nadia", first_name="Nadia", kind="persona")
    told = text_of(Client(), PATH)

    assert "Silent at present These voices are ours; they publish nothing for a while. Hugo" in told
    assert "Nadia" not in told
    assert Client().get(f"{PATH}nadia/").status_code == 404


def test_an_account_handed_over_stands_with_whom_it_is_now(opened: Company) -> None:
    account = Account.objects.get(handle="u1")
    Holding.objects.filter(account=account).update(to_at=at(5))
    Holding.objects.create(account=account, voice=opened.hugo, from_at=at(5))

    assert "No account at present." in text_of(Client(), f"{PATH}marion/")
    assert "X u1 X u2" in text_of(Client(), f"{PATH}hugo/")


def test_the_line_in_force_says_what_voices_disclose(opened: Company) -> None:
    line = {"brand": opened.brand, "version": 1, "from_on": at(1).date(), "disclosure": "A voice of Acme."}
    EditorialLine.objects.create(**line)
    assert "What each of them says of itself: A voice of Acme." in text_of(Client(), PATH)


def test_until_it_is_opened_there_is_no_such_page(company: Company) -> None:
    change_public_page(company.brand, is_open=False, **WRITTEN, by=SYSTEM)
    for path in (PATH, f"{PATH}marion/", "/official/other/", "/official/nowhere/"):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert "Acme" not in answer.content.decode()
        assert "public" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [("", "fr", "fr"), ("", "en", "en"), ("?language=fr", "en", "fr"), ("?language=xx", "fr", "fr")],
)
def test_it_speaks_the_language_that_the_address_or_the_browser_asks_for(
    opened: Company, query: str, accepted: str, language: str
) -> None:
    answer = Client().get(f"{PATH}{query}", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in answer.content.decode()
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize("path", [PATH, f"{PATH}marion/"])
def test_it_may_be_kept_and_found_and_has_neither_script_nor_form_nor_cookie(
    opened: Company, path: str
) -> None:
    answer = Client().get(path)
    page = answer.content.decode()

    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))
    assert not answer.cookies
    assert '<meta name="robots" content="index, follow">' in page
    assert f'<meta property="og:url" content="http://testserver{path}">' in page
    assert f'<link rel="alternate" hreflang="fr" href="{path}?language=fr">' in page
    assert "<script" not in page
    assert "<form" not in page


def test_it_says_the_same_to_whoever_reads_it(opened: Company, signed_in: SignIn) -> None:
    assert signed_in("lead").get(PATH).content == Client().get(PATH).content
    assert signed_in("lead").post(PATH).status_code == 405


def test_it_costs_little_however_large_the_family(opened: Company, signed_in: SignIn) -> None:
    for number in range(16):
        voice = Voice.objects.create(
            brand=opened.brand, slug=f"v{number}", kind="persona", state="active", first_name=f"Voice {number}",
            biography="Writes about training. " * 6,
        )  # fmt: skip
        account = Account.objects.create(
            brand=opened.brand,
            network="mastodon",
            remote_id=f"n{number}",
            url=f"https://m.example/@v{number}",
        )
        Holding.objects.create(voice=voice, account=account)
    lead = signed_in("lead")
    for client, path in (
        (Client(), PATH), (Client(), f"{PATH}marion/"), (lead, SETTINGS), (lead, f"{SETTINGS}preview/")
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path)
        assert len(queries) <= SQL_BUDGET
        assert len(page.content) < HTML_BUDGET


def _sent(**changes: Any) -> dict[str, Any]:
    return {**WRITTEN, "is_open": "on", **changes}


def test_the_lead_opens_it_and_undoes_that_with_one_gesture(company: Company, signed_in: SignIn) -> None:
    PublicPage.objects.all().delete()
    lead = signed_in("lead")
    page = lead.post(SETTINGS, _sent(), follow=True).content.decode()
    assert "The public page is open to anybody." in page
    assert Client().get(PATH).status_code == 200

    before = dict(re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)">', page))
    lead.post(SETTINGS, {name: text for name, text in before.items() if name != "next"})
    assert Client().get(PATH).status_code == 404
    assert not PublicPage.objects.get().introduction


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"contact_email": "", "contact_url": ""}, "An open page needs somebody to ask"),
        ({"contact_email": "nobody"}, "This is not an e-mail address"),
        ({"contact_url": "javascript:alert(1)"}, "This is not a link"),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed(
    company: Company, signed_in: SignIn, changes: dict[str, str], sentence: str
) -> None:
    answer = signed_in("lead").post(SETTINGS, _sent(**changes))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert "We run these voices." in answer.content.decode()
    assert not PublicPage.objects.get().introduction


def test_the_charter_is_proposed_from_the_line_and_the_page_seen_before_it_opens(
    company: Company, signed_in: SignIn
) -> None:
    line = {"brand": company.brand, "version": 1, "from_on": at(1).date(), "tone": "Plain, never mocking."}
    EditorialLine.objects.create(**line)
    PublicPage.objects.all().delete()
    lead = signed_in("lead")

    assert "Plain, never mocking.</textarea>" in lead.get(SETTINGS).content.decode()
    preview = lead.get(f"{SETTINGS}preview/")
    assert "Only you see this: the page is closed." in preview.content.decode()
    assert "no-store" in preview.headers["Cache-Control"]
    assert f'href="{PATH}' not in preview.content.decode()


@pytest.mark.parametrize("who", ["ambassador", "manager", "protection_officer", "stranger"])
def test_nobody_else_reaches_its_settings(company: Company, signed_in: SignIn, who: str) -> None:
    assert signed_in(who).post(SETTINGS, _sent()).status_code == 404
    assert not PublicPage.objects.get().introduction
