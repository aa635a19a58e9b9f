"""Text that is encrypted at rest. Keys rotate: the first key encrypts, all of them decrypt."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from portevoix.core.errors import InternalError

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """Return the cipher of the installation's keys."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS))


class EncryptedTextField(_Text):
    """A text field whose column holds a Fernet token; it cannot be searched, by design."""

    def get_prep_value(self, value: Any) -> Any:
        """Return the token that is stored for `value`; nothing is stored for an empty text."""
        return cipher().encrypt(str(value).encode()).decode() if value else ""

    def from_db_value(self, value: str | None, *_: object) -> str:
        """Return the clear text. Raises InternalError when no key opens it."""
        if not value:
            return ""
        try:
            return cipher().decrypt(value.encode()).decode()
        except InvalidToken as problem:
            raise InternalError("no encryption key of this installation opens a stored secret") from problem
