"""What changed from one version of a study to the next, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.core.periods import Month
from portevoix.programme.kinds import Criterion
from portevoix.programme.states import StepState
from portevoix.programme.study.content import BRAND_LINE, Study
from portevoix.programme.study.differences import Change, FieldChange, differences
from portevoix.web import telling
from portevoix.web.strategy.page import day, grade, metric_label, sphere, wished

PARTS: Final[Mapping[str, str]] = {
    "steps": gettext_noop("Step"),
    "sections": gettext_noop("Section"),
    "spheres": gettext_noop("Sphere"),
    "ranges": gettext_noop("Range"),
    "phases": gettext_noop("Phase"),
    "rivals": gettext_noop("Rival"),
    "line": gettext_noop("Editorial line"),
}
FIELDS: Final[Mapping[str, str]] = {
    "name": gettext_noop("Name"),
    "text": gettext_noop("Text"),
    "figures": gettext_noop("Figures beside it"),
    "country": gettext_noop("Country"),
    "from": gettext_noop("From"),
    "until": gettext_noop("Until"),
    "state": gettext_noop("State"),
    "outcome": gettext_noop("What came out of it"),
    "site": gettext_noop("Site"),
    "grades": gettext_noop("Readings"),
    "evidence": gettext_noop("Evidence"),
    "objectives": gettext_noop("Objectives"),
    "targets": gettext_noop("Targets"),
    "version": gettext_noop("Version"),
    "topics": gettext_noop("Topics"),
    "tone": gettext_noop("Tone"),
}
HAPPENED: Final[Mapping[str, str]] = {
    "added": gettext_noop("is new"),
    "removed": gettext_noop("is gone"),
    "changed": gettext_noop("has changed"),
}


@dataclass(frozen=True)
class ToldField:
    """A field that changed: what is gone of it, and what is new."""

    label: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True)
class ToldChange:
    """What happened to one thing."""

    part: str
    name: str
    happened: str
    fields: tuple[ToldField, ...]


def changes_between(before: Study, after: Study, *, shows_voices: bool) -> tuple[ToldChange, ...]:
    """Return what changed, in words; figures of single voices only for whom these are shown."""
    told = (figure for study in (before, after) for section in study.sections for figure in section.figures)
    names = {figure.line: figure.name for figure in told if shows_voices or figure.line == BRAND_LINE}
    found = ((change, _told(change, names)) for change in differences(before, after))
    return tuple(told for change, told in found if told.fields or change.what != "changed")


def _told(change: Change, names: Mapping[str, str]) -> ToldChange:
    if change.what == "reordered":
        return ToldChange(_("Sections"), "", _("stand in another order"), ())
    fields = (_field(field, names) for field in change.fields)
    told = tuple(each for each in fields if each.lost or each.gained)
    name = sphere(change.name) if change.part == "spheres" else change.name
    return ToldChange(_(PARTS[change.part]), name, _(HAPPENED[change.what]), told)


def _field(field: FieldChange, names: Mapping[str, str]) -> ToldField:
    label, say = _(FIELDS[field.field]), _PIECES.get(field.field, str)
    if field.field == "figures":
        return ToldField(label, _figures(field.lost, names), _figures(field.gained, names))
    return ToldField(label, tuple(map(say, field.lost)), tuple(map(say, field.gained)))


def _figures(pieces: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return figures in words: those of the lines that `names` knows."""
    parts = (piece.split(":") for piece in pieces)
    return tuple(_figure(metric, names[line], month) for metric, line, month in parts if line in names)


def _figure(metric: str, name: str, month: str) -> str:
    when = telling.month(Month.parse(month)) if month else ""
    return " · ".join(filter(None, (name, metric_label(metric), when)))


def _coding(piece: str) -> str:
    criterion, value = piece.split(":")
    words = {"criterion": Criterion(criterion).label, "grade": grade(criterion, int(value))}
    return _("%(criterion)s: %(grade)s") % words


def _target(piece: str) -> str:
    metric, value = piece.split(":")
    words = {"figure": metric_label(metric), "wished": wished(metric, float(value))}
    return _("%(figure)s: %(wished)s") % words


_PIECES: Final[Mapping[str, Callable[[str], str]]] = {
    "grades": _coding,
    "targets": _target,
    "from": day,
    "until": day,
    "state": lambda piece: str(StepState(piece).label),
}
