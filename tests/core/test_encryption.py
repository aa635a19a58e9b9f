"""What is stored encrypted opens with any key of the installation, and with no other."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from portevoix.core.encryption import EncryptedTextField, Sealed
from portevoix.core.errors import InternalError, SecretUnreadable
from portevoix.people.models import Brand, JournalEntry

OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _number in range(3))
FIELD = EncryptedTextField()


def opened(stored: str | None) -> str:
    """Return the text of a column's content."""
    found = FIELD.from_db_value(stored)
    return found.open() if isinstance(found, Sealed) else found


@pytest.fixture(autouse=True)
def keys(settings: Any) -> Any:
    """Give the installation one key; a test changes `settings.ENCRYPTION_KEYS` as an administrator would."""
    settings.ENCRYPTION_KEYS = [OLD]
    return settings


def test_the_column_holds_nothing_of_the_text() -> None:
    stored = FIELD.get_prep_value("a password")
    assert "password" not in stored
    assert opened(stored) == "a password"


def test_the_same_text_is_never_stored_alike() -> None:
    assert FIELD.get_prep_value("a password") != FIELD.get_prep_value("a password")


def test_text_of_every_writing_survives() -> None:
    assert opened(FIELD.get_prep_value("clé « été » 鍵 🔑")) == "clé « été » 鍵 🔑"


def test_an_old_key_still_opens_and_the_newest_encrypts(settings: Any) -> None:
    before = FIELD.get_prep_value("a password")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    after = FIELD.get_prep_value("a password")
    assert opened(before) == "a password"
    settings.ENCRYPTION_KEYS = [NEW]
    assert opened(after) == "a password"
    with pytest.raises(SecretUnreadable):
        opened(before)


def test_what_no_key_opens_is_an_error_that_shows_neither_text_nor_token(settings: Any) -> None:
    stored = FIELD.get_prep_value("a password")
    settings.ENCRYPTION_KEYS = [FOREIGN]
    with pytest.raises(SecretUnreadable) as raised:
        opened(stored)
    assert stored not in str(raised.value)


def test_what_was_tampered_with_does_not_open() -> None:
    stored = FIELD.get_prep_value("a password")
    changed = stored[:-2] + ("A" if stored[-2] != "A" else "B") + stored[-1]
    with pytest.raises(SecretUnreadable):
        opened(changed)


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_is_stored_for_nothing(nothing: str | None) -> None:
    assert FIELD.get_prep_value(nothing) == ""
    assert opened(nothing) == ""


def test_what_is_sealed_shows_nothing_when_printed() -> None:
    assert repr(FIELD.from_db_value(FIELD.get_prep_value("a password"))) == "Sealed()"


@pytest.fixture
def brand(db: None) -> Brand:
    return Brand.objects.create(slug="acme", name="Acme", time_zone="UTC")


def hidden_in(brand: Brand, text: str) -> JournalEntry:
    """Store a row with an encrypted column, and return it as it is read."""
    made = JournalEntry.objects.create(brand=brand, action="a", actor_kind="voice", hidden_person=text)
    return JournalEntry.objects.get(pk=made.pk)


def test_one_text_that_no_key_opens_keeps_nobody_from_the_other_rows(brand: Brand, settings: Any) -> None:
    hidden_in(brand, "7")
    settings.ENCRYPTION_KEYS = [NEW]
    hidden_in(brand, "8")
    newer, older = JournalEntry.objects.all()
    assert newer.hidden_person == "8"
    with pytest.raises(SecretUnreadable):
        _ = older.hidden_person


def test_saving_a_row_keeps_what_was_not_opened(brand: Brand, settings: Any) -> None:
    entry = hidden_in(brand, "7")
    settings.ENCRYPTION_KEYS = [FOREIGN]
    entry.subject = "voice:1"
    entry.save()
    settings.ENCRYPTION_KEYS = [OLD]
    assert JournalEntry.objects.get(pk=entry.pk).hidden_person == "7"
    entry.hidden_person = "9"
    entry.save()
    assert entry.hidden_person == JournalEntry.objects.get(pk=entry.pk).hidden_person == "9"


def test_saving_a_row_that_was_loaded_without_its_secret_keeps_it(brand: Brand) -> None:
    hidden_in(brand, "7")
    entry = JournalEntry.objects.defer("hidden_person").get()
    entry.save(update_fields=["hidden_person", "subject"])
    assert JournalEntry.objects.get().hidden_person == "7"


@pytest.mark.parametrize(
    "lookup", [{"hidden_person": "7"}, {"hidden_person__in": ["7"]}, {"hidden_person__contains": "7"}]
)
def test_a_search_that_could_never_find_anything_is_an_error(brand: Brand, lookup: dict[str, Any]) -> None:
    hidden_in(brand, "7")
    with pytest.raises(InternalError, match="searched"):
        JournalEntry.objects.filter(**lookup).exists()
    assert not JournalEntry.objects.filter(hidden_person="").exists()
    assert JournalEntry.objects.filter(hidden_person__isnull=False).exists()


@pytest.mark.django_db
def test_it_is_a_text_column() -> None:
    assert FIELD.db_type(connection) == "text"
