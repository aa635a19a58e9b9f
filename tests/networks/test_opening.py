"""What runs out is renewed before it is used, once, and nothing that a network gives is lost."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from portevoix.networks.actions.linking import link
from portevoix.networks.actions.opening import LEASE, opened, renew
from portevoix.networks.errors import (
    AccessExpired,
    CeilingReached,
    NeedsReconnection,
    RateLimited,
    ReadingPaused,
    Unreachable,
)
from portevoix.networks.metering import StoredMeter, spent
from portevoix.networks.models import Account, Connection, Spending
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry
from tests.networks.harbour import HOUR, Harbour, Port, credentials, harbour

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DUE = NOW + HOUR * 0.8


@pytest.fixture
def port() -> Iterator[Port]:
    """Let there be the harbour."""
    with harbour() as port:
        yield port


@pytest.fixture
def connection(port: Port, data_folder: Path) -> Connection:
    """Return a connection that lasts an hour."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="UTC")
    account = Account.objects.create(brand=brand, network="harbour", remote_id="marion")
    return link(account, options={}, credentials=credentials("marion", NOW), by=SYSTEM, now=NOW)


def stored(connection: Connection) -> dict[str, str]:
    """Return the credentials as the database has them."""
    told: dict[str, str] = json.loads(Connection.objects.get(pk=connection.pk).credentials)
    return told


def test_a_link_says_until_when_it_lasts(connection: Connection) -> None:
    assert connection.renew_at == NOW + HOUR * 0.75
    assert connection.ends_at == NOW + HOUR + timedelta(days=30)


def test_what_lasts_is_used_as_it_is(connection: Connection) -> None:
    with opened(connection, now=NOW) as door:
        door.verify(NOW)
    assert stored(connection)["token"] == "token-1"


def test_what_runs_out_is_renewed_and_stored_before_it_is_used(connection: Connection) -> None:
    with opened(connection, now=DUE) as door:
        assert stored(connection)["token"] == "token-2"
        door.verify(DUE + HOUR * 0.9)
    again = Connection.objects.get(pk=connection.pk)
    assert again.renew_at == DUE + HOUR * 0.75
    assert again.renewing_until is None


def test_while_one_renews_another_waits(connection: Connection, port: Port) -> None:
    Connection.objects.filter(pk=connection.pk).update(renewing_until=DUE + LEASE)
    with pytest.raises(AccessExpired):
        renew(connection, now=DUE)
    assert port.given == 1
    renew(connection, now=DUE + LEASE)
    assert port.given == 2


def test_what_somebody_renewed_meanwhile_is_not_renewed_again(connection: Connection, port: Port) -> None:
    renew(Connection.objects.get(pk=connection.pk), now=DUE)
    renew(connection, now=DUE)
    assert port.given == 2
    assert json.loads(connection.credentials)["token"] == "token-2"


def test_a_network_that_cannot_be_reached_has_revoked_nothing(connection: Connection, port: Port) -> None:
    port.trouble = Unreachable("down")
    with pytest.raises(Unreachable), opened(connection, now=DUE):
        pass
    again = Connection.objects.get(pk=connection.pk)
    assert (again.is_broken, again.renewing_until) == (False, None)
    with opened(again, now=DUE + timedelta(minutes=1)) as door:
        door.verify(DUE)


def test_a_network_that_takes_no_refresh_any_more_asks_for_a_person(
    connection: Connection, port: Port
) -> None:
    port.refreshes.clear()
    with pytest.raises(NeedsReconnection), opened(connection, now=DUE):
        pass
    assert Connection.objects.get(pk=connection.pk).is_broken
    assert JournalEntry.objects.filter(action="networks.connection.failed").count() == 1


def test_what_runs_out_early_is_renewed_by_the_next(connection: Connection) -> None:
    late = NOW + HOUR
    Connection.objects.filter(pk=connection.pk).update(renew_at=late + HOUR)
    connection.refresh_from_db()
    with pytest.raises(AccessExpired), opened(connection, now=late) as door:
        door.verify(late)
    connection.refresh_from_db()
    with opened(connection, now=late) as door:
        door.verify(late)


def price(_network: str, what: str, _on: object) -> Decimal:
    """Return what things cost at the harbour."""
    return {"post": Decimal("0.20"), "profile": Decimal("0.01")}.get(what, Decimal(0))


def test_what_calls_cost_is_noted_by_month_and_the_ceiling_stops_before_it_is_passed(
    connection: Connection,
) -> None:
    Connection.objects.filter(pk=connection.pk).update(ceiling=Decimal("0.41"))
    meter = StoredMeter(connection, "harbour", price)
    meter.charge("post", now=NOW)
    meter.charge("nothing", 1000, now=NOW)
    meter.charge("post", now=NOW)
    with pytest.raises(CeilingReached):
        meter.charge("post", now=NOW)
    meter.charge("profile", now=NOW)
    assert spent(connection, NOW) == Decimal("0.41")
    assert [(each.what, each.count) for each in Spending.objects.all()] == [("post", 2), ("profile", 1)]
    meter.charge("post", now=NOW + timedelta(days=9))
    assert spent(connection, NOW + timedelta(days=9)) == Decimal("0.20")


def test_readings_leave_a_fifth_of_the_ceiling_to_what_is_said(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(ceiling=Decimal("1.00"))
    meter = StoredMeter(connection, "harbour", price)
    meter.charge("profile", 80, now=NOW, is_reading=True)
    with pytest.raises(ReadingPaused):
        meter.charge("profile", now=NOW, is_reading=True)
    meter.charge("post", now=NOW)
    assert spent(connection, NOW) == Decimal("1.00")


def test_what_was_charged_and_not_used_is_given_back(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(ceiling=Decimal("0.40"))
    meter = StoredMeter(connection, "harbour", price)
    meter.charge("post", 2, now=NOW)
    meter.spare("post", now=NOW)
    meter.spare("nothing", 5, now=NOW)
    assert spent(connection, NOW) == Decimal("0.20")
    meter.spare("post", 2, now=NOW)
    assert spent(connection, NOW) == Decimal("0.20")
    meter.charge("post", now=NOW)
    assert [(each.what, each.count) for each in Spending.objects.all()] == [("post", 2)]


def test_calls_of_a_window_that_no_network_tells_are_counted(connection: Connection) -> None:
    meter = StoredMeter(connection, "harbour", price)
    for _turn in (1, 2):
        meter.use("sessions", 2, HOUR, now=NOW)
    with pytest.raises(RateLimited) as caught:
        meter.use("sessions", 2, HOUR, now=NOW + HOUR / 2)
    assert caught.value.retry_at == NOW + HOUR
    meter.use("sessions", 2, HOUR, now=NOW + HOUR)


def test_what_a_network_left_of_a_rate_is_kept_until_it_begins_anew(connection: Connection) -> None:
    meter = StoredMeter(connection, "harbour", price)
    meter.require("reads", 300, now=NOW)
    meter.told("reads", 2, NOW + HOUR)
    meter.require("reads", 2, now=NOW)
    with pytest.raises(RateLimited) as caught:
        meter.require("reads", 3, now=NOW)
    assert caught.value.retry_at == NOW + HOUR
    meter.told("reads", 0, NOW + 2 * HOUR)
    with pytest.raises(RateLimited):
        meter.require("reads", now=NOW + HOUR)
    meter.require("reads", now=NOW + 2 * HOUR)


def test_a_renewal_never_overwrites_what_a_person_has_just_brought(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = Harbour.renew

    def slowly(door: Harbour, now: datetime) -> str:
        fresh = inner(door, now)
        account = Account.objects.get(pk=connection.account_id)
        link(account, options={}, credentials=credentials("marion", now), by=SYSTEM, now=now)
        return fresh

    monkeypatch.setattr(Harbour, "renew", slowly)
    renew(connection, now=DUE)
    assert stored(connection)["token"] == "token-3"
    assert json.loads(connection.credentials)["token"] == "token-3"
