"""Settings, the accounts of a voice: held from when to when, connected, and how they fare."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portevoix.core import clock
from portevoix.networks.models import Account, Connection, Holding
from portevoix.networks.registry import NETWORKS, Network
from portevoix.programme.models import Voice
from tests.web.conftest import Company, SignIn, at
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of
from tests.web.undoing import told, undo

PAGE = "/b/acme/settings/voices/marion/"
SENT = {
    "network": "mastodon",
    "handle": "@marion@social.example",
    "remote_id": "https://social.example/marion",
}
SENT |= {"url": "", "from": "2026-06-01", "to": ""}


@pytest.fixture
def sandbox(company: Company, data_folder: Path) -> Holding:
    """Return Marion's holding of an account of the sandbox."""
    account = Account.objects.create(
        brand=company.brand, network="sandbox", remote_id="marion", handle="marion"
    )
    return Holding.objects.create(voice=company.marion, account=account)


def connected(holding: Holding, **fields: Any) -> Connection:
    return Connection.objects.create(
        account=holding.account, options={"account": "marion"}, linked_at=at(1), **fields
    )


def test_an_account_is_held_and_the_holding_undone(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    assert lead.post(f"{PAGE}accounts/", SENT).headers["Location"] == PAGE
    holding = Holding.objects.get(account__network="mastodon")
    assert holding.from_at == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert holding.account.handle == "marion@social.example"
    undo(lead, PAGE)
    assert not Holding.objects.filter(account__network="mastodon").exists()
    assert Account.objects.filter(network="mastodon").exists()


def test_an_account_that_another_voice_holds_is_refused_with_what_was_typed(
    company: Company, signed_in: SignIn
) -> None:
    answer = signed_in("lead").post(f"{PAGE}accounts/", {**SENT, "network": "x", "remote_id": "2"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "“hugo” holds this account at the same time" in page
    assert 'value="@marion@social.example"' in page


def test_what_is_wrong_with_an_account_is_told_at_its_field(company: Company, signed_in: SignIn) -> None:
    page = signed_in("lead").post(f"{PAGE}accounts/", {**SENT, "remote_id": "", "url": "marion"})
    content = page.content.decode()
    assert "this is empty" in content.split('id="account-remote_id_error"')[1].split("</div>")[0]
    assert "begins with https://" in content.split('id="account-url_error"')[1].split("</div>")[0]


def test_an_account_has_a_last_day_that_is_undone(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    holding = Holding.objects.get(voice=company.marion)
    lead.post(f"{PAGE}accounts/{holding.pk}/end/", {"to": "2026-02-01"})
    holding.refresh_from_db()
    assert holding.to_at == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert "X u1 until Feb. 1, 2026" in text_of(signed_in("lead"), PAGE)
    lead.post(f"{PAGE}accounts/{holding.pk}/end/", {"to": "2026-03-01"})
    undo(lead, PAGE)
    holding.refresh_from_db()
    assert holding.to_at == datetime(2026, 1, 31, 23, tzinfo=UTC)


def test_a_last_day_before_the_first_is_refused_at_its_field(company: Company, signed_in: SignIn) -> None:
    holding = Holding.objects.get(voice=company.marion)
    Holding.objects.filter(pk=holding.pk).update(from_at=at(5))
    answer = signed_in("lead").post(f"{PAGE}accounts/{holding.pk}/end/", {"to": "2012-01-01"})
    assert answer.status_code == 400
    assert "must be later than" in answer.content.decode()
    holding.refresh_from_db()
    assert holding.to_at is None


def test_a_sandbox_account_is_connected_from_its_page(
    company: Company, signed_in: SignIn, sandbox: Holding
) -> None:
    lead = signed_in("lead")
    assert "Not connected: nothing is read from it by itself." in text_of(lead, PAGE)
    lead.post(f"{PAGE}accounts/{sandbox.pk}/connect/", {"account": "marion", "token": ""})
    assert told(lead, PAGE)[0].startswith("The account is connected.")
    assert Connection.objects.get().options == {"account": "marion"}
    assert "Connected; not read yet." in text_of(lead, PAGE)


def test_what_another_account_is_connected_to_is_not_taken_over(
    company: Company, signed_in: SignIn, sandbox: Holding
) -> None:
    theirs = Account.objects.create(brand=company.elsewhere, network="sandbox", remote_id="t", handle="t")
    Connection.objects.create(
        account=theirs, options={"account": "marion"}, credentials="kept", linked_at=at(1)
    )
    answer = signed_in("lead").post(
        f"{PAGE}accounts/{sandbox.pk}/connect/", {"account": "marion", "token": ""}
    )
    assert answer.status_code == 400
    assert "connected to this already" in answer.content.decode()
    assert Connection.objects.get().credentials == "kept"


def test_options_that_cannot_be_used_are_told_with_what_was_typed(
    company: Company, signed_in: SignIn, sandbox: Holding
) -> None:
    answer = signed_in("lead").post(f"{PAGE}accounts/{sandbox.pk}/connect/", {"account": "a/b", "token": ""})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "without a slash" in page
    assert 'value="a/b"' in page


def test_a_broken_account_says_what_to_do_where_it_is_mended(
    company: Company, signed_in: SignIn, sandbox: Holding
) -> None:
    connected(sandbox, is_broken=True, failure="needs_reconnection", last_success_at=at(2))
    page = signed_in("lead").get(PAGE).content.decode()
    assert "Sandbox, marion: asks to be connected again" in page
    assert "connect this account again" in page
    assert f'href="#account-{sandbox.pk}"' in page


def test_an_account_that_is_well_says_when_it_was_read(
    company: Company, signed_in: SignIn, sandbox: Holding
) -> None:
    connected(sandbox, last_success_at=at(2))
    assert "All is well. Last read July 2, 2012, 14:00 ." in text_of(signed_in("lead"), PAGE)


def test_a_network_without_a_connector_says_so_and_connects_nothing(
    company: Company, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NETWORKS, "viadeo", Network("viadeo", "Viadeo"))
    lead = signed_in("lead")
    holding = Holding.objects.get(voice=company.marion)
    Account.objects.filter(pk=holding.account_id).update(network="viadeo")
    assert "Its figures come by file." in text_of(lead, PAGE)
    assert lead.post(f"{PAGE}accounts/{holding.pk}/connect/", {}).status_code == 404


def test_a_token_is_never_shown(company: Company, signed_in: SignIn, sandbox: Holding) -> None:
    connected(sandbox, credentials="very-secret-token")
    wrong = {"account": "a/b", "token": "another-secret-token"}
    lead = signed_in("lead")
    pages = (lead.get(PAGE), lead.post(f"{PAGE}accounts/{sandbox.pk}/connect/", wrong))
    assert not any("secret-token" in page.content.decode() for page in pages)


def test_an_account_of_another_voice_is_not_to_be_found(company: Company, signed_in: SignIn) -> None:
    other = Holding.objects.get(voice=company.hugo)
    for gesture in ("end", "let-go", "connect"):
        address = f"{PAGE}accounts/{other.pk}/{gesture}/"
        assert signed_in("lead").post(address, {"to": "2026-01-01"}).status_code == 404
    assert Holding.objects.filter(pk=other.pk, to_at=None).exists()


@pytest.mark.parametrize("who", ["ambassador", "manager", "consultant", "stranger"])
def test_nobody_else_touches_accounts(company: Company, signed_in: SignIn, who: str) -> None:
    holding = Holding.objects.get(voice=company.marion)
    for address in ("", *(f"{holding.pk}/{gesture}/" for gesture in ("end", "let-go", "connect"))):
        assert signed_in(who).post(f"{PAGE}accounts/{address}", SENT).status_code == 404
    assert Holding.objects.count() == 3


def test_the_page_costs_little_with_twelve_accounts(
    company: Company,
    signed_in: SignIn,
    data_folder: Path,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for number in range(12):
        account = Account.objects.create(brand=company.brand, network="sandbox", remote_id=f"m{number}")
        connected(Holding.objects.create(voice=company.marion, account=account), last_success_at=clock.now())
    Voice.objects.filter(pk=company.marion.pk).update(biography="A voice of Acme.")
    client = signed_in("lead")
    with django_assert_max_num_queries(SQL_BUDGET):
        page = client.get(PAGE)
    assert len(page.content) < HTML_BUDGET
