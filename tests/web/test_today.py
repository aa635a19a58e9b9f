"""Today: what each role finds there, and what nobody does."""

from typing import Any

import pytest
from django.utils import translation

from portevoix.core import clock
from portevoix.networks.models import Account
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.models import Voice
from portevoix.web import today as rules
from tests.web.conftest import Company, SignIn
from tests.web.today import TODAY, break_account, closed, computed, last_month, page


@pytest.mark.parametrize("path", [TODAY, "/b/acme/sandbox/", "/b/acme/measures/2012-07/"])
def test_no_browser_keeps_a_page_that_tells_which_voices_are_ones_own(
    company: Company, signed_in: SignIn, path: str
) -> None:
    assert "no-store" in signed_in("lead").get(path).headers["Cache-Control"]


@pytest.mark.parametrize("who", [*(str(role) for role in Role), "administrator"])
def test_today_answers_every_role_with_few_queries(
    company: Company, signed_in: SignIn, who: str, django_assert_max_num_queries: Any
) -> None:
    computed(company.brand, [company.marion, company.hugo])
    closed(company.brand)
    client = signed_in(who)

    with django_assert_max_num_queries(12):
        answer = client.get(TODAY)

    assert answer.status_code == 200
    assert len(answer.content) < 60_000


def test_looking_at_today_writes_nothing_into_the_journal(company: Company, signed_in: SignIn) -> None:
    before = JournalEntry.objects.count()
    for who in ("lead", "ambassador", "manager"):
        page(signed_in, who)

    assert JournalEntry.objects.count() == before


def test_the_greeting_tells_the_agreed_minutes_and_never_the_persons_name(
    company: Company, signed_in: SignIn
) -> None:
    Voice.objects.filter(pk=company.marion.pk).update(weekly_minutes=25)
    company.people["ambassador"].name = "Jeanne Martin"
    company.people["ambassador"].save()

    told = page(signed_in, "ambassador")
    heading = told.partition("<h1>")[2].partition("</h1>")[0]

    assert "25 minutes a week are agreed" in heading
    assert "Jeanne" not in heading
    assert "Marion" in told.partition("<h1>")[2].partition('<div class="cols')[0]


def test_a_manager_sees_the_agreed_time_and_the_brands_line_and_nothing_of_a_voice(
    company: Company, trial: Account, signed_in: SignIn
) -> None:
    computed(company.brand, [company.marion, company.hugo])
    break_account(trial)
    Voice.objects.filter(pk=company.marion.pk).update(weekly_minutes=25)
    Voice.objects.filter(pk=company.hugo.pk).update(weekly_minutes=60)

    told = page(signed_in, "manager")

    assert "85 minutes a week, all voices together." in told
    assert not any(name in told for name in ("Marion", "Hugo", "Paul", "commented"))


def test_a_manager_who_also_leads_or_holds_sees_no_single_voices_figures(
    company: Company, signed_in: SignIn
) -> None:
    Membership.objects.create(user=company.people["ambassador"], brand=company.brand, role=Role.MANAGER)
    figures = page(signed_in, "ambassador").partition('id="figures"')[2]

    assert "The whole brand" in figures
    assert "Marion" not in figures


def test_a_holder_sees_the_figures_of_the_own_voice(company: Company, signed_in: SignIn) -> None:
    figures = page(signed_in, "ambassador").partition('id="figures"')[2]

    assert "Marion" in figures
    assert "July 2012" in figures
    assert "Hugo" not in figures


def test_an_executive_reads_the_last_month_that_was_closed(company: Company, signed_in: SignIn) -> None:
    computed(company.brand, [company.marion], value=6.0)
    closed(company.brand, value=5.0)
    figures = page(signed_in, "executive").partition('id="figures"')[2]

    assert str(last_month(company.brand)) in figures
    assert "6" not in figures.partition("<dl>")[2].partition("<small>")[0]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("ambassador", "a trial post in the sandbox costs nothing"),
        ("reviewer", "Nothing waits for your approval."),
        ("manager", "single voices are nobody’s scorecard"),
        ("executive", "Nothing waits for your decision."),
        ("consultant", "Nothing waits for you."),
        ("protection_officer", "The journal says who did what"),
        ("administrator", "take no part in this brand"),
    ],
)
def test_a_day_with_nothing_says_so_calmly(
    company: Company, signed_in: SignIn, who: str, sentence: str
) -> None:
    assert sentence in page(signed_in, who)


def test_the_lead_of_a_quiet_brand_is_told_that_nothing_waits(company: Company, signed_in: SignIn) -> None:
    Voice.objects.filter(pk=company.hugo.pk).update(state="closed")

    assert "Nothing waits for you: what was due is done" in page(signed_in, "lead")


def test_a_brand_without_a_voice_leads_back_to_the_first_visit(company: Company, signed_in: SignIn) -> None:
    empty = Brand.objects.create(slug="empty", name="Empty", time_zone="UTC")

    told = signed_in("administrator").get("/b/empty/today/").content.decode()

    assert f"/b/{empty.slug}/start/personas/" in told
    assert f"/b/{empty.slug}/start/networks/" in told


def test_the_number_of_cards_stands_in_the_navigation_of_other_pages(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    assert '<span class="num">' not in lead.get("/b/acme/family/").content.decode().partition("</nav>")[0]
    lead.get(TODAY)

    assert '<span class="num">1</span>' in lead.get("/b/acme/family/").content.decode().partition("</nav>")[0]


def test_a_strangers_today_is_not_there(company: Company, signed_in: SignIn) -> None:
    assert signed_in("stranger").get(TODAY).status_code == 404


def test_a_guest_whose_access_has_ended_has_no_today(company: Company, signed_in: SignIn) -> None:
    Membership.objects.filter(user=company.people["consultant"]).update(expires_on="2020-01-01")

    assert signed_in("consultant").get(TODAY).status_code == 404


def test_a_person_whose_account_is_closed_has_no_today(company: Company) -> None:
    from portevoix.people.queries import standing  # noqa: PLC0415

    user = company.people["lead"]
    user.is_active = False
    assert standing(user, "acme", now=clock.now()) is None
    assert User.objects.filter(pk=user.pk).exists()


def test_today_speaks_french(company: Company, signed_in: SignIn) -> None:
    told = signed_in("lead").get(TODAY, headers={"Accept-Language": "fr"}).content.decode()

    assert "À faire" in told
    assert "n’a pas de titulaire" in told
    with translation.override("fr"):
        assert rules.SHOWN
