"""The public list of personas on the page of the brand's own account."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portevoix.core import clock
from portevoix.networks.actions.trials import open_accounts
from portevoix.networks.models import Account, Connection, Holding, PublicList
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.config import default_file
from portevoix.networks.sandbox.faults import Fault
from portevoix.people.journal import SYSTEM
from portevoix.programme.models import Voice
from tests.web.conftest import Company, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(company: Company, data_folder: Path) -> Account:
    """Return the account of the brand's own voice on the sandbox, where its personas have theirs."""
    Voice.objects.create(brand=company.brand, slug="acme", name="Acme", kind="brand", state="active")
    open_accounts(company.brand, "sandbox", by=SYSTEM, now=clock.now())
    return Account.objects.get(remote_id="acme.acme")


@pytest.fixture
def backstage(own: Account) -> Iterator[Backstage]:
    """Return the sandbox's directors' side."""
    with Backstage(default_file()) as behind:
        yield behind


def path(account: Account, voice: str = "acme") -> str:
    """Return the address of an account's page."""
    return f"/b/acme/accounts/{voice}/{account.pk}/"


def page(client: Client, account: Account, voice: str = "acme") -> str:
    """Return an account's page."""
    return client.get(path(account, voice)).content.decode()


def test_the_lead_has_the_list_kept_and_undoes_it(company: Company, signed_in: SignIn, own: Account) -> None:
    client = signed_in("lead")
    assert "Keep the public list here" in page(client, own)
    assert client.post(f"{path(own)}list/").status_code == 302
    shown = page(client, own)
    assert "This account keeps the public list from now on." in shown
    assert "Kept here: 2 accounts" in shown
    assert PublicList.objects.get().members == ["acme.hugo", "acme.marion"]
    client.post(f"{path(own)}list/", {"keep": "no"})
    assert "Keep the public list here" in page(client, own)
    assert not PublicList.objects.exists()


def test_a_list_that_could_not_be_kept_says_why_and_what_follows(
    company: Company, signed_in: SignIn, own: Account, backstage: Backstage
) -> None:
    client = signed_in("lead")
    backstage.order("acme.acme", Fault.UNREACHABLE, verb="keep_list")
    client.post(f"{path(own)}list/")
    shown = page(client, own)
    assert "It could not be brought up to date" in shown
    assert "will try again by itself" in shown


def test_a_connection_that_may_not_keep_lists_says_so(
    company: Company, signed_in: SignIn, own: Account
) -> None:
    Connection.objects.filter(account=own).update(granted=["publish"])
    shown = page(signed_in("lead"), own)
    assert "agree to it" in shown
    assert "Keep the public list here" not in shown


def test_another_account_takes_the_list_over_and_says_who_kept_it(
    company: Company, signed_in: SignIn, own: Account
) -> None:
    client = signed_in("lead")
    client.post(f"{path(own)}list/")
    second = Account.objects.create(
        brand=company.brand, network="sandbox", remote_id="second", handle="second"
    )
    Holding.objects.create(voice=Voice.objects.get(slug="acme"), account=second)
    Connection.objects.create(account=second, options={"account": "second"}, linked_at=clock.now())
    shown = page(client, second)
    assert "acme.acme keeps it." in shown
    assert "Keep it here instead" in shown


def test_only_the_lead_and_only_on_the_brands_own_account(
    company: Company, signed_in: SignIn, own: Account
) -> None:
    marions = Account.objects.get(remote_id="acme.marion")
    for who, account, voice in (("lead", marions, "marion"), ("ambassador", marions, "marion")):
        assert "public list" not in page(signed_in(who), account, voice).lower().replace(
            "keep the public list of the family", ""
        )
    assert signed_in("ambassador").post(f"{path(marions, 'marion')}list/").status_code == 404
    told = signed_in("lead").post(f"{path(marions, 'marion')}list/", follow=True).content.decode()
    assert "own voice, on a network that has lists" in told
    assert not PublicList.objects.exists()


def test_the_page_with_the_list_asks_little_of_the_database(
    company: Company,
    signed_in: SignIn,
    own: Account,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in("lead")
    client.post(f"{path(own)}list/")
    page(client, own)
    with django_assert_max_num_queries(12):
        page(client, own)


def test_a_rule_that_stands_nowhere_on_the_web_has_no_link(
    company: Company, signed_in: SignIn, own: Account
) -> None:
    assert "capabilities.md" not in page(signed_in("lead"), own)
