"""Accounts as somebody typed them into a form: held, let go, connected."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portevoix.core.errors import NotAllowed, UserError
from portevoix.networks.actions.holdings import hold_typed, let_go
from portevoix.networks.actions.linking import connect
from portevoix.networks.errors import OptionsRefused
from portevoix.networks.models import Account, Holding
from portevoix.networks.registry import NETWORKS, Network
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, User
from portevoix.programme.file.problems import BadProgrammeFile
from portevoix.programme.file.typed import Typed, field_at
from portevoix.programme.models import Voice, VoiceKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIELDS = ("network", "handle", "remote_id", "from", "to")


@pytest.fixture
def marion(data_folder: Path) -> Voice:
    """Return a persona of a brand that lives in Paris."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
    return Voice.objects.create(brand=brand, slug="marion", kind=VoiceKind.PERSONA, state="active")


def hold(voice: Voice, **typed: Typed) -> None:
    hold_typed(voice, typed, FIELDS, by=SYSTEM, now=NOW)


def an_account(voice: Voice, network: str = "sandbox", handle: str = "marion") -> Account:
    return Account.objects.create(brand=voice.brand, network=network, remote_id="m1", handle=handle)


def test_an_account_is_held_from_midnight_of_the_brands_day(marion: Voice) -> None:
    hold(marion, network="x", handle="@marion", remote_id="88", **{"from": "2026-06-01"}, to=None)
    holding = Holding.objects.get()
    assert (holding.account.handle, holding.from_at) == ("marion", datetime(2026, 5, 31, 22, tzinfo=UTC))


def test_a_wrong_account_is_told_at_its_field(marion: Voice) -> None:
    with pytest.raises(BadProgrammeFile) as caught:
        hold(marion, network="x", remote_id="", to="tomorrow")
    wrong = {field_at(problem.line, FIELDS): problem.at_field for problem in caught.value.problems}
    assert wrong == {"remote_id": "this is empty", "to": wrong["to"]}
    assert not Account.objects.exists()


def test_an_account_that_another_voice_holds_is_refused_and_nothing_is_written(marion: Voice) -> None:
    other = Voice.objects.create(brand=marion.brand, slug="hugo", kind=VoiceKind.PERSONA)
    hold(other, network="x", remote_id="88")
    with pytest.raises(BadProgrammeFile):
        hold(marion, network="x", remote_id="88")
    assert Holding.objects.get().voice == other


def test_a_holding_is_taken_back_and_the_account_stays(marion: Voice) -> None:
    hold(marion, network="x", remote_id="88")
    stranger = User.objects.create_user("stranger@example.org")
    with pytest.raises(NotAllowed):
        let_go(Holding.objects.get(), by=stranger)
    let_go(Holding.objects.get(), by=SYSTEM)
    assert not Holding.objects.exists()
    assert Account.objects.exists()
    assert JournalEntry.objects.filter(action="networks.account.let_go").exists()


def test_a_sandbox_account_is_opened_when_it_is_connected_without_a_token(marion: Voice) -> None:
    account = an_account(marion)
    connection = connect(account, {"account": "m1", "token": ""}, by=SYSTEM, now=NOW)
    assert connection.options == {"account": "m1"}
    assert connection.credentials
    again = connect(account, {"account": "m1", "token": ""}, by=SYSTEM, now=NOW)
    assert again.credentials == connection.credentials


def test_a_broken_sandbox_account_gets_another_token(marion: Voice) -> None:
    account = an_account(marion)
    connection = connect(account, {"account": "m1"}, by=SYSTEM, now=NOW)
    connection.is_broken = True
    connection.save()
    assert connect(account, {"account": "m1"}, by=SYSTEM, now=NOW).credentials != connection.credentials


def test_options_that_no_form_asks_for_are_kept(marion: Voice) -> None:
    account = an_account(marion)
    connection = connect(account, {"account": "m1"}, by=SYSTEM, now=NOW)
    connection.options = {"account": "m1", "file": "elsewhere.sqlite3"}
    connection.save()
    assert connect(account, {"account": "m2"}, by=SYSTEM, now=NOW).options == {
        "account": "m2",
        "file": "elsewhere.sqlite3",
    }


def test_a_number_that_is_none_is_refused_in_words(marion: Voice) -> None:
    account = an_account(marion, network="manual")
    assert connect(account, {"text_length": "280"}, by=SYSTEM, now=NOW).options == {"text_length": 280}
    with pytest.raises(OptionsRefused, match="whole number"):
        connect(account, {"text_length": "long"}, by=SYSTEM, now=NOW)


def test_a_handle_that_the_sandbox_cannot_have_is_refused_in_words(marion: Voice) -> None:
    with pytest.raises(OptionsRefused, match="cannot open this account"):
        connect(an_account(marion, handle="not a handle"), {"account": "m1"}, by=SYSTEM, now=NOW)


def test_a_network_without_a_connector_and_a_stranger_connect_nothing(
    marion: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NETWORKS, "viadeo", Network("viadeo", "Viadeo"))
    with pytest.raises(UserError, match="cannot be connected yet"):
        connect(an_account(marion, network="viadeo"), {}, by=SYSTEM, now=NOW)
    with pytest.raises(NotAllowed):
        connect(an_account(marion), {}, by=User.objects.create_user("a@example.org"), now=NOW)
