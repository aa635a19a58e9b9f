"""The family's page: who the voices are, and who is never listed beside them."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portevoix.networks.models import Account, Holding
from portevoix.programme.models import ProductRange, Sphere, Voice
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
    assert "Business Marion Persona · Human resources X u1 Active" in told
    assert "In no sphere yet Hugo Persona X u2 Active" in told


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
    assert "Hugo Persona X u1 X u2 Active" in told
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
    assert "Biography Writes about training. Watches Skills Languages French, tlh Accounts X u1" in told
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
