"""A form whose fields are the keys of one mapping of the programme file."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from portevoix.core.errors import UserError
from portevoix.programme.file.problems import BadProgrammeFile, Problem
from portevoix.programme.file.typed import Typed, field_at
from portevoix.web.marked import MarkedForm

T = TypeVar("T")


class EntryForm(MarkedForm):
    """What a page changes of a programme. `place` says where on the page the form stands, '' for the only one.

    Nothing is checked here: what was typed goes to the readers of the programme file, whose problems come back to
    the fields they are about.
    """

    apart: ClassVar[frozenset[str]] = frozenset()
    """Fields that are no keys of the mapping."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, place: str = "", **options: Any) -> None:
        mark = place.replace(":", "-")
        super().__init__(data, auto_id=f"{mark}-%s" if mark else "id_%s", **options)
        self.place = place

    @property
    def typed(self) -> dict[str, Typed]:
        """Return what the mapping of the file would say. The form must have been validated."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.apart}

    def attempt(self, action: Callable[[], T]) -> T | None:
        """Return what `action` does with what was typed; None after showing at each field what is wrong."""
        if not self.is_valid():
            return None
        try:
            return action()
        except BadProgrammeFile as bad:
            self.blame(bad.problems)
        except UserError as problem:
            self.add_error(None, str(problem))
        return None

    def blame(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field, or above the form when it is about none."""
        for problem in problems:
            self.add_error(field_at(problem.line, tuple(self.fields)), problem.at_field)
