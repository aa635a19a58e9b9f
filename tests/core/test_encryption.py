"""What is stored encrypted opens with any key of the installation, and with no other."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from portevoix.core.encryption import EncryptedTextField
from portevoix.core.errors import InternalError

OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _number in range(3))
FIELD = EncryptedTextField()


@pytest.fixture(autouse=True)
def keys(settings: Any) -> Any:
    """Give the installation one key; a test changes `settings.ENCRYPTION_KEYS` as an administrator would."""
    settings.ENCRYPTION_KEYS = [OLD]
    return settings


def test_the_column_holds_nothing_of_the_text() -> None:
    stored = FIELD.get_prep_value("a password")
    assert "password" not in stored
    assert FIELD.from_db_value(stored) == "a password"


def test_the_same_text_is_never_stored_alike() -> None:
    assert FIELD.get_prep_value("a password") != FIELD.get_prep_value("a password")


def test_text_of_every_writing_survives() -> None:
    assert FIELD.from_db_value(FIELD.get_prep_value("clé « été » 鍵 🔑")) == "clé « été » 鍵 🔑"


def test_an_old_key_still_opens_and_the_newest_encrypts(settings: Any) -> None:
    before = FIELD.get_prep_value("a password")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    after = FIELD.get_prep_value("a password")
    assert FIELD.from_db_value(before) == "a password"
    settings.ENCRYPTION_KEYS = [NEW]
    assert FIELD.from_db_value(after) == "a password"
    with pytest.raises(InternalError):
        FIELD.from_db_value(before)


def test_what_no_key_opens_is_an_error_that_shows_neither_text_nor_token(settings: Any) -> None:
    stored = FIELD.get_prep_value("a password")
    settings.ENCRYPTION_KEYS = [FOREIGN]
    with pytest.raises(InternalError) as raised:
        FIELD.from_db_value(stored)
    assert stored not in str(raised.value)


def test_what_was_tampered_with_does_not_open() -> None:
    stored = FIELD.get_prep_value("a password")
    changed = stored[:-2] + ("A" if stored[-2] != "A" else "B") + stored[-1]
    with pytest.raises(InternalError):
        FIELD.from_db_value(changed)


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_is_stored_for_nothing(nothing: str | None) -> None:
    assert FIELD.get_prep_value(nothing) == ""
    assert FIELD.from_db_value(nothing) == ""


@pytest.mark.django_db
def test_it_is_a_text_column() -> None:
    assert FIELD.db_type(connection) == "text"
