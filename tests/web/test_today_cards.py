"""The cards of Today: what waits, for whom, and until when."""

from datetime import date, timedelta

import pytest

from portevoix.core import clock
from portevoix.ledger.models import Import
from portevoix.measures.models import Comment
from portevoix.networks.models import Account, Connection, Holding
from portevoix.people.models import JournalEntry, Membership
from portevoix.programme.models import Phase, Tenure, Voice
from tests.web.conftest import Company, SignIn
from tests.web.imports import an_import
from tests.web.today import break_account, closed, computed, last_month, page


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
    assert "/b/acme/imports/" in told


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
