"""Controls of forms that are drawn once: a select of ten options is as dear as a page's frame.

As in `web.drawn`, what is kept is found by all that a control is drawn from, in the active language.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT: Final = 2_000
"""How many controls a process keeps, those that were used last."""
LONGEST: Final = 4_000
"""Characters of a text at most in a control that is kept: longer ones are rarely shown twice."""
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


class _More(Exception):
    """Something is more than plain, or long: it is drawn each time."""


class Controls(DjangoTemplates):
    """Draws the controls of forms that say nothing of people: a form names CONTROLS as its `default_renderer`."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Return a control, as it was drawn before where that was from the same."""
        try:
            filled = _Filled(_frozen(context), context)
        except _More:
            return super().render(template_name, dict(context), request)
        return _drawn(self, template_name, get_language() or "", filled)


CONTROLS: Final = Controls()


@dataclass(frozen=True)
class _Filled:
    """What a control is drawn from; two are the same whose `key` is."""

    key: Hashable
    context: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=KEPT)
def _drawn(renderer: Controls, template: str, _language: str, filled: _Filled) -> str:
    return DjangoTemplates.render(renderer, template, dict(filled.context))


def _frozen(thing: Any) -> Hashable:
    """Return what tells `thing` from all that would be drawn otherwise. Raises _More."""
    of = type(thing)
    if of is str and len(thing) > LONGEST:
        raise _More
    if of in _PLAIN:
        return (of, thing) if of is not str else thing
    if of is dict:
        return tuple((name, _frozen(value)) for name, value in thing.items())
    if of in (list, tuple):
        return tuple(_frozen(each) for each in thing)
    if isinstance(thing, Promise):
        return str(thing)
    if of is SafeString:
        return (of, str(thing))
    raise _More
