"""Text that is encrypted at rest. Keys rotate: the first key encrypts, all of them decrypt.

It is opened when it is read from its row, not when the row is loaded: one text that no key opens keeps nobody
from the other rows.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.lookups import Exact, IsNull, Lookup
from django.db.models.query_utils import DeferredAttribute

from portevoix.core.errors import InternalError, SecretUnreadable

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
    _Exact = Exact[str]
else:
    _Text, _Exact = models.TextField, Exact


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """Return the cipher of the installation's keys."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS))


@dataclass(frozen=True)
class Sealed:
    """An encrypted text as its column holds it, not opened yet."""

    token: str = field(repr=False)

    def open(self) -> str:
        """Return the clear text. Raises SecretUnreadable when no key opens it."""
        try:
            return cipher().decrypt(self.token.encode()).decode()
        except InvalidToken as problem:
            raise SecretUnreadable(
                "no encryption key of this installation opens a stored secret"
            ) from problem


class _Opening(DeferredAttribute):
    """The attribute of a row that opens what is sealed when it is first read."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        found = super().__get__(instance, cls)
        return found.open() if isinstance(found, Sealed) else found

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _ExactlyEmpty(_Exact):
    """Asks whether nothing is stored: the one question that a column of tokens can answer."""

    def get_prep_lookup(self) -> Any:
        """Return the empty text. Raises InternalError for any other."""
        if self.rhs not in ("", None):
            raise InternalError("an encrypted field cannot be searched")
        return super().get_prep_lookup()


class EncryptedTextField(_Text):
    """A text field whose column holds a Fernet token; it cannot be searched, by design.

    Queries may ask whether it is empty; any other lookup raises InternalError. Saving a row writes the token
    anew, with the first key, only where the text was set.
    """

    descriptor_class = _Opening

    def get_prep_value(self, value: Any) -> Any:
        """Return the token that is stored for `value`; nothing is stored for an empty text."""
        if isinstance(value, Sealed):
            return value.token
        return cipher().encrypt(str(value).encode()).decode() if value else ""

    def from_db_value(self, value: str | None, *_: object) -> "Sealed | str":
        """Return what the column holds, to be opened when it is read."""
        return Sealed(value) if value else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return what to store: what was read from the row and never set stays sealed as it is."""
        kept = model_instance.__dict__
        return kept[self.attname] if self.attname in kept else super().pre_save(model_instance, add)

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]]":
        """Return the lookup of that name, if it asks about emptiness. Raises InternalError for all others."""
        if lookup_name == "isnull":
            return IsNull
        if lookup_name == "exact":
            return _ExactlyEmpty
        raise InternalError("an encrypted field cannot be searched")
