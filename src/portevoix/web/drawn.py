"""Parts of pages that are drawn once: the same value in the same language is the same HTML, kept in memory.

What is kept can be neither out of date nor somebody else's: its template sees the value and nothing besides.
"""

from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from types import NoneType
from typing import Any, Final

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portevoix.core.errors import InternalError

KEPT: Final = 4_000
"""How many parts a process keeps, those that were used last: some ten megabytes of rows and drawings."""
_PLAIN: Final = frozenset({str, int, float, bool, date, NoneType})


class NotPlain(InternalError):
    """A value to draw holds something that is more than plain: two that are equal might be drawn differently."""


def drawn(template: str, value: object) -> SafeString:
    """Return `template` filled in with `value`, which it calls `it`, in the active language.

    `value` is made of frozen dataclasses, tuples, texts, numbers and days. A number that is to be read stands in
    it as text: 1 and 1.0 are equal and are not written alike. Raises NotPlain for anything else, such as a row
    of the database or text that is marked as safe.
    """
    return _drawn(template, get_language() or "", value)


@lru_cache(maxsize=KEPT)
def _drawn(template: str, language: str, value: object) -> SafeString:
    _check(value)
    return SafeString(get_template(template).render({"it": value}))


def _check(value: Any) -> None:
    if isinstance(value, tuple):
        for each in value:
            _check(each)
    elif is_dataclass(value):
        for one in fields(value):
            _check(getattr(value, one.name))
    elif type(value) not in _PLAIN:
        raise NotPlain(f"{type(value).__qualname__} cannot be drawn once")
