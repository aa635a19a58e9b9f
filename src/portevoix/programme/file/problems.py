"""What is wrong with a programme file, and where."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import ngettext

from portevoix.core.errors import UserError


@dataclass(frozen=True, order=True)
class Problem:
    """One error: its line in the file (the first is 1) and its reason, a translated sentence.

    `plain` is the reason without the file's key, for a form that shows it beside its field; '' where none is told.
    """

    line: int
    reason: str
    plain: str = field(default="", compare=False)

    @property
    def at_field(self) -> str:
        """Return the sentence for a form, which names the field itself."""
        return self.plain or self.reason


class BadProgrammeFile(UserError):
    """The file cannot be applied as it is; `problems` says all that is wrong, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        super().__init__(
            ngettext(
                "The programme file has %(count)d error. Nothing was written.",
                "The programme file has %(count)d errors. Nothing was written.",
                count,
            )
            % {"count": count}
        )
