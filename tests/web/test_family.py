"""The family's page: who the voices are, and who is never listed beside them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portevoix.core import clock
from portevoix.measures.models import ClosedLine, Closing, Scorecard, ScorecardLine
from portevoix.networks.errors import NeedsReconnection
from portevoix.networks.models import Account, Connection, Holding
from portevoix.people.models import JournalEntry
from portevoix.programme.models import EditorialLine, Phase, ProductRange, Sphere, Tenure, Voice
from tests.web.conftest import Company, SignIn, at
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of

PATH = "/b/acme/family/"


def test_each_voice_stands_in_its_sphere_with_kind_range_accounts_and_state(
    company: Company, signed_in: SignIn
) -> None:
    sphere = Sphere.objects.create(brand=company.brand, key="business")
    offered = ProductRange.objects.create(brand=company.brand, slug="hr", name="Human resources")
    Voice.objects.filter(pk=company.marion.pk).update(sphere=sphere, product_range=offered)
    told = text_of(signed_in("lead"), PATH)
    assert "Business 1 Marion Persona · Human resources X u1 not connected Active" in told
    assert "In no sphere yet 1 Hugo Persona X u2 not connected Active" in told


def test_a_named_voice_is_never_listed_beside_a_persona(company: Company, signed_in: SignIn) -> None:
    for role in ("lead", "manager", "administrator"):
        told = text_of(signed_in(role), PATH)
        assert "Marion" in told
        assert "Paul" not in told
        assert "u3" not in told


def test_an_account_that_was_handed_over_stands_with_whom_it_is_now(
    company: Company, signed_in: SignIn
) -> None:
    account = Account.objects.get(handle="u1")
    Holding.objects.filter(account=account).update(to_at=at(5))
    Holding.objects.create(account=account, voice=company.hugo, from_at=at(5))
    told = text_of(signed_in("lead"), PATH)
    assert "Hugo Persona X u1 not connected X u2 not connected Active" in told
    assert "Marion Persona No account at present Active" in told


def test_closed_voices_come_last_in_their_sphere(company: Company, signed_in: SignIn) -> None:
    Voice.objects.filter(pk=company.hugo.pk).update(state="closed")
    page = signed_in("lead").get(PATH).content.decode()
    assert re.findall(r"<h3><a[^>]*>(\w+)</a></h3>", page) == ["Marion", "Hugo"]


def test_a_brand_without_voices_is_shown_how_to_write_one(company: Company, signed_in: SignIn) -> None:
    told = text_of(signed_in("administrator"), "/b/other/family/")
    assert "portevoix programme init programme.yaml" in told


def test_the_page_costs_little_however_large_the_family(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    for number in range(60):
        voice = Voice.objects.create(
            brand=company.brand, slug=f"v{number}", kind="persona", first_name=f"Voice {number}"
        )
        account = Account.objects.create(brand=company.brand, network="x", remote_id=f"n{number}")
        Holding.objects.create(voice=voice, account=account)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(PATH)
    assert len(queries) <= SQL_BUDGET
    assert len(page.content) < HTML_BUDGET


def test_a_voice_has_a_page_with_who_it_is_and_its_last_figures_which_open(
    company: Company, signed_in: SignIn
) -> None:
    about = {"biography": "Writes about\ntraining.", "watch_domain": "Skills", "languages": ["fr", "tlh"]}
    Voice.objects.filter(pk=company.marion.pk).update(**about)
    lead = signed_in("lead")
    told = text_of(lead, f"{PATH}marion/")
    assert "Biography Writes about training. Watches Skills Languages French, tlh" in told
    assert "Accounts X u1 not connected told until July 8, 2012" in told
    assert "July 2012 Computed Aug. 2, 2012, 09:30 ." in told
    assert "Likes received 60 June 2012: 7" in told
    page = lead.get(f"{PATH}marion/").content.decode()
    assert lead.get(company.path("marion/likes_received/")).status_code == 200
    assert f'href="{company.path("marion/likes_received/")}"' in page


def test_a_manager_sees_who_a_voice_is_and_none_of_its_figures(company: Company, signed_in: SignIn) -> None:
    told = text_of(signed_in("manager"), f"{PATH}marion/")
    assert "Accounts X u1" in told
    assert "received" not in told
    assert "60" not in told


def test_a_named_voice_and_one_of_another_brand_have_no_page(company: Company, signed_in: SignIn) -> None:
    Voice.objects.create(brand=company.elsewhere, slug="eve", kind="persona")
    for slug in ("paul", "eve", "nobody"):
        assert signed_in("lead").get(f"{PATH}{slug}/").status_code == 404


def test_a_family_is_narrowed_by_links_alone(company: Company, signed_in: SignIn) -> None:
    Voice.objects.filter(pk=company.hugo.pk).update(state="paused")
    lead = signed_in("lead")
    told, page = text_of(lead, f"{PATH}?state=paused"), lead.get(PATH).content.decode()

    assert "1 of 2 voices" in told
    assert "Hugo" in told
    assert "Marion" not in told
    assert re.search(r'href="\?state=paused">Paused <span class="num">1<', page)
    assert 'href="?sphere=' not in page  # there is nothing to choose


def test_choices_that_describe_nobody_say_what_to_do(company: Company, signed_in: SignIn) -> None:
    told = text_of(signed_in("lead"), f"{PATH}?state=closed")
    assert "0 of 2 voices" in told
    assert "Take one choice back above" in told


def test_an_account_that_asks_for_its_connection_says_so_in_words(
    company: Company, signed_in: SignIn
) -> None:
    account = Account.objects.get(handle="u1")
    Account.objects.filter(pk=account.pk).update(network="sandbox")
    Connection.objects.create(
        account=account, linked_at=at(1), is_broken=True, failure="needs_reconnection", last_success_at=at(2)
    )
    advice = re.escape(NeedsReconnection().advice)

    assert "Sandbox u1 asks to be connected again" in text_of(signed_in("lead"), PATH)
    assert re.search(
        rf"Sandbox u1 asks to be connected again\. {advice}",
        unescape(text_of(signed_in("lead"), f"{PATH}marion/")),
    )


def test_what_holds_for_a_voice_is_the_line_in_force_and_the_least_ceiling_of_its_phases(
    company: Company, signed_in: SignIn
) -> None:
    day = clock.now().date()
    EditorialLine.objects.create(
        brand=company.brand, version=1, from_on=day, disclosure="A voice of Acme.", tone="Plain.", topics=["law"],
        forbidden_words=["best"], courtesy=["Thank"], commercial_ceiling=30,
    )  # fmt: skip
    elsewhere = ProductRange.objects.create(brand=company.brand, slug="tax", name="Tax")
    for slug, ceiling, offered in (("expertise", 20, None), ("relations", 5, elsewhere)):
        Phase.objects.create(
            brand=company.brand, slug=slug, kind=slug, from_on=day, to_on=day + timedelta(days=10),
            commercial_ceiling=ceiling, product_range=offered,
        )  # fmt: skip
    told = text_of(signed_in("manager"), f"{PATH}marion/")

    assert "Phase: Expertise" in told
    assert "Relations" not in told
    assert "Commercial posts 20% of its posts at most" in told
    assert "Says of itself A voice of Acme. Tone Plain. Topics law Courtesy Thank Never says best" in told
    assert "The phase “Expertise” ends" in told


def test_no_phase_and_no_closing_lie_ahead_of_a_closed_voice(company: Company, signed_in: SignIn) -> None:
    day = clock.now().date()
    Phase.objects.create(
        brand=company.brand, slug="test", kind="test", from_on=day, to_on=day + timedelta(days=10)
    )
    assert "Phase: Test" in text_of(signed_in("lead"), f"{PATH}hugo/")

    Voice.objects.filter(pk=company.hugo.pk).update(state="closed")

    told = text_of(signed_in("lead"), f"{PATH}hugo/")
    assert "Phase: Test" not in told
    assert "The phase “Test” ends" not in told


@pytest.mark.parametrize(
    ("who", "may_know"), [("lead", True), ("ambassador", True), ("expert", False), ("administrator", False)]
)
def test_that_a_deputy_stands_in_is_told_to_the_lead_and_the_holder_alone(
    company: Company, signed_in: SignIn, who: str, may_know: bool
) -> None:
    day = clock.now().date()
    Tenure.objects.create(
        voice=company.marion, holder=str(company.people["reviewer"].pk), role="deputy", from_on=day,
        to_on=day + timedelta(days=3),
    )  # fmt: skip
    told = unescape(text_of(signed_in(who), f"{PATH}marion/"))

    assert ("The deputy's time ends" in told) == may_know
    assert "reviewer@" not in told


def test_a_holder_reads_the_own_days_and_nobody_else_does(company: Company, signed_in: SignIn) -> None:
    line = "Principal holder: you, since Jan. 1, 2012."
    Tenure.objects.create(
        voice=company.marion, holder=str(company.people["ambassador"].pk), role="deputy", from_on="2011-01-01",
        to_on="2011-02-01",
    )  # fmt: skip
    seen = {
        who
        for who in company.people
        if who != "stranger" and line in text_of(signed_in(who), f"{PATH}marion/")
    }
    assert seen == {"ambassador"}
    assert "Deputy: you, from Jan. 1, 2011 until Jan. 31, 2011." in text_of(
        signed_in("ambassador"), f"{PATH}marion/"
    )


def test_the_lead_reads_who_holds_a_voice_with_a_gesture_that_is_written_down_each_time(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    assert "ambassador@example.org" not in lead.get(f"{PATH}marion/").content.decode()
    assert not JournalEntry.objects.filter(action="programme.holder.read").exists()

    for times in (1, 2):
        answer = lead.post(f"{PATH}marion/holders/")
        assert "ambassador@example.org" in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
        assert JournalEntry.objects.filter(action="programme.holder.read").count() == times


def test_with_a_lost_key_the_page_says_that_nobody_can_tell_who_holds_a_voice(
    company: Company, signed_in: SignIn, settings: Any
) -> None:
    lead = signed_in("lead")
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    answer = lead.post(f"{PATH}marion/holders/")
    assert answer.status_code == 200
    assert "Nobody can tell any more: the account is gone, or no key opens it." in answer.content.decode()
    assert JournalEntry.objects.filter(action="programme.holder.read").count() == 1


@pytest.mark.parametrize("who", ["administrator", "ambassador", "protection_officer", "manager", "stranger"])
def test_nobody_else_is_told_who_holds_a_voice(company: Company, signed_in: SignIn, who: str) -> None:
    client = signed_in(who)
    assert client.post(f"{PATH}marion/holders/").status_code == 404
    assert not JournalEntry.objects.filter(action="programme.holder.read").exists()
    if who != "stranger":
        assert "Who holds it" not in text_of(client, f"{PATH}marion/")


def test_the_figures_of_a_year_are_drawn_and_closed_ones_say_so(company: Company, signed_in: SignIn) -> None:
    june = Scorecard.objects.create(
        brand=company.brand, month="2012-06", fingerprint="f", mark="m", time_zone="UTC", computed_at=at(1)
    )
    line = {"voice": company.marion, "metric": "likes_received", "metric_version": 1}
    ScorecardLine.objects.create(scorecard=june, value=20, **line)
    closing = Closing.objects.create(
        brand=company.brand, month="2012-07", time_zone="UTC", closed_at=at(9), known_until_us=0, basis={},
        metric_versions={}, facts_digest="", digest="",
    )  # fmt: skip
    ClosedLine.objects.create(closing=closing, value=58, previous=20, **line)
    told, page = text_of(signed_in("lead"), f"{PATH}marion/"), signed_in("lead").get(f"{PATH}marion/").content

    assert "Closed: these figures stay as they are." in told
    assert "Likes received 58 June 2012: 20" in told
    assert b'class="spark"' in page


def test_a_voice_without_a_line_says_that_nothing_was_told(company: Company, signed_in: SignIn) -> None:
    Voice.objects.create(brand=company.brand, slug="nadia", kind="persona", first_name="Nadia")
    told = text_of(signed_in("lead"), f"{PATH}nadia/")
    assert "Not written yet" in told
    assert "No source has told anything of this voice yet." in told


def test_the_page_of_a_voice_costs_little(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"{PATH}marion/")
    assert len(queries) <= SQL_BUDGET
    assert len(page.content) < HTML_BUDGET
