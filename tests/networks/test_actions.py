"""Accounts as a programme file says, and what opens them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.utils.translation import override

from portevoix.core.errors import NotAllowed, UserError
from portevoix.networks.actions.holdings import hold_accounts
from portevoix.networks.actions.linking import link
from portevoix.networks.actions.outcomes import note_failure, note_success
from portevoix.networks.errors import (
    NeedsReconnection,
    NetworkError,
    OptionsRefused,
    RateLimited,
    Unreachable,
)
from portevoix.networks.models import Account, Connection, Holding
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.actions import start_tenure
from portevoix.programme.file.entries import AccountEntry
from portevoix.programme.file.problems import BadProgrammeFile
from portevoix.programme.models import TenureRole, Voice, VoiceKind
from portevoix.programme.tally import Change, Tally

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPRING = datetime(2026, 3, 1, tzinfo=UTC)
SUMMER = datetime(2026, 6, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 1, tzinfo=UTC)
WINTER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def brand() -> Brand:
    """Return a brand with two personas."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="UTC")
    for hue, slug in enumerate(("marion", "paul")):
        Voice.objects.create(brand=brand, slug=slug, kind=VoiceKind.PERSONA, hue=hue)
    return brand


@pytest.fixture
def account(brand: Brand, data_folder: Path) -> Account:
    """Return an account of the network that needs nobody outside."""
    return Account.objects.create(brand=brand, network="sandbox", remote_id="marion")


def entry(
    voice: str, line: int = 1, remote_id: str = "88", handle: str = "u88", **dates: datetime | None
) -> AccountEntry:
    return AccountEntry(line, voice, "x", remote_id, {"handle": handle}, dates)


def hold(brand: Brand, *entries: AccountEntry) -> Tally:
    return hold_accounts(brand, entries, by=SYSTEM)


def holdings() -> set[tuple[str, datetime | None, datetime | None]]:
    return set(Holding.objects.values_list("voice__slug", "from_at", "to_at"))


def counts(tally: Tally) -> list[int]:
    return [tally.total(change) for change in Change]


def test_an_account_is_held_always_unless_dated(brand: Brand) -> None:
    assert counts(hold(brand, entry("marion"))) == [2, 0, 0]
    assert holdings() == {("marion", None, None)}
    assert JournalEntry.objects.get(action="networks.account.held").facts["voice"] == "marion"


def test_the_second_time_nothing_is_written(brand: Brand) -> None:
    hold(brand, entry("marion", from_at=SPRING), entry("paul", remote_id="99"))
    told = JournalEntry.objects.count()
    assert counts(hold(brand, entry("marion", from_at=SPRING), entry("paul", remote_id="99"))) == [0, 0, 4]
    assert JournalEntry.objects.count() == told


def test_what_the_file_leaves_out_is_kept(brand: Brand) -> None:
    hold(brand, entry("marion", from_at=SPRING), entry("paul", remote_id="99"))
    tally = hold(brand, entry("marion", handle="marion_acme", to_at=AUTUMN))
    assert counts(tally) == [0, 2, 0]
    assert holdings() == {("marion", SPRING, AUTUMN), ("paul", None, None)}
    assert Account.objects.get(remote_id="88").handle == "marion_acme"


def test_an_end_is_taken_back_by_saying_so(brand: Brand) -> None:
    hold(brand, entry("marion", from_at=SPRING, to_at=SUMMER))
    hold(brand, entry("marion", to_at=None))
    assert holdings() == {("marion", SPRING, None)}


def test_an_account_is_handed_over_in_one_file(brand: Brand) -> None:
    hold(brand, entry("marion"))
    hold(brand, entry("marion", to_at=SUMMER), entry("paul", from_at=SUMMER))
    assert holdings() == {("marion", None, SUMMER), ("paul", SUMMER, None)}


def test_an_account_comes_back_to_the_voice_that_had_it(brand: Brand) -> None:
    hold(brand, entry("marion", to_at=SPRING), entry("paul", from_at=SPRING, to_at=SUMMER))
    both = (entry("marion", to_at=SPRING), entry("marion", 2, from_at=SUMMER))
    assert counts(hold(brand, *both)) == [1, 0, 2]
    assert counts(hold(brand, *both)) == [0, 0, 3]
    assert holdings() == {("marion", None, SPRING), ("paul", SPRING, SUMMER), ("marion", SUMMER, None)}


def test_an_account_handed_over_is_described_and_counted_once(brand: Brand) -> None:
    told = (
        entry("paul", 3, handle="u88", from_at=SUMMER),
        AccountEntry(5, "marion", "x", "88", {"display_name": "U"}, {"to_at": SUMMER}),
    )
    assert counts(hold(brand, *told)) == [3, 0, 0]
    assert counts(hold(brand, *told)) == [0, 0, 3]
    account = Account.objects.get()
    assert (account.handle, account.display_name) == ("u88", "U")


def test_a_stretch_apart_from_the_stored_one_is_added_beside_it(brand: Brand) -> None:
    hold(brand, entry("marion", from_at=SPRING, to_at=SUMMER))
    assert counts(hold(brand, entry("marion", from_at=AUTUMN, to_at=WINTER))) == [1, 0, 1]
    assert holdings() == {("marion", SPRING, SUMMER), ("marion", AUTUMN, WINTER)}


@pytest.mark.parametrize(
    ("from_at", "to_at"),
    [
        (SUMMER, WINTER),
        (SPRING, SUMMER),
        (SUMMER, AUTUMN),
    ],
    ids=["overlapping", "same beginning", "same end"],
)
def test_a_stretch_that_meets_the_stored_one_corrects_it(
    brand: Brand, from_at: datetime, to_at: datetime
) -> None:
    hold(brand, entry("marion", from_at=SPRING, to_at=AUTUMN))
    hold(brand, entry("marion", from_at=from_at, to_at=to_at))
    assert holdings() == {("marion", from_at, to_at)}


def test_a_holding_that_meets_a_stored_one_is_refused_at_its_line_and_nothing_is_written(
    brand: Brand,
) -> None:
    hold(brand, entry("marion", from_at=SPRING))
    with pytest.raises(BadProgrammeFile) as caught:
        hold(brand, entry("paul", 7, to_at=SUMMER), entry("paul", 8, remote_id="99"))
    (problem,) = caught.value.problems
    assert problem.line == 7
    assert "marion" in problem.reason
    assert holdings() == {("marion", SPRING, None)}
    assert Account.objects.count() == 1


def test_a_new_end_before_the_stored_beginning_is_refused_at_its_line(brand: Brand) -> None:
    hold(brand, entry("marion", from_at=SUMMER))
    with pytest.raises(BadProgrammeFile) as caught:
        hold(brand, entry("marion", 5, to_at=SPRING))
    assert [problem.line for problem in caught.value.problems] == [5]
    assert holdings() == {("marion", SUMMER, None)}


def test_two_brands_may_know_the_same_account(brand: Brand) -> None:
    other = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    Voice.objects.create(brand=other, slug="marion", kind=VoiceKind.PERSONA, hue=0)
    hold(brand, entry("marion"))
    assert counts(hold(other, entry("marion"))) == [2, 0, 0]


def test_who_may_not_change_the_programme_holds_nothing(brand: Brand) -> None:
    stranger = User.objects.create_user("stranger@example.org")
    with pytest.raises(NotAllowed):
        hold_accounts(brand, [entry("marion")], by=stranger)
    assert not Account.objects.exists()


# Connections


def connect(account: Account, *, credentials: str = "secret", now: datetime = NOW) -> Connection:
    return link(account, options={"account": "marion"}, credentials=credentials, by=SYSTEM, now=now)


def test_connecting_makes_the_account_due_and_is_journalled_without_the_secret(account: Account) -> None:
    connection = Connection.objects.get(pk=connect(account).pk)
    assert (connection.credentials, connection.options, connection.collect_at) == (
        "secret",
        {"account": "marion"},
        NOW,
    )
    told = JournalEntry.objects.get(action="networks.connection.linked")
    assert told.facts == {"network": "sandbox", "is_again": False}


@pytest.mark.parametrize("options", [{}, {"server": "here"}])
def test_options_that_the_network_cannot_use_store_nothing(
    account: Account, options: dict[str, object]
) -> None:
    connect(account)
    with pytest.raises(OptionsRefused):
        link(account, options=options, credentials="newer", by=SYSTEM, now=NOW)
    connection = Connection.objects.get()
    assert (connection.options, connection.credentials) == ({"account": "marion"}, "secret")
    assert JournalEntry.objects.filter(action="networks.connection.linked").count() == 1


def test_how_a_connection_fares_is_noted_even_where_no_key_opens_it(account: Account, settings: Any) -> None:
    connect(account)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    connection = Connection.objects.get()
    note_failure(connection, Unreachable("reset"), now=NOW)
    note_success(connection, now=NOW)
    assert connection.last_success_at == NOW
    connect(account, credentials="newer")
    assert Connection.objects.get().credentials == "newer"


def test_reconnecting_mends_and_never_erases_a_credential_with_an_empty_one(account: Account) -> None:
    note_failure(connect(account), NeedsReconnection("401"), now=NOW)
    connection = connect(account, credentials="", now=NOW + timedelta(hours=1))
    assert (connection.credentials, connection.is_broken, connection.failure_advice) == ("secret", False, "")
    assert connect(account, credentials="newer").credentials == "newer"
    assert Connection.objects.count() == 1


@pytest.mark.parametrize("error", [Unreachable("timed out"), RateLimited(NOW), NetworkError("odd")])
def test_a_blip_is_not_a_revocation(account: Account, error: NetworkError) -> None:
    connection = connect(account)
    note_failure(connection, error, now=NOW)
    assert (connection.is_broken, connection.last_failure_at) == (False, NOW)
    for language in ("en", "fr"):
        with override(language):
            assert connection.failure_advice == error.advice
    assert connection.credentials == "secret"


def test_a_refused_sign_in_breaks_the_connection_and_the_journal_says_it_once(account: Account) -> None:
    connection = connect(account)
    for hours in (1, 2):
        note_failure(connection, NeedsReconnection("401"), now=NOW + timedelta(hours=hours))
    assert connection.is_broken
    assert JournalEntry.objects.filter(action="networks.connection.failed").count() == 1


def test_a_success_ends_what_was_wrong(account: Account) -> None:
    connection = connect(account)
    note_failure(connection, Unreachable("reset"), now=NOW)
    note_success(connection, now=NOW + timedelta(minutes=5))
    assert (connection.failure_advice, connection.last_success_at) == ("", NOW + timedelta(minutes=5))


def test_a_late_failure_of_the_old_sign_in_does_not_break_the_new_one(account: Account) -> None:
    old = Connection.objects.get(pk=connect(account).pk)
    connect(account, credentials="newer", now=NOW + timedelta(hours=1))
    note_failure(old, NeedsReconnection("401"), now=NOW + timedelta(hours=2))
    current = Connection.objects.get(account=account)
    assert (current.is_broken, current.last_failure_at) == (False, None)


def test_a_network_without_a_connector_is_not_connected(brand: Brand) -> None:
    account = Account.objects.create(brand=brand, network="x", remote_id="88")
    with pytest.raises(UserError, match="X"):
        connect(account)


def test_who_holds_the_voice_now_connects_its_account_and_others_do_not(
    brand: Brand, account: Account
) -> None:
    lead, holder, other = (
        User.objects.create_user(f"{name}@example.org") for name in ("lead", "holder", "other")
    )
    Membership.objects.create(user=lead, brand=brand, role=Role.LEAD)
    for user in (holder, other):
        Membership.objects.create(user=user, brand=brand, role=Role.AMBASSADOR)
    marion = Voice.objects.get(slug="marion")
    Holding.objects.create(voice=marion, account=account)
    start_tenure(marion, holder=holder, role=TenureRole.PRINCIPAL, from_on=date(2020, 1, 1), by=lead)
    with pytest.raises(NotAllowed):
        link(account, options={}, credentials="stolen", by=other, now=NOW)
    assert not Connection.objects.exists()
    for user in (holder, lead):
        link(account, options={"account": "marion"}, credentials="own", by=user, now=NOW)
    assert Connection.objects.get().credentials == "own"
    Membership.objects.filter(user=holder).delete()
    with pytest.raises(NotAllowed):
        link(account, options={"account": "marion"}, credentials="late", by=holder, now=NOW)
