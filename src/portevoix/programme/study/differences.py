"""What changed between two states of a study, part by part and field by field, as lost and gained pieces."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from portevoix.programme.study.content import Aim, Line, Rival, Section, Stage, Step, Study

Pieces = Mapping[str, tuple[str, ...]]
"""A thing field by field, each as the pieces that are compared: paragraphs, objectives, grades."""


@dataclass(frozen=True)
class FieldChange:
    """The pieces of one field that are gone and those that are new."""

    field: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """What happened to one thing of a part: "added", "removed", "changed", or to a whole part: "reordered"."""

    part: str
    name: str
    what: str
    fields: tuple[FieldChange, ...] = ()


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of `text`, which blank lines part."""
    return tuple(each.strip() for each in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if each.strip())


def differences(before: Study, after: Study) -> tuple[Change, ...]:
    """Return what changed from `before` to `after`, in the order in which a study is read."""
    found: list[Change] = []
    for part, told in _PARTS.items():
        old, new = getattr(before, part), getattr(after, part)
        found += _compared(
            part, {_key(each): told(each) for each in old}, {_key(each): told(each) for each in new}
        )
    if _is_reordered(before, after):
        found.append(Change("sections", "", "reordered"))
    line = _fields(_line(before.line), _line(after.line))
    return (*found, *([Change("line", "", "changed", line)] if line else []))


def _key(thing: Any) -> str:
    return str(getattr(thing, "number", None) or thing.key)


def _compared(part: str, old: Mapping[str, Pieces], new: Mapping[str, Pieces]) -> Iterable[Change]:
    for key, pieces in new.items():
        if key not in old:
            yield Change(part, _name(pieces), "added")
        elif fields := _fields(old[key], pieces):
            yield Change(part, _name(pieces), "changed", fields)
    for key, pieces in old.items():
        if key not in new:
            yield Change(part, _name(pieces), "removed")


def _name(pieces: Pieces) -> str:
    return next(iter(pieces["name"]), "")


def _fields(old: Pieces, new: Pieces) -> tuple[FieldChange, ...]:
    changes = (
        FieldChange(
            field,
            tuple(piece for piece in old[field] if piece not in new[field]),
            tuple(piece for piece in new[field] if piece not in old[field]),
        )
        for field in new
    )
    return tuple(change for change in changes if change.lost or change.gained)


def _is_reordered(before: Study, after: Study) -> bool:
    old, new = ([each.number for each in study.sections] for study in (before, after))
    return [number for number in old if number in new] != [number for number in new if number in old]


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _section(section: Section) -> Pieces:
    figures = tuple(":".join(figure.asked) for figure in section.figures)
    return {"name": _some(section.title), "text": paragraphs(section.text), "figures": figures}


def _step(step: Step) -> Pieces:
    return {
        "name": _some(step.title),
        "country": _some(step.country),
        "from": _some(step.from_on),
        "until": _some(step.until_on),
        "state": _some(step.state),
        "outcome": paragraphs(step.outcome),
    }


def _rival(rival: Rival) -> Pieces:
    return {
        "name": _some(rival.name),
        "country": _some(rival.country),
        "site": _some(rival.site),
        "grades": tuple(f"{coding.criterion}:{coding.grade}" for coding in rival.codings),
        "evidence": tuple(coding.evidence for coding in rival.codings if coding.evidence),
    }


def _aim(aim: Aim) -> Pieces:
    return {"name": _some(aim.name or aim.key), "objectives": aim.objectives}


def _stage(stage: Stage) -> Pieces:
    return {
        "name": _some(stage.key),
        "from": _some(stage.from_on),
        "until": _some(stage.until_on),
        "targets": tuple(f"{metric}:{value:g}" for metric, value in stage.targets),
    }


def _line(line: Line) -> Pieces:
    version = str(line.version) if line.version else ""
    return {"version": _some(version), "topics": line.topics, "tone": paragraphs(line.tone)}


_PARTS: Final[Mapping[str, Callable[[Any], Pieces]]] = {
    "steps": _step,
    "sections": _section,
    "spheres": _aim,
    "ranges": _aim,
    "phases": _stage,
    "rivals": _rival,
}
