"""Colleagues under their own name: apart from personas, with their consent, their figures their own."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.networks.models import Account, Holding
from portevoix.programme.models import Consent, Tenure, Voice
from tests.web.conftest import Company, SignIn, at
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of

PATH = "/b/acme/colleagues/"
DAY = at(1).date()


def _figures_of(company: Company) -> None:
    """Give Paul a line, and make the expert the person who speaks as Paul."""
    card = Scorecard.objects.get(brand=company.brand)
    line = {"metric": "likes_received", "metric_version": 1, "value": 4321}
    ScorecardLine.objects.create(scorecard=card, voice=company.paul, **line)
    holder = str(company.people["expert"].pk)
    Tenure.objects.create(voice=company.paul, holder=holder, role="principal", from_on=DAY)


def test_no_persona_stands_on_their_pages_nor_is_linked_from_them(
    company: Company, signed_in: SignIn
) -> None:
    for path in (PATH, f"{PATH}paul/"):
        page = signed_in("lead").get(path).content.decode()
        assert "Paul" in page
        assert "X</b> u3" in page
        for persona in ("Marion", "Hugo", "/family/marion", "/family/hugo"):
            assert persona not in page
    assert signed_in("lead").get(f"{PATH}marion/").status_code == 404


@pytest.mark.parametrize(
    ("revoked_on", "told"),
    [(None, "Consent given on July 1, 2012"), (at(3).date(), "Consent revoked on July 3, 2012")],
)
def test_the_consent_that_counts_is_told_or_when_it_was_taken_back(
    company: Company, signed_in: SignIn, revoked_on: date | None, told: str
) -> None:
    Consent.objects.create(voice=company.paul, given_on=DAY, revoked_on=revoked_on)
    assert told in text_of(signed_in("expert"), PATH)
    page = text_of(signed_in("expert"), f"{PATH}paul/")
    assert ("Without one that counts, this voice does not speak." in page) == bool(revoked_on)


def test_without_a_consent_that_is_said(company: Company, signed_in: SignIn) -> None:
    assert "No consent is recorded" in text_of(signed_in("lead"), PATH)


@pytest.mark.parametrize(
    ("who", "is_shared", "is_revoked", "shown"),
    [
        ("expert", False, False, True),
        ("lead", False, False, False),
        ("lead", True, False, True),
        ("lead", True, True, False),
        ("manager", True, False, False),
        ("administrator", False, False, False),
    ],
)
def test_figures_are_the_persons_own_unless_the_consent_in_force_shares_them(
    company: Company, signed_in: SignIn, who: str, is_shared: bool, is_revoked: bool, shown: bool
) -> None:
    _figures_of(company)
    revoked_on = at(3).date() if is_revoked else None
    Consent.objects.create(
        voice=company.paul, given_on=DAY, revoked_on=revoked_on, is_sharing_figures=is_shared
    )
    assert ("4,321" in text_of(signed_in(who), f"{PATH}paul/")) == shown


def test_a_brand_without_any_is_shown_how_to_write_one(company: Company, signed_in: SignIn) -> None:
    assert "kind: named" in text_of(signed_in("administrator"), "/b/other/colleagues/")


def test_their_pages_cost_little_however_many_they_are(company: Company, signed_in: SignIn) -> None:
    _figures_of(company)
    for number in range(60):
        voice = Voice.objects.create(
            brand=company.brand, slug=f"v{number}", kind="named", name=f"Voice {number}"
        )
        account = Account.objects.create(brand=company.brand, network="x", remote_id=f"n{number}")
        Holding.objects.create(voice=voice, account=account)
        Consent.objects.create(voice=voice, given_on=DAY)
    client = signed_in("expert")
    for path in (PATH, f"{PATH}paul/"):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path)
        assert len(queries) <= SQL_BUDGET
        assert len(page.content) < HTML_BUDGET
