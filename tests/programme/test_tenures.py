"""Who holds a voice, and who may know it."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, models, transaction

import portevoix
from portevoix.core.errors import NotAllowed, NotFound, UserError
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Membership, User
from portevoix.programme import queries, rights
from portevoix.programme.actions import end_tenure, resume_tenure, start_tenure, withdraw_tenure
from portevoix.programme.models import Tenure, TenureRole, Voice
from tests.programme.conftest import TODAY, Cast

START = date(2026, 1, 1)
LATER = date(2026, 6, 1)


@pytest.fixture
def tenure(cast: Cast, marion: Voice) -> Tenure:
    return start_tenure(
        marion, holder=cast.ambassador, role=TenureRole.PRINCIPAL, from_on=START, by=cast.lead
    )


def test_no_column_holds_the_person(cast: Cast, tenure: Tenure) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM programme_tenure")
        row = cursor.fetchone()
        names = [column[0] for column in cursor.description]
    assert set(names) == {"id", "voice_id", "holder", "role", "from_on", "to_on"}
    secret = row[names.index("holder")]
    assert len(secret) > 80
    assert secret != str(cast.ambassador.pk)
    assert not any(
        isinstance(f, models.ForeignKey) and f.related_model is User for f in Tenure._meta.get_fields()
    )


def test_the_same_person_is_written_differently_each_time(cast: Cast, marion: Voice, tenure: Tenure) -> None:
    start_tenure(marion, holder=cast.ambassador, role=TenureRole.DEPUTY, from_on=LATER, by=cast.lead)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(DISTINCT holder) FROM programme_tenure")
        assert cursor.fetchone() == (2,)


def test_the_lead_knows_and_the_journal_says_who_asked(cast: Cast, tenure: Tenure) -> None:
    assert queries.holder(tenure, by=cast.lead) == cast.ambassador
    entry = JournalEntry.objects.get(action="programme.holder.read")
    assert (entry.actor, entry.subject) == (cast.lead, f"tenure:{tenure.pk}")


def test_who_asks_of_oneself_is_not_written_down(cast: Cast, tenure: Tenure) -> None:
    assert queries.holder(tenure, by=cast.ambassador) == cast.ambassador
    assert not JournalEntry.objects.filter(action="programme.holder.read").exists()


@pytest.mark.parametrize("who", ["other_ambassador", "manager", "administrator", "stranger"])
def test_nobody_else_learns_the_holder_not_even_the_administrator(
    cast: Cast, tenure: Tenure, who: str
) -> None:
    with pytest.raises(NotAllowed):
        queries.holder(tenure, by=getattr(cast, who))
    assert not JournalEntry.objects.filter(action="programme.holder.read").exists()


def test_who_leaves_the_company_no_longer_asks(cast: Cast, tenure: Tenure) -> None:
    User.objects.filter(pk=cast.ambassador.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        queries.holder(tenure, by=User.objects.get(pk=cast.ambassador.pk))


def test_members_may_know_who_speaks_under_the_own_name_and_strangers_may_not(
    cast: Cast, karim: Voice
) -> None:
    tenure = start_tenure(
        karim, holder=cast.ambassador, role=TenureRole.PRINCIPAL, from_on=START, by=cast.lead
    )
    assert queries.holder(tenure, by=cast.manager) == cast.ambassador
    with pytest.raises(NotAllowed):
        queries.holder(tenure, by=cast.stranger)


def test_a_holder_whose_account_is_gone_is_told_as_such(cast: Cast, tenure: Tenure) -> None:
    cast.ambassador.delete()
    with pytest.raises(NotFound):
        queries.holder(tenure, by=cast.lead)


def test_the_journal_never_names_the_holder(cast: Cast, tenure: Tenure) -> None:
    end_tenure(tenure, to_on=LATER, by=cast.lead)
    entries = JournalEntry.objects.filter(action__startswith="programme.tenure.")
    assert {entry.actor for entry in entries} == {cast.lead}
    assert {key for entry in entries for key in entry.facts} == {"role", "from_on", "to_on"}
    assert {entry.subject for entry in entries} == {f"voice:{tenure.voice_id}"}


def test_no_text_of_a_tenure_names_the_holder(cast: Cast, tenure: Tenure) -> None:
    said = f"{tenure!s} {tenure!r}"
    assert said == f"principal of {tenure.voice_id} from 2026-01-01 <Tenure: {tenure}>"


def test_only_the_places_that_must_read_the_columns() -> None:
    root = Path(portevoix.__file__).parent
    readers = set()
    for file in root.rglob("*.py"):
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for node in nodes:
            if isinstance(node, ast.Attribute) and node.attr in ("holder", "hidden_person"):
                readers.add((node.attr, file.relative_to(root).as_posix()))
    assert readers == {
        ("holder", "programme/queries.py"),
        ("holder", "programme/rights.py"),
        ("hidden_person", "programme/queries.py"),
    }


@pytest.mark.parametrize("who", ["administrator", "ambassador", "manager", "stranger"])
def test_only_the_lead_says_who_holds(cast: Cast, marion: Voice, tenure: Tenure, who: str) -> None:
    by = getattr(cast, who)
    with pytest.raises(NotAllowed):
        start_tenure(marion, holder=cast.other_ambassador, role=TenureRole.DEPUTY, from_on=START, by=by)
    with pytest.raises(NotAllowed):
        end_tenure(tenure, to_on=LATER, by=by)


def test_one_principal_at_a_time(cast: Cast, marion: Voice, tenure: Tenure) -> None:
    with pytest.raises(UserError, match="principal"):
        start_tenure(
            marion, holder=cast.other_ambassador, role=TenureRole.PRINCIPAL, from_on=LATER, by=cast.lead
        )
    end_tenure(tenure, to_on=LATER, by=cast.lead)
    following = start_tenure(
        marion, holder=cast.other_ambassador, role=TenureRole.PRINCIPAL, from_on=LATER, by=cast.lead
    )
    assert list(marion.tenures.current(LATER)) == [following]
    assert list(marion.tenures.current(date(2026, 5, 31))) == [tenure]


def test_the_database_itself_knows_one_principal_at_a_time(marion: Voice, tenure: Tenure) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(voice=marion, holder="9", role=TenureRole.PRINCIPAL, from_on=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(voice=marion, holder="9", role="king", from_on=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(voice=marion, holder="", role=TenureRole.DEPUTY, from_on=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(voice=marion, holder="9", role=TenureRole.DEPUTY, from_on=LATER, to_on=START)


def test_deputies_and_co_holders_come_beside_the_principal(cast: Cast, marion: Voice, tenure: Tenure) -> None:
    for role in (TenureRole.CO_HOLDER, TenureRole.DEPUTY):
        start_tenure(marion, holder=cast.other_ambassador, role=role, from_on=LATER, by=cast.lead)
    assert marion.tenures.current(LATER).count() == 3


def test_a_holder_takes_part_in_the_brand(cast: Cast, marion: Voice) -> None:
    with pytest.raises(UserError, match="take part"):
        start_tenure(marion, holder=cast.stranger, role=TenureRole.DEPUTY, from_on=START, by=cast.lead)


def test_a_holder_takes_part_today_and_on_the_first_day(cast: Cast, marion: Voice) -> None:
    membership = Membership.objects.get(user=cast.ambassador)
    for expires_on, from_on in ((date(2020, 1, 1), date(2019, 1, 1)), (date(2090, 1, 1), date(2091, 1, 1))):
        membership.expires_on = expires_on
        membership.save()
        with pytest.raises(UserError, match="take part"):
            start_tenure(
                marion, holder=cast.ambassador, role=TenureRole.DEPUTY, from_on=from_on, by=cast.lead
            )


def test_a_holder_who_leaves_the_brand_no_longer_speaks(cast: Cast, marion: Voice, tenure: Tenure) -> None:
    assert rights.holds_voice(cast.ambassador, marion)
    Membership.objects.filter(user=cast.ambassador).delete()
    assert not rights.holds_voice(cast.ambassador, marion)
    assert queries.voices_of(cast.ambassador, cast.brand, on=TODAY) == []


def test_days_go_forward(cast: Cast, marion: Voice, tenure: Tenure) -> None:
    with pytest.raises(UserError):
        end_tenure(tenure, to_on=START, by=cast.lead)
    with pytest.raises(UserError):
        start_tenure(
            marion, holder=cast.ambassador, role=TenureRole.DEPUTY, from_on=LATER, to_on=START, by=cast.lead
        )


def test_a_tenure_that_no_key_opens_is_nobody_s_and_hides_no_other(
    cast: Cast, marion: Voice, karim: Voice, tenure: Tenure, settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    start_tenure(karim, holder=cast.ambassador, role=TenureRole.PRINCIPAL, from_on=START, by=cast.lead)
    assert queries.voices_of(cast.ambassador, cast.brand, on=TODAY) == [karim]
    assert not rights.holds_voice(cast.ambassador, marion)


def test_what_has_ended_is_not_made_longer(cast: Cast, tenure: Tenure) -> None:
    end_tenure(tenure, to_on=LATER, by=cast.lead)
    with pytest.raises(UserError):
        end_tenure(tenure, to_on=date(2026, 7, 1), by=cast.lead)


def test_a_tenure_read_before_somebody_ended_it_is_not_made_longer(
    cast: Cast, marion: Voice, tenure: Tenure
) -> None:
    stale = Tenure.objects.get(pk=tenure.pk)
    end_tenure(tenure, to_on=LATER, by=cast.lead)
    start_tenure(marion, holder=cast.other_ambassador, role=TenureRole.PRINCIPAL, from_on=LATER, by=cast.lead)
    with pytest.raises(UserError, match="already ended"):
        end_tenure(stale, to_on=date(2026, 9, 1), by=cast.lead)
    day = date(2026, 8, 1)
    assert marion.tenures.current(day).filter(role=TenureRole.PRINCIPAL).count() == 1


def test_an_end_and_a_beginning_are_undone_by_the_lead_alone_and_written_down(
    cast: Cast, marion: Voice, tenure: Tenure
) -> None:
    end_tenure(tenure, to_on=LATER, by=cast.lead)
    for by in (cast.administrator, cast.ambassador):
        with pytest.raises(NotAllowed):
            resume_tenure(tenure, to_on=None, by=by)
        with pytest.raises(NotAllowed):
            withdraw_tenure(tenure, by=by)
    assert resume_tenure(tenure, to_on=None, by=cast.lead).to_on is None
    withdraw_tenure(tenure, by=cast.lead)
    assert not marion.tenures.exists()
    lines = JournalEntry.objects.filter(subject=f"voice:{marion.pk}").order_by("pk")
    assert [line.action.rpartition(".")[2] for line in lines] == ["started", "ended", "resumed", "withdrawn"]
    assert str(cast.ambassador) not in str([line.facts for line in lines])


def test_an_end_is_not_undone_over_the_next_principal_holder(
    cast: Cast, marion: Voice, tenure: Tenure
) -> None:
    end_tenure(tenure, to_on=LATER, by=cast.lead)
    start_tenure(marion, holder=cast.other_ambassador, role=TenureRole.PRINCIPAL, from_on=LATER, by=cast.lead)
    with pytest.raises(UserError, match="principal"):
        resume_tenure(tenure, to_on=None, by=cast.lead)
    assert resume_tenure(tenure, to_on=date(2026, 5, 1), by=cast.lead).to_on == date(2026, 5, 1)


def test_the_lead_reads_all_holders_of_a_voice_and_that_is_written_down(
    cast: Cast, marion: Voice, tenure: Tenure
) -> None:
    start_tenure(marion, holder=cast.other_ambassador, role=TenureRole.DEPUTY, from_on=LATER, by=cast.lead)
    held = queries.holders(marion, by=cast.lead)
    assert [each.person for each in held] == [cast.other_ambassador, cast.ambassador]
    entry = JournalEntry.objects.get(action="programme.holder.read")
    assert (entry.actor, entry.subject) == (cast.lead, f"voice:{marion.pk}")
    for by in (cast.administrator, cast.ambassador, cast.manager, cast.stranger):
        with pytest.raises(NotAllowed):
            queries.holders(marion, by=by)
    assert JournalEntry.objects.filter(action="programme.holder.read").count() == 1


def test_a_holder_that_no_key_opens_or_whose_account_is_gone_is_told_as_nobody(
    cast: Cast, marion: Voice, tenure: Tenure, settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert [each.person for each in queries.holders(marion, by=cast.lead)] == [None]


def test_people_find_their_own_voices_in_all_brands(cast: Cast, marion: Voice, tenure: Tenure) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert queries.own_voices(cast.ambassador, now=noon) == [marion]
    assert queries.own_voices(cast.lead, now=noon) == []
    assert queries.own_voices(cast.ambassador, now=datetime(2025, 1, 1, tzinfo=UTC)) == []
    Membership.objects.filter(user=cast.ambassador).delete()
    assert queries.own_voices(cast.ambassador, now=noon) == []


def test_a_tenure_is_found_in_its_own_brand_only(cast: Cast, tenure: Tenure) -> None:
    elsewhere = Brand.objects.create(slug="beyond", name="Beyond", time_zone="UTC")
    assert queries.tenure_of(cast.brand, tenure.pk) == tenure
    with pytest.raises(NotFound):
        queries.tenure_of(elsewhere, tenure.pk)


def test_everybody_finds_the_voices_held_and_no_others(
    cast: Cast, marion: Voice, karim: Voice, tenure: Tenure
) -> None:
    start_tenure(karim, holder=cast.other_ambassador, role=TenureRole.PRINCIPAL, from_on=START, by=cast.lead)
    assert queries.voices_of(cast.ambassador, cast.brand, on=TODAY) == [marion]
    assert queries.voices_of(cast.ambassador, cast.brand, on=date(2025, 1, 1)) == []
    assert queries.voices_of(cast.lead, cast.brand, on=TODAY) == []


def test_pages_ask_the_same_rights(cast: Cast, marion: Voice) -> None:
    assert rights.allows("programme.see", cast.manager, cast.brand)
    assert not rights.allows("programme.see", cast.stranger, cast.brand)
    assert rights.allows("programme.change", cast.administrator, cast.brand)
    assert not rights.allows("programme.change", cast.ambassador, cast.brand)
    rights.require("programme.change", by=SYSTEM, on=cast.brand)
