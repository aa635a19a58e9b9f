"""Nothing that is written down says in clear who holds a voice."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from portevoix.core.errors import InternalError, NotAllowed, NotFound
from portevoix.networks.actions.linking import link
from portevoix.networks.models import Account, Holding
from portevoix.people import journal
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import JournalEntry
from portevoix.programme import queries
from portevoix.programme.actions import end_tenure, give_consent, revoke_consent, start_tenure
from portevoix.programme.models import TenureRole, Voice
from tests.programme.conftest import NOW, TODAY, Cast, cast, karim, marion

__all__ = ("cast", "karim", "marion")

START = date(2020, 1, 1)


@pytest.fixture
def account(cast: Cast, marion: Voice, data_folder: Path) -> Account:
    """Return an account through which Marion speaks, whom the ambassador holds."""
    account = Account.objects.create(brand=cast.brand, network="sandbox", remote_id="marion")
    Holding.objects.create(voice=marion, account=account)
    start_tenure(marion, holder=cast.ambassador, role=TenureRole.PRINCIPAL, from_on=START, by=cast.lead)
    return account


def connect(account: Account, by: By) -> JournalEntry:
    link(account, options={"account": "marion"}, credentials="secret", by=by, now=NOW)
    return JournalEntry.objects.filter(action="networks.connection.linked").order_by("-pk")[0]


def rows() -> list[dict[str, object]]:
    """Return every line of the journal as its columns hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_journalentry")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_no_line_of_the_journal_names_a_holder(cast: Cast, karim: Voice, account: Account) -> None:
    holder = cast.ambassador
    give_consent(karim, given_on=START, is_sharing_figures=False, by=cast.lead)
    start_tenure(karim, holder=holder, role=TenureRole.PRINCIPAL, from_on=START, by=cast.lead)
    for _time in range(2):
        connect(account, holder)
    for tenure in [*account.holdings.get().voice.tenures.all(), *karim.tenures.all()]:
        for by in (holder, cast.lead):
            assert queries.holder(tenure, by=by) == holder
        end_tenure(tenure, to_on=date(2030, 1, 1), by=cast.lead)
    revoke_consent(karim, on=TODAY, by=holder)
    queries.actor(JournalEntry.objects.filter(actor_kind="voice")[0], by=cast.lead)
    found = rows()
    assert {row["actor_id"] for row in found} <= {None, cast.lead.pk}
    assert not [row for row in found if f"user:{holder.pk}" in f"{row['subject']} {row['facts']}"]
    assert {len(str(row["hidden_person"])) > 80 for row in found if row["actor_kind"] == "voice"} == {True}


def test_who_acts_by_holding_a_voice_is_written_down_as_the_voice(
    cast: Cast, marion: Voice, account: Account
) -> None:
    entry = connect(account, cast.ambassador)
    assert (entry.actor, entry.actor_kind, entry.actor_subject) == (None, "voice", f"voice:{marion.pk}")
    assert connect(account, cast.lead).actor == cast.lead
    assert connect(account, SYSTEM).actor_kind == "system"


def test_the_lead_learns_who_acted_and_the_journal_says_so(cast: Cast, account: Account) -> None:
    entry = connect(account, cast.ambassador)
    assert queries.actor(entry, by=cast.lead) == cast.ambassador
    told = JournalEntry.objects.get(action="programme.actor.read")
    assert (told.actor, told.subject) == (cast.lead, f"entry:{entry.pk}")


@pytest.mark.parametrize("who", ["ambassador", "other_ambassador", "manager", "administrator", "stranger"])
def test_nobody_else_learns_who_acted(cast: Cast, account: Account, who: str) -> None:
    entry = connect(account, cast.ambassador)
    with pytest.raises(NotAllowed):
        queries.actor(entry, by=getattr(cast, who))
    assert not JournalEntry.objects.filter(action="programme.actor.read").exists()


def test_where_no_voice_acted_there_is_nobody_to_learn(cast: Cast, account: Account) -> None:
    with pytest.raises(NotFound):
        queries.actor(connect(account, cast.lead), by=cast.lead)
    entry = connect(account, cast.ambassador)
    cast.ambassador.delete()
    with pytest.raises(NotFound):
        queries.actor(entry, by=cast.lead)


def test_a_line_without_an_author_is_not_written(cast: Cast) -> None:
    with pytest.raises(InternalError):
        journal.record("programme.voice.moved", by="somebody", brand=cast.brand)
