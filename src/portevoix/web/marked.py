"""Forms that notice what somebody else wrote between the moment they were shown and the moment they were sent."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portevoix.core.errors import ChangedMeanwhile

READ = "read"
"""The field that carries the mark of what was stored when the form was shown."""


class MarkedForm(forms.Form):
    """A form of something stored. `newer`: (label, text) of what is written now and was not when it was shown."""

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._mark = str(data.get(READ, "")) if data else ""
        self.unmarked: frozenset[str] = frozenset()
        self.newer: list[tuple[str, str]] = []

    def posted(self) -> dict[str, str]:
        """Return what this form would send with nothing typed into it, by which a change is undone."""
        sent: dict[str, str] = {}
        for bound in self:
            value, widget = bound.value(), bound.field.widget
            if isinstance(widget, forms.MultiWidget):
                parts = widget.decompress(value) or []
                sent.update({f"{bound.html_name}_{place}": str(part) for place, part in enumerate(parts)})
            elif value is not False:
                sent[bound.html_name] = "on" if value is True else "" if value is None else str(value)
        return sent

    @property
    def mark(self) -> str:
        """Return a mark of what is stored, another one once that has changed; '' for what is not stored yet."""
        if self.is_bound or not self.initial:
            return self._mark
        told = {name: text for name, text in self.posted().items() if text and name not in self.unmarked}
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:20]

    def unless_changed(self, stored: Callable[[], "MarkedForm"]) -> Callable[[], None]:
        """Return what an action calls once nobody else can write; `stored` gives the form as it would be now.

        It raises ChangedMeanwhile when that is not what this form was shown with. The form then carries the new
        mark and tells what is written now: whoever saves again has seen it.
        """

        def check() -> None:
            now = stored()
            if self._mark and self._mark != now.mark:
                self._mark, self.newer = now.mark, self._beside(now)
                raise ChangedMeanwhile

        return check

    def _beside(self, now: "MarkedForm") -> list[tuple[str, str]]:
        """Return the fields that `now` tells otherwise than was typed here, with what it tells."""
        typed = {bound.name: _in_words(bound) for bound in self}
        told = [(bound, _in_words(bound)) for bound in now if bound.name in typed]
        return [(str(bound.label), text or "–") for bound, text in told if text != typed[bound.name]]


def _in_words(bound: forms.BoundField) -> str:
    """Return what a field says, as somebody reads it."""
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list) else widget.decompress(value) or []
        return " ".join(str(part) for part in parts if part)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(widget, forms.Select):
        return str({str(key): label for key, label in widget.choices}.get(str(value or ""), value))
    return "" if value is None else str(value).replace("\r\n", "\n")
