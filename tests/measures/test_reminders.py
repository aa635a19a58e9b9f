"""Reminders of a month that is over: to whom, when, in what words, and each once."""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from structlog.testing import capture_logs

from portevoix.core.periods import Month
from portevoix.core.worker import run_sweep
from portevoix.ledger.actions.record import extend_coverage
from portevoix.measures.actions import close, comment, refresh, remind
from portevoix.measures.models import Reminder
from portevoix.networks.models import Account, Holding
from portevoix.people.journal import By
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.programme.actions import start_tenure
from portevoix.programme.models import Tenure, TenureRole, Voice
from portevoix.programme.queries import holder

JULY = Month(2026, 7)


class Hold(Protocol):
    """Lets somebody hold a new voice, of whose July something is told."""

    def __call__(self, holder: User, slug: str, role: TenureRole = TenureRole.PRINCIPAL) -> Voice:
        """Return the voice."""


def on(day: int, hour: int = 9) -> datetime:
    """Return an instant of August 2026."""
    return datetime(2026, 8, day, hour, 0, tzinfo=UTC)


@pytest.fixture
def brand(db: None, data_folder: Path, settings: Any) -> Brand:
    """Return a brand of Paris that speaks French."""
    settings.PUBLIC_URL = "https://voices.example"
    return Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris", languages=["fr"])


def _member(brand: Brand, name: str, role: Role, language: str = "en") -> User:
    user = User.objects.create_user(f"{name}@example.org", name=name.title(), language=language)
    Membership.objects.create(user=user, brand=brand, role=role)
    return user


@pytest.fixture
def lead(brand: Brand) -> User:
    """Return the lead of the brand."""
    return _member(brand, "lena", Role.LEAD)


@pytest.fixture
def hold(brand: Brand, lead: User) -> Hold:
    """Return a function that lets somebody hold a new voice, of whose July something is told."""

    def held(holder: User, slug: str, role: TenureRole = TenureRole.PRINCIPAL) -> Voice:
        voice = Voice.objects.create(
            brand=brand, slug=slug, kind="persona", first_name=slug.title(), state="active"
        )
        account = Account.objects.create(brand=brand, network="x", remote_id=slug)
        Holding.objects.create(voice=voice, account=account)
        start, end = datetime(2026, 6, 30, 22, tzinfo=UTC), datetime(2026, 7, 31, 22, tzinfo=UTC)
        extend_coverage(account, ["like"], from_at=start, to_at=end)
        start_tenure(voice, holder=holder, role=role, from_on=date(2026, 1, 1), by=lead)
        refresh([brand], JULY, now=lambda: on(1))
        return voice

    return held


def _addressees() -> list[str]:
    found = [message.to[0].partition("@")[0] for message in mail.outbox]
    mail.outbox.clear()
    return sorted(found)


def test_holders_are_reminded_twice_and_the_lead_once(brand: Brand, hold: Hold) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    told = []
    for instant in (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), *(on(day) for day in range(1, 9))):
        for _turn in range(2):
            remind(now=instant)
        told.append(_addressees())
    assert told == [[], ["amina"], [], [], ["amina"], [], ["lena"], [], []]


def test_nobody_is_reminded_of_what_was_done(brand: Brand, hold: Hold, lead: User) -> None:
    marion = hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    comment(marion, JULY, "A calm month.", by=lead, now=on(1))
    remind(now=on(1))
    assert _addressees() == ["lena"], "every comment is there: it can be closed at once"
    close(brand, JULY, by=lead, now=on(2))
    for day in (2, 4, 6):
        remind(now=on(day))
    assert _addressees() == []


def test_a_mail_names_neither_voice_nor_person_and_speaks_the_person_s_language(
    brand: Brand, hold: Hold
) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR, language="fr"), "marion")
    hold(_member(brand, "bruno", Role.AMBASSADOR, language="en"), "paul")
    for day in (1, 6):
        remind(now=on(day))
    words = {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox[:2]}
    assert "Votre commentaire sur juillet 2026" in words["amina@example.org"]
    assert "Your comment on July 2026 is awaited" in words["bruno@example.org"]
    for message in mail.outbox:
        said = f"{message.subject}\n{message.body}".lower()
        assert not any(name in said for name in ("marion", "paul", "amina", "bruno", "lena"))
        assert "https://voices.example/b/acme/" in said


def test_whoever_holds_two_voices_is_reminded_in_one_mail(brand: Brand, hold: Hold) -> None:
    amina = _member(brand, "amina", Role.AMBASSADOR)
    hold(amina, "marion")
    hold(amina, "paul")
    remind(now=on(1))
    assert _addressees() == ["amina"]


def test_whoever_has_left_the_brand_and_deputies_are_not_reminded(brand: Brand, hold: Hold) -> None:
    amina = _member(brand, "amina", Role.AMBASSADOR)
    hold(amina, "marion")
    Membership.objects.filter(user=amina).delete()
    hold(_member(brand, "bruno", Role.AMBASSADOR), "paul", TenureRole.DEPUTY)
    remind(now=on(1))
    remind(now=on(2))
    assert _addressees() == []


def test_a_holder_that_no_key_opens_keeps_nobody_else_from_being_reminded(brand: Brand, hold: Hold) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    hold(_member(brand, "bruno", Role.AMBASSADOR), "paul")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programme_tenure SET holder = 'noise' WHERE id = (SELECT max(id) FROM programme_tenure)"
        )
    remind(now=on(1))
    assert _addressees() == ["amina"]


def test_who_holds_a_voice_is_asked_once_a_reminder_and_written_down(brand: Brand, hold: Hold) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    for day in (1, 2, 3, 4, 5):
        remind(now=on(day))
    lines = JournalEntry.objects.filter(action="programme.holder.read")
    assert [line.actor_kind for line in lines] == ["system", "system"]
    assert {name for name in Reminder.objects.values_list("key", flat=True) if "user" in name} == set()


class Failing(EmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, messages: Any) -> int:
        """Refuse, and repeat the address as servers do."""
        raise OSError(f"no mail today for {messages[0].to}")


class RefusingAmina(EmailBackend):
    """A mail server that has something against one person, and says so in a way that nobody foresaw."""

    def send_messages(self, messages: Any) -> int:
        """Send, or refuse."""
        if "amina@example.org" in messages[0].to:
            raise ZeroDivisionError("amina@example.org")
        return super().send_messages(messages)


def test_a_log_line_of_a_mail_that_fails_tells_no_address(brand: Brand, hold: Hold, settings: Any) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    with capture_logs() as lines:
        remind(now=on(1))
    assert lines == [
        {
            "event": "reminder_failed",
            "brand": brand.pk,
            "month": "2026-07",
            "error": "OSError",
            "log_level": "error",
        }
    ]


def test_an_error_with_one_person_loses_nobody_elses_mail(brand: Brand, hold: Hold, settings: Any) -> None:
    amina = _member(brand, "amina", Role.AMBASSADOR)
    hold(amina, "marion")
    hold(amina, "zoe")
    hold(_member(brand, "bruno", Role.AMBASSADOR), "paul")
    settings.EMAIL_BACKEND = f"{__name__}.RefusingAmina"
    assert remind(now=on(1)) == 1
    assert _addressees() == ["bruno"]
    assert Reminder.objects.filter(failed_at=on(1)).count() == 2


def test_a_name_that_cannot_be_read_for_a_reason_nobody_foresaw_loses_nobody_elses_mail(
    brand: Brand, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    hold(_member(brand, "bruno", Role.AMBASSADOR), "paul")

    def read(tenure: Tenure, *, by: By) -> User:
        if tenure.voice.slug == "paul":
            raise ZeroDivisionError
        return holder(tenure, by=by)

    monkeypatch.setattr(sys.modules[remind.__module__], "holder", read)
    assert remind(now=on(1)) == 1
    assert _addressees() == ["amina"]
    monkeypatch.undo()
    assert remind(now=on(1, hour=10)) == 1
    assert _addressees() == ["bruno"]


def test_a_mail_that_fails_is_tried_again_after_an_hour_and_never_doubled(
    brand: Brand, hold: Hold, settings: Any
) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    assert remind(now=on(1)) == 0
    settings.EMAIL_BACKEND = working
    assert remind(now=on(1) + timedelta(minutes=59)) == 0
    assert remind(now=on(1) + timedelta(minutes=60)) == 1
    assert remind(now=on(2)) == 0
    assert _addressees() == ["amina"]


def test_a_mail_of_which_nobody_knows_whether_it_left_is_not_sent_again(brand: Brand, hold: Hold) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    key = f"2026-07:first:tenure:{Voice.objects.get().tenures.get().pk}"
    Reminder.objects.create(brand=brand, key=key, claimed_at=on(1))
    assert remind(now=on(2)) == 0


def test_the_sweep_reminds(brand: Brand, hold: Hold) -> None:
    hold(_member(brand, "amina", Role.AMBASSADOR), "marion")
    assert run_sweep("measures.remind", on(1))
    assert _addressees() == ["amina"]
