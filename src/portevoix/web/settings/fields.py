"""Fields that give what a programme file holds: texts, lists, numbers, days. The file's readers judge them."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from portevoix.programme.file.typed import Number, Typed

Choices = Sequence[tuple[str, Any]]


class Text(forms.CharField):
    """A text; left empty, it is None where nothing may stand there."""

    def __init__(self, label: Any = "", *, is_long: bool = False, may_lack: bool = True, **more: Any) -> None:
        if is_long:
            more.setdefault("widget", forms.Textarea({"rows": 4}))
        super().__init__(label=label, required=False, **more)
        self.may_lack = may_lack

    def clean(self, value: Any) -> Typed:
        """Return what was typed, each of its lines ended by a line feed."""
        typed = super().clean(value).replace("\r\n", "\n")
        return None if self.may_lack and not typed else typed


class Lines(forms.CharField):
    """A list, one item a line."""

    def __init__(self, label: Any = "", *, rows: int = 3, **more: Any) -> None:
        super().__init__(label=label, required=False, widget=forms.Textarea({"rows": rows}), **more)

    def clean(self, value: Any) -> Typed:
        """Return the lines on which something stands."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Return a stored list as it is typed."""
        return value if isinstance(value, str | None) else "\n".join(value)


class Words(forms.CharField):
    """A list of words on one line, with commas or spaces between them."""

    def __init__(self, label: Any = "", **more: Any) -> None:
        super().__init__(label=label, required=False, **more)

    def clean(self, value: Any) -> Typed:
        """Return the words."""
        return re.findall(r"[^\s,;]+", super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Return a stored list as it is typed."""
        return value if isinstance(value, str | None) else ", ".join(value)


class Whole(forms.CharField):
    """A number, or nothing."""

    def __init__(self, label: Any = "", *, unit: str = "", may_lack: bool = True, **more: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "class": "short"})
        super().__init__(label=label, required=False, **{"widget": widget, **more})
        self.may_lack = may_lack

    def clean(self, value: Any) -> Typed:
        """Return the number as it was typed."""
        typed = super().clean(value)
        return None if self.may_lack and not typed else Number(typed.replace(",", "."))


class Day(forms.CharField):
    """A day, or nothing."""

    def __init__(self, label: Any = "", *, may_lack: bool = True, **more: Any) -> None:
        widget = forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d")
        super().__init__(label=label, required=False, widget=widget, **more)
        self.may_lack = may_lack

    def clean(self, value: Any) -> Typed:
        """Return the day as it was typed."""
        typed = super().clean(value)
        return None if self.may_lack and not typed else typed


class Choice(forms.CharField):
    """One of `choices`, which the reader of the file checks; '' is for nothing."""

    def __init__(self, label: Any = "", *, choices: Choices, **more: Any) -> None:
        super().__init__(label=label, required=False, **{"widget": forms.Select(choices=choices), **more})

    def clean(self, value: Any) -> Typed:
        """Return what was chosen, None for nothing."""
        return super().clean(value) or None


class Flag(forms.BooleanField):
    """Yes or no."""

    def __init__(self, label: Any = "", **more: Any) -> None:
        super().__init__(label=label, required=False, **more)

    def clean(self, value: Any) -> Typed:
        """Return whether it was ticked."""
        return bool(super().clean(value))


class _Several(forms.MultiWidget):
    """Several controls for one list; those that nothing fills stay empty."""

    def decompress(self, value: Any) -> list[Any]:
        """Return what each control shows of a stored list."""
        return [*(value or ()), *[""] * len(self.widgets)][: len(self.widgets)]


class Ranked(forms.Field):
    """Some of `choices`, the most preferred first: one control for each."""

    def __init__(self, label: Any = "", *, choices: Choices, **more: Any) -> None:
        super().__init__(label=label, required=False, widget=_Several([]), **more)
        self.choices = [("", "–"), *choices]

    def show(self, places: int) -> None:
        """Show so many controls, each with a name of its own for who does not see them."""
        names = [{"aria-label": f"{self.label} {place}"} for place in range(1, places + 1)]
        self.widget = _Several([forms.Select(name, self.choices) for name in names])

    def clean(self, value: Any) -> Typed:
        """Return what was chosen, in order."""
        return [chosen for chosen in value if chosen]


class Figures(forms.Field):
    """Numbers by name: pairs of controls, of which the first says what the second counts."""

    def __init__(self, label: Any = "", **more: Any) -> None:
        super().__init__(label=label, required=False, widget=_Several([]), **more)

    def show(self, choices: Choices, pairs: int, *, what: str, number: str) -> None:
        """Show so many pairs; `what` and `number` are their names for who does not see them."""
        controls: list[forms.Widget] = []
        for place in range(1, pairs + 1):
            controls.append(forms.Select({"aria-label": f"{what} {place}"}, [("", "–"), *choices]))
            controls.append(forms.TextInput({"aria-label": f"{number} {place}", "inputmode": "decimal"}))
        self.widget = _Several(controls)

    def clean(self, value: Any) -> Typed:
        """Return what was typed, by name; a pair of which nothing is filled in says nothing."""
        pairs = zip(value[::2], value[1::2], strict=True)
        return {name or "": Number((typed or "").replace(",", ".")) for name, typed in pairs if name or typed}

    def prepare_value(self, value: Any) -> Any:
        """Return stored figures as they are typed."""
        if not isinstance(value, dict):
            return value
        return [part for name, figure in value.items() for part in (name, f"{figure:g}")]
