"""Today: what waits for whom, what is broken, what comes; and what is nobody's business there."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.ledger.models import Import
from portevoix.measures.catalogue import METRICS
from portevoix.measures.models import ClosedLine, Closing, Comment, Scorecard, ScorecardLine
from portevoix.networks.models import Account, Connection, Holding
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.models import Phase, Tenure, Voice
from portevoix.web import today as rules
from tests.web.conftest import Company, SignIn
from tests.web.test_measures import an_import

TODAY = "/b/acme/today/"


def page(signed_in: SignIn, who: str) -> str:
    """Return Today as `who` sees it."""
    answer = signed_in(who).get(TODAY)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("path", [TODAY, "/b/acme/sandbox/", "/b/acme/measures/2012-07/"])
def test_no_browser_keeps_a_page_that_tells_which_voices_are_ones_own(
    company: Company, signed_in: SignIn, path: str
) -> None:
    assert "no-store" in signed_in("lead").get(path).headers["Cache-Control"]


def last_month(brand: Brand) -> Month:
    return Month.of(clock.now(), brand.zone).previous


def computed(brand: Brand, voices: list[Voice], value: float = 5.0) -> Scorecard:
    """Store figures of the last finished month."""
    card = Scorecard.objects.create(
        brand=brand,
        month=str(last_month(brand)),
        fingerprint="f",
        time_zone=brand.time_zone,
        computed_at=clock.now(),
    )
    for voice in (*voices, None):
        for metric in METRICS[:3]:
            ScorecardLine.objects.create(
                scorecard=card, voice=voice, metric=metric.id, metric_version=metric.version, value=value
            )
    return card


def closed(brand: Brand, value: float = 5.0) -> Closing:
    """Close the last finished month, with the brand's own line."""
    closing = Closing.objects.create(
        brand=brand,
        month=str(last_month(brand)),
        time_zone=brand.time_zone,
        closed_at=clock.now() - timedelta(hours=1),
        known_until_us=0,
        basis={},
        metric_versions={},
        facts_digest="",
        digest="",
    )
    metric = METRICS[0]
    ClosedLine.objects.create(
        closing=closing, metric=metric.id, metric_version=metric.version, value=value, previous=4
    )
    return closing


def break_account(account: Account) -> None:
    Connection.objects.filter(account=account).update(is_broken=True, failure="needs_reconnection")


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


def test_a_holder_is_asked_to_comment_on_the_last_month_until_it_is_done(
    company: Company, signed_in: SignIn
) -> None:
    computed(company.brand, [company.marion, company.hugo])
    asked = page(signed_in, "ambassador")
    assert asked.count("Comment on the month") == 1
    assert f"/b/acme/measures/{last_month(company.brand)}/#said-marion" in asked

    Comment.objects.create(
        brand=company.brand,
        voice=company.marion,
        month=str(last_month(company.brand)),
        text="Calm.",
        written_at=clock.now(),
    )
    assert "Comment on the month" not in page(signed_in, "ambassador")


def test_the_lead_sees_how_many_commented_until_the_month_is_closed(
    company: Company, signed_in: SignIn
) -> None:
    computed(company.brand, [company.marion, company.hugo])
    assert "0 of 2 voices have commented" in page(signed_in, "lead")
    assert "voices have commented" not in page(signed_in, "ambassador")

    closed(company.brand)
    assert "voices have commented" not in page(signed_in, "lead")


def test_a_closed_month_whose_facts_came_late_is_told_to_the_lead_alone(
    company: Company, signed_in: SignIn
) -> None:
    computed(company.brand, [company.marion], value=6.0)
    closed(company.brand, value=5.0)

    assert "would be others now" in page(signed_in, "lead")
    assert "would be others now" not in page(signed_in, "ambassador")


def test_a_closed_month_that_is_as_it_was_is_not_told(company: Company, signed_in: SignIn) -> None:
    computed(company.brand, [company.marion], value=5.0)
    closed(company.brand, value=5.0)

    assert "would be others now" not in page(signed_in, "lead")


@pytest.mark.parametrize(("who", "is_told"), [("lead", True), ("ambassador", True), ("manager", False)])
def test_a_broken_account_is_told_to_its_holder_and_the_lead(
    company: Company, trial: Account, signed_in: SignIn, who: str, is_told: bool
) -> None:
    break_account(trial)

    assert ("no longer takes the sign-in" in page(signed_in, who)) is is_told


def test_an_account_that_has_told_nothing_for_three_days_is_told(
    company: Company, trial: Account, signed_in: SignIn
) -> None:
    long_ago = clock.now() - timedelta(days=4)
    Connection.objects.update(linked_at=long_ago, last_success_at=long_ago)

    assert "has told nothing" in page(signed_in, "lead")


def test_a_sign_in_that_ends_within_days_is_told_before_it_does(
    company: Company, trial: Account, signed_in: SignIn
) -> None:
    now = clock.now()
    Connection.objects.update(last_success_at=now, ends_at=now + timedelta(days=3))
    assert "ends soon" in page(signed_in, "lead")

    Connection.objects.update(ends_at=now + timedelta(days=30))
    assert "ends soon" not in page(signed_in, "lead")


def test_the_account_of_a_named_voice_is_told_to_its_person_alone_and_without_a_name(
    company: Company, trial: Account, signed_in: SignIn
) -> None:
    held = Holding.objects.get(account=trial)
    held.voice = company.paul
    held.save()
    person = company.people["expert"]
    Tenure.objects.create(
        voice=company.paul, holder=str(person.pk), role="principal", from_on=date(2012, 1, 1)
    )
    break_account(trial)

    told = page(signed_in, "expert")
    assert "your own account" in told
    assert "Paul" not in told
    assert "no longer takes the sign-in" not in page(signed_in, "lead")


def test_an_import_that_stopped_is_told_to_who_may_import(company: Company, signed_in: SignIn) -> None:
    an_import(company.brand, lease=timedelta(minutes=-1))

    assert "is not all in" in page(signed_in, "lead")
    assert "is not all in" not in page(signed_in, "ambassador")


def test_refused_lines_are_told_with_where_their_list_lies(company: Company, signed_in: SignIn) -> None:
    run = an_import(company.brand, lease=timedelta(0))
    Import.objects.filter(pk=run.pk).update(rejected_count=3)
    run.intake.known_at_us = clock.to_us(clock.now())
    run.intake.save()

    told = page(signed_in, "lead")
    assert "3 lines of" in told
    assert "-rejects.csv" in told


def test_what_ends_soon_is_told_to_the_lead_with_its_day_and_without_a_name(
    company: Company, signed_in: SignIn
) -> None:
    today = company.brand.day(clock.now())
    Phase.objects.create(
        brand=company.brand,
        slug="test",
        kind="test",
        from_on=today - timedelta(days=90),
        to_on=today + timedelta(days=20),
    )
    Tenure.objects.update(to_on=today + timedelta(days=10))
    company.people["ambassador"].name = "Jeanne Martin"
    company.people["ambassador"].save()

    told = page(signed_in, "lead")
    assert "The trial of Acme ends" in told
    assert "time with Marion ends" in told
    assert "Jeanne" not in told
    assert "ends" not in page(signed_in, "manager")


def test_a_guests_access_that_ends_within_two_weeks_is_told_to_the_lead(
    company: Company, signed_in: SignIn
) -> None:
    today = company.brand.day(clock.now())
    guests = Membership.objects.filter(user=company.people["consultant"])
    guests.update(expires_on=today + timedelta(days=14))
    assert "The access of consultant@example.org ends" in page(signed_in, "lead")

    guests.update(expires_on=today + timedelta(days=15))
    assert "The access of" not in page(signed_in, "lead")


def test_a_persona_without_a_principal_holder_is_told_to_the_lead_alone(
    company: Company, signed_in: SignIn
) -> None:
    assert "Hugo has no principal holder" in page(signed_in, "lead")
    assert "Marion has no principal holder" not in page(signed_in, "lead")
    for who in ("ambassador", "manager", "administrator", "consultant"):
        assert "principal holder" not in page(signed_in, who)


def test_many_personas_without_a_holder_have_one_card_together(company: Company, signed_in: SignIn) -> None:
    for name in ("ines", "lucie", "nadia"):
        Voice.objects.create(
            brand=company.brand, slug=name, first_name=name.title(), kind="persona", state="active"
        )

    told = page(signed_in, "lead")
    assert "4 personas have no principal holder" in told
    assert "Hugo has no" not in told


def test_a_voice_that_has_been_paused_for_long_is_told_to_the_lead(
    company: Company, signed_in: SignIn
) -> None:
    Voice.objects.filter(pk=company.hugo.pk).update(state="paused")
    moved = JournalEntry.objects.create(
        brand=company.brand, action="programme.voice.moved", subject=f"voice:{company.hugo.pk}"
    )
    assert "paused for more than a month" not in page(signed_in, "lead")

    JournalEntry.objects.filter(pk=moved.pk).update(at=clock.now() - timedelta(days=31))
    assert "Hugo has been paused for more than a month" in page(signed_in, "lead")


def test_a_named_voice_without_a_consent_that_counts_is_told_to_its_person_alone(
    company: Company, signed_in: SignIn
) -> None:
    person = company.people["expert"]
    Tenure.objects.create(
        voice=company.paul, holder=str(person.pk), role="principal", from_on=date(2012, 1, 1)
    )

    assert "no consent counts at present" in page(signed_in, "expert")
    assert "no consent counts" not in page(signed_in, "lead")


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
