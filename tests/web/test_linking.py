"""The pages on which accounts are linked to a voice."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portevoix.core import clock
from portevoix.networks.errors import Unreachable
from portevoix.networks.models import Account, Connection, Holding, UnderWay
from tests.networks.harbour import Port, harbour
from tests.web.conftest import Company, SignIn

pytestmark = pytest.mark.django_db

ACCOUNTS = "/b/acme/accounts/marion/"
HARBOUR = f"{ACCOUNTS}link/harbour/"
TYPED = {"name": "Marion", "password": "open"}


@pytest.fixture(autouse=True)
def port() -> Iterator[Port]:
    """Let there be the harbour."""
    with harbour() as port:
        yield port


def text(client: Client, path: str) -> str:
    """Return a page."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def come_back(client: Client, path: str = HARBOUR) -> str:
    """Sign in at the network, agree, come back; return where that leads to."""
    page = client.post(path, TYPED).content.decode()
    url = page.split('href="https://harbour.example/agree?')[1].split('"')[0]
    told = parse_qs(urlsplit(f"?{url.replace('&amp;', '&')}").query)
    assert told["back"] == ["http://testserver/accounts/back/"]
    answer = client.get("/accounts/back/", {"state": told["state"][0], "code": "yes"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def linked() -> Account:
    """Return the account that was linked."""
    return Account.objects.get(network="harbour")


@pytest.mark.parametrize("who", ["lead", "ambassador"])
def test_an_account_is_linked_by_agreeing_at_the_network(
    company: Company, signed_in: SignIn, who: str
) -> None:
    client = signed_in(who)
    assert "Harbour" in text(client, f"{ACCOUNTS}link/")
    guide = text(client, HARBOUR)
    assert "Go to the harbour" in guide

    where = come_back(client)

    assert where == f"{ACCOUNTS}{linked().pk}/"
    page = text(client, where)
    assert "read counts" in page
    assert "not granted: connect again" in page
    assert "only how many" in page
    assert "The name says whose voice it is" in page
    assert Holding.objects.get(account=linked()).voice == company.marion
    assert "@new" in text(client, ACCOUNTS)


def test_what_was_typed_wrong_stays_and_nothing_secret_comes_back(
    company: Company, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = signed_in("lead").post(HARBOUR, {"name": "Marion", "password": ""})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'value="Marion"' in page
    assert "This is needed." in page


def test_one_chooses_where_a_sign_in_opens_several(company: Company, signed_in: SignIn, port: Port) -> None:
    port.accounts = (("acme", False), ("karim", True))
    client = signed_in("lead")
    where = come_back(client)
    assert where == f"{ACCOUNTS}choose/{UnderWay.objects.get().pk}/"
    assert "own profile" in text(client, where)

    refused = client.post(where, {"account": "karim"})
    assert refused.status_code == 400
    assert "real person" in refused.content.decode()
    assert not Account.objects.filter(network="harbour").exists()

    client.post(where, {"account": "acme"})
    assert linked().remote_id == "acme"


def test_nobody_chooses_in_anothers_sign_in(company: Company, signed_in: SignIn, port: Port) -> None:
    port.accounts = (("acme", False), ("other", False))
    where = come_back(signed_in("lead"))
    assert signed_in("ambassador").get(where).status_code == 404


def test_a_sign_in_that_opens_nothing_says_what_to_do(
    company: Company, signed_in: SignIn, port: Port
) -> None:
    port.accounts = ()
    client = signed_in("lead")
    assert "It opened no account" in text(client, come_back(client))


def test_connecting_again_keeps_everything(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    come_back(client)
    before = Holding.objects.get(account=linked()).from_at
    Connection.objects.update(is_broken=True, failure="needs_reconnection")
    assert "Connect again" in text(client, ACCOUNTS)

    again = f"{HARBOUR}?account={linked().pk}"
    assert "Nothing is lost" in text(client, again)
    come_back(client, again)

    assert not Connection.objects.get(account=linked()).is_broken
    assert Holding.objects.get(account=linked()).from_at == before


def test_another_account_is_not_put_in_its_place(company: Company, signed_in: SignIn, port: Port) -> None:
    client = signed_in("lead")
    come_back(client)
    port.accounts = (("paul", False),)
    page = client.post(f"{HARBOUR}?account={linked().pk}", TYPED).content.decode()
    state = page.split("state=")[1].split("&")[0]
    answer = client.get("/accounts/back/", {"state": state, "code": "yes"})
    assert answer.status_code == 400
    assert "is the account to connect again" in answer.content.decode()


@pytest.mark.parametrize("query", [{}, {"state": "nobody-s", "code": "yes"}, {"error": "access_denied"}])
def test_who_comes_back_from_nowhere_is_told_so(
    company: Company, signed_in: SignIn, query: dict[str, str]
) -> None:
    answer = signed_in("lead").get("/accounts/back/", query)
    assert answer.status_code == 400
    assert "Nothing was linked" in answer.content.decode()


def test_looking_again_asks_the_network(company: Company, signed_in: SignIn, port: Port) -> None:
    client = signed_in("lead")
    where = come_back(client)
    Connection.objects.update(granted=None)
    assert "Nobody has asked the network yet" in text(client, where)
    client.post(f"{where}look/")
    assert "Nobody has asked the network yet" not in text(client, where)
    port.trouble = Unreachable("down")
    assert "could not be reached" in client.post(f"{where}look/", follow=True).content.decode()


def test_a_sign_in_that_ends_soon_says_until_when(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    come_back(client)
    Connection.objects.update(ends_at=clock.now())
    assert "has to be connected again soon" in text(client, ACCOUNTS)


@pytest.mark.parametrize("who", ["manager", "reviewer", "executive", "stranger"])
def test_nobody_else_links(company: Company, signed_in: SignIn, who: str) -> None:
    where = come_back(signed_in("lead"))
    client = signed_in(who)
    for path in (ACCOUNTS, f"{ACCOUNTS}link/", HARBOUR, where):
        assert client.get(path).status_code == 404
    assert client.post(HARBOUR, TYPED).status_code == 404
    assert client.post(f"{where}look/").status_code == 404


def test_pages_of_linking_ask_little_of_the_database(
    company: Company, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("lead")
    where = come_back(client)
    for path in (ACCOUNTS, f"{ACCOUNTS}link/", HARBOUR, where):
        with django_assert_max_num_queries(12):
            assert len(client.get(path).content) < 60_000


def test_what_calls_cost_is_shown_and_the_lead_sets_the_ceiling(
    company: Company, signed_in: SignIn, data_folder: Path
) -> None:
    prices = data_folder / "prices"
    prices.mkdir()
    line = '[[price]]\nwhat = "profile"\namount = "0.5"\nsince = 2020-01-01\n'
    (prices / "harbour.toml").write_text(line, encoding="utf-8")
    client = signed_in("lead")
    where = come_back(client)
    page = text(client, where)
    assert "0.50\N{NO-BREAK SPACE}$" in page
    assert "profile × 1" in page
    assert "Its calls are on hold" not in page

    client.post(f"{where}ceiling/", {"amount": "0.75"})
    assert "could not" not in client.post(f"{where}look/", follow=True).content.decode()
    assert Connection.objects.get(account=linked()).ceiling == Decimal("0.75")
    assert "cost more than the account may spend" in text(client, where)
    for wrong in ("-1", "many", "1000000"):
        told = client.post(f"{where}ceiling/", {"amount": wrong}, follow=True).content.decode()
        assert "Nothing was changed" in told
    holder = signed_in("ambassador")
    assert "Only the lead" in holder.post(f"{where}ceiling/", {"amount": "9"}, follow=True).content.decode()
    assert Connection.objects.get(account=linked()).ceiling == Decimal("0.75")


def test_a_mistake_in_the_list_of_prices_is_told_where_its_costs_stand(
    company: Company, signed_in: SignIn, data_folder: Path
) -> None:
    client = signed_in("lead")
    where = come_back(client)
    (data_folder / "prices").mkdir()
    (data_folder / "prices" / "harbour.toml").write_text("[[price]]\nwhat = profile", encoding="utf-8")
    page = text(client, where)
    assert "Its calls are on hold" in page
    assert "the administrator finds in the log" in page


def test_a_number_that_no_row_has_is_no_page(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    come_back(client)
    for number in ("9" * 9, "9" * 10, "9" * 40):
        for path in (f"{ACCOUNTS}{number}/", f"{ACCOUNTS}choose/{number}/", f"{HARBOUR}?account={number}"):
            assert client.get(path).status_code == 404, path
        for act in ("look", "ceiling", "list"):
            assert client.post(f"{ACCOUNTS}{number}/{act}/").status_code == 404, act
    for named in ("one", "-1", "²"):
        assert client.get(HARBOUR, {"account": named}).status_code == 404, named


def test_an_address_that_runs_something_is_never_a_link(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    come_back(lead)
    pages = (ACCOUNTS, "/b/acme/settings/voices/marion/")
    Account.objects.update(url="https://harbour.example/marion")
    for page in pages:
        assert 'href="https://harbour.example/marion"' in text(lead, page)
    Account.objects.update(url="javascript:alert(1)")
    for page in pages:
        assert "javascript:" not in text(lead, page)
