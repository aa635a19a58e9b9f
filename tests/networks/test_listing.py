"""The public list of a brand's personas: kept through the brand's own account, when who is in it has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portevoix.core.errors import NotAllowed, UserError
from portevoix.networks.actions.linking import link
from portevoix.networks.actions.listing import LATER, keep_due, start, stop
from portevoix.networks.actions.trials import open_accounts
from portevoix.networks.errors import NeedsReconnection, RateLimited, Unreachable
from portevoix.networks.models import Account, Connection, Holding, PublicList
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.config import default_file
from portevoix.networks.sandbox.faults import Fault
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.models import Voice
from tests.networks.harbour import credentials, harbour

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class House:
    """The brand acme: its own voice, two personas of which one is heard, and a named voice, all on the sandbox."""

    brand: Brand
    own: Account
    backstage: Backstage

    def account(self, slug: str) -> Account:
        """Return the account of a voice."""
        return Account.objects.get(brand=self.brand, remote_id=f"acme.{slug}")

    def listed(self) -> set[str]:
        """Return who stands in the list, on the sandbox."""
        lists = self.backstage.lists("acme.official")
        return next(iter(lists.values()), set())

    def kept(self) -> PublicList:
        """Return what is written down of it."""
        return PublicList.objects.get(brand=self.brand)


def voice(brand: Brand, slug: str, kind: str = "persona", state: str = "active") -> Voice:
    """Return a new voice."""
    return Voice.objects.create(brand=brand, slug=slug, first_name=slug.title(), kind=kind, state=state)


@pytest.fixture
def house(data_folder: Path) -> Iterator[House]:
    """Return a brand with accounts."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="UTC")
    for slug, kind, state in (
        ("official", "brand", "active"),
        ("marion", "persona", "active"),
        ("hugo", "persona", "candidate"),
    ):
        voice(brand, slug, kind, state)
    open_accounts(brand, "sandbox", by=SYSTEM, now=NOW)
    named = Account.objects.create(brand=brand, network="sandbox", remote_id="acme.paul")
    Holding.objects.create(voice=voice(brand, "paul", "named"), account=named)
    with Backstage(default_file()) as backstage:
        yield House(brand, Account.objects.get(remote_id="acme.official"), backstage)


def journalled() -> list[str]:
    """Return what the journal says of lists, oldest first."""
    found = JournalEntry.objects.filter(action__startswith="networks.list.").order_by("pk")
    return [entry.action.rpartition(".")[2] for entry in found]


def test_the_list_holds_personas_that_are_heard_and_nobody_else(house: House) -> None:
    start(house.own, by=SYSTEM, now=NOW)
    assert house.listed() == {"acme.marion"}
    assert (house.kept().members, house.kept().kept_at) == (["acme.marion"], NOW)
    assert house.kept().name == "Voices of Acme"
    assert journalled() == ["started", "kept"]


def test_the_list_follows_when_who_is_in_it_changes_and_only_then(house: House) -> None:
    start(house.own, by=SYSTEM, now=NOW)
    assert keep_due(now=NOW + HOUR) == 0
    Voice.objects.filter(slug="hugo").update(state="active")
    assert keep_due(now=NOW + 2 * HOUR) == 1
    assert house.listed() == {"acme.marion", "acme.hugo"}
    Holding.objects.filter(account=house.account("marion")).update(to_at=NOW + 3 * HOUR)
    assert keep_due(now=NOW + 4 * HOUR) == 1
    assert house.listed() == {"acme.hugo"}
    assert keep_due(now=NOW + 5 * HOUR) == 0
    assert journalled() == ["started", "kept", "kept", "kept"]


def test_a_list_that_nobody_is_in_is_not_made(house: House) -> None:
    Voice.objects.filter(slug="marion").update(state="candidate")
    start(house.own, by=SYSTEM, now=NOW)
    assert house.backstage.lists("acme.official") == {}
    Voice.objects.filter(slug="marion").update(state="active")
    assert keep_due(now=NOW + HOUR) == 1
    assert house.listed() == {"acme.marion"}


def test_a_list_whose_last_persona_leaves_is_emptied(house: House) -> None:
    start(house.own, by=SYSTEM, now=NOW)
    Voice.objects.filter(slug="marion").update(state="closed")
    keep_due(now=NOW + HOUR)
    assert house.listed() == set()


def test_a_list_that_could_not_be_kept_says_so_and_is_tried_again(house: House) -> None:
    house.backstage.order("acme.official", Fault.UNREACHABLE, verb="keep_list")
    with pytest.raises(Unreachable):
        start(house.own, by=SYSTEM, now=NOW)
    assert house.kept().failure == "unreachable"
    assert house.kept().advice
    assert keep_due(now=NOW + LATER / 2) == 0
    assert keep_due(now=NOW + LATER) == 1
    assert (house.kept().failure, house.listed()) == ("", {"acme.marion"})


def test_a_list_waits_as_long_as_the_network_asks(house: House) -> None:
    house.backstage.order("acme.official", Fault.RATE_LIMITED, verb="keep_list", seconds=7200)
    with pytest.raises(RateLimited):
        start(house.own, by=SYSTEM, now=NOW)
    assert keep_due(now=NOW + HOUR) == 0
    assert keep_due(now=NOW + 2 * HOUR) == 1


def test_a_lost_answer_makes_no_second_list(house: House) -> None:
    house.backstage.order("acme.official", Fault.LOST_ANSWER, verb="keep_list")
    with pytest.raises(UserError):
        start(house.own, by=SYSTEM, now=NOW)
    keep_due(now=NOW + LATER)
    assert len(house.backstage.lists("acme.official")) == 1
    assert house.kept().failure == ""


def test_a_revoked_sign_in_breaks_the_connection_and_stops_the_sweep(house: House) -> None:
    house.backstage.sign_out("acme.official")
    with pytest.raises(NeedsReconnection):
        start(house.own, by=SYSTEM, now=NOW)
    assert Connection.objects.get(account=house.own).is_broken
    assert keep_due(now=NOW + 9 * HOUR) == 0


def test_one_list_that_fails_stops_no_other(house: House) -> None:
    start(house.own, by=SYSTEM, now=NOW)
    other = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    for slug, kind in (("own", "brand"), ("aya", "persona")):
        voice(other, slug, kind)
    open_accounts(other, "sandbox", by=SYSTEM, now=NOW)
    start(Account.objects.get(remote_id="other.own"), by=SYSTEM, now=NOW)
    for slug, brand in (("hugo", house.brand), ("aya", other)):
        Voice.objects.filter(slug=slug).update(state="closed" if brand == other else "active")
    house.backstage.order("acme.official", Fault.UNREACHABLE, verb="keep_list")
    assert keep_due(now=NOW + HOUR) == 1
    assert house.kept().failure == "unreachable"


def test_stopping_twice_is_once_and_leaves_the_list_where_it_is(house: House) -> None:
    start(house.own, by=SYSTEM, now=NOW)
    for _time in range(2):
        stop(house.own, by=SYSTEM)
    assert not PublicList.objects.exists()
    assert house.listed() == {"acme.marion"}
    assert journalled() == ["started", "kept", "stopped"]


def test_another_account_of_the_brands_own_takes_the_list_over(house: House) -> None:
    start(house.own, by=SYSTEM, now=NOW)
    token = house.backstage.open_account("second", now=NOW)
    second = Account.objects.create(brand=house.brand, network="sandbox", remote_id="second")
    Holding.objects.create(voice=Voice.objects.get(slug="official"), account=second)
    link(second, options={"account": "second"}, credentials=token, by=SYSTEM, now=NOW)
    start(second, by=SYSTEM, now=NOW + HOUR)
    assert house.kept().account == second
    assert list(house.backstage.lists("second").values()) == [{"acme.marion"}]


def test_only_the_brands_own_voice_keeps_the_list(house: House) -> None:
    for slug in ("marion", "paul"):
        with pytest.raises(UserError):
            start(house.account(slug), by=SYSTEM, now=NOW)
    assert not PublicList.objects.exists()


def test_a_network_without_lists_keeps_none(house: House) -> None:
    with harbour():
        account = Account.objects.create(brand=house.brand, network="harbour", remote_id="x")
        Holding.objects.create(voice=Voice.objects.get(slug="official"), account=account)
        link(account, options={}, credentials=credentials("x", NOW), by=SYSTEM, now=NOW)
        with pytest.raises(UserError):
            start(account, by=SYSTEM, now=NOW)


def test_a_sign_in_that_may_not_keep_lists_is_told_so(house: House) -> None:
    Connection.objects.filter(account=house.own).update(granted=["publish"])
    with pytest.raises(UserError, match="agree to it"):
        start(Account.objects.get(pk=house.own.pk), by=SYSTEM, now=NOW)


def test_only_who_may_change_the_programme_has_the_list_kept(house: House) -> None:
    for role in (Role.AMBASSADOR, Role.MANAGER):
        person = User.objects.create_user(email=f"{role}@example.org")
        Membership.objects.create(user=person, brand=house.brand, role=role)
        with pytest.raises(NotAllowed):
            start(house.own, by=person, now=NOW)
        with pytest.raises(NotAllowed):
            stop(house.own, by=person)
