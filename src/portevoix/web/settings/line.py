"""The editorial line as its page shows it: version by version, each with what it changed, and the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from portevoix.people.models import Brand
from portevoix.programme.actions import Document
from portevoix.programme.models import EditorialLine
from portevoix.web import telling
from portevoix.web.controls import CONTROLS
from portevoix.web.settings.fields import Day, Lines, Text, Whole, Words
from portevoix.web.settings.form import EntryForm

PARTS: Final = {
    "topics": gettext_noop("Topics"),
    "tone": gettext_noop("Tone"),
    "languages": gettext_noop("Languages"),
    "forbidden_words": gettext_noop("Forbidden words"),
    "disclosure": gettext_noop("Disclosure"),
    "commercial_ceiling": gettext_noop("Commercial posts, at most"),
    "courtesy": gettext_noop("Courtesy"),
}
"""What a version says, by field, in the order in which it is told."""


class LineForm(EntryForm):
    """The next version of the line, or the one that is still to come."""

    default_renderer = CONTROLS

    topics = Lines(_("Topics"), help_text=_("One a line."))
    tone = Text(_("Tone"), is_long=True)
    languages = Words(_("Languages"), help_text=_("Two letters each, the main one first: fr, en."))
    forbidden_words = Lines(_("Forbidden words"), help_text=_("One a line."))
    disclosure = Text(_("Disclosure"), is_long=True, help_text=_("What each voice says of who runs it."))
    commercial_ceiling = Whole(_("Commercial posts, at most (%)"), help_text=_("Empty: no ceiling."))
    courtesy = Lines(_("Courtesy"), help_text=_("One a line: credit sources, thank, answer."))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["from"] = Day(_("In force from"), may_lack=False)
        self.order_fields(("from",))

    @classmethod
    def of(cls, stored: EditorialLine | None, *, from_on: date) -> "LineForm":
        """Return the form filled in with what the version `stored` says, to begin on `from_on`."""
        told = {name: getattr(stored, name) for name in PARTS} if stored else {}
        return cls(initial={**told, "from": from_on.isoformat()})

    def document(self) -> Document:
        """Return what the form says, as a programme file says it."""
        return {"line": self.typed}


@dataclass(frozen=True)
class Part:
    """One thing that a version says, as items."""

    label: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What a version changed in one part of the one before it."""

    label: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """A version: what it says, what it changed, and its last day where another one followed."""

    line: EditorialLine
    parts: tuple[Part, ...]
    differences: tuple[Difference, ...]
    last_on: date | None


@dataclass(frozen=True)
class Line:
    """The page: the version in force, the one to come, the older ones, the last first; and the form."""

    current: Version | None
    to_come: Version | None
    older: list[Version]
    form: EntryForm | None

    @classmethod
    def of(cls, brand: Brand, *, form: EntryForm | None, today: date) -> "Line":
        """Return the page of `brand` on the day `today`."""
        versions = _versions(EditorialLine.objects.filter(brand=brand).order_by("version"))
        waiting = [version for version in versions if version.line.from_on > today]
        begun = [version for version in versions if version.line.from_on <= today]
        return cls(
            current=begun[-1] if begun else None,
            to_come=waiting[-1] if waiting else None,
            older=begun[-2::-1],
            form=form,
        )


def _versions(lines: Iterable[EditorialLine]) -> list[Version]:
    """Return `lines`, which come in order, each beside the one before it and the one after it."""
    around = pairwise([None, *lines, None])
    found: list[Version] = []
    before: EditorialLine | None = None
    for line, after in around:
        if line is not None:
            parts = tuple(part for part in _parts(line) if part.items)
            changed = differences(before, line) if before else ()
            found.append(Version(line, parts, changed, _last_day(line, after)))
        before = line
    return found


def _last_day(line: EditorialLine, after: EditorialLine | None) -> date | None:
    """Return the last day on which `line` counted: the day before the next, or its own where both begin then."""
    return max(line.from_on, after.from_on - timedelta(days=1)) if after else None


def _parts(line: EditorialLine) -> list[Part]:
    return [Part(gettext(label), _items(name, getattr(line, name))) for name, label in PARTS.items()]


def _items(name: str, value: Any) -> tuple[str, ...]:
    if name == "commercial_ceiling":
        return () if value is None else (gettext("%(number)s%%") % {"number": value},)
    if name == "languages":
        return tuple(map(telling.language, value))
    return tuple(value) if isinstance(value, list) else tuple(filter(None, [value]))


def differences(before: EditorialLine, after: EditorialLine) -> tuple[Difference, ...]:
    """Return what `after` says otherwise than `before`, part by part."""
    found = (
        Difference(
            new.label,
            tuple(item for item in old.items if item not in new.items),
            tuple(item for item in new.items if item not in old.items),
        )
        for old, new in zip(_parts(before), _parts(after), strict=True)
    )
    return tuple(each for each in found if each.gone or each.come)
