"""The content of a study, as pages show it and as a version keeps it. Days are YYYY-MM-DD, '' without one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeVar

Kept = TypeVar("Kept")
BRAND_LINE: Final = "*"
"""How the brand's own line is called where voices are called by their slugs."""


class Asked(NamedTuple):
    """Which figure stands beside a text: a metric's id, a line (a voice's slug or `*`), a month ('': the last)."""

    metric: str
    line: str
    month: str


@dataclass(frozen=True)
class Value:
    """What a figure says: its month (YYYY-MM, '' where none is known), its value and the month before's."""

    month: str = ""
    value: float | None = None
    previous: float | None = None


@dataclass(frozen=True)
class Figure:
    """A figure beside a section, of a voice with its `name` and `hue`; '' and None for the brand's own line."""

    number: int
    metric: str
    line: str
    asked_month: str
    name: str
    hue: int | None
    told: Value = Value()

    @property
    def asked(self) -> Asked:
        """Return which figure it is, whatever it says."""
        return Asked(self.metric, self.line, self.asked_month)


@dataclass(frozen=True)
class Section:
    """A section: its title, its text, the figures beside it."""

    number: int
    title: str
    text: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Step:
    """A step: where, from which day until which (included), how far it has come, what came out of it."""

    number: int
    title: str
    country: str
    from_on: str
    until_on: str
    state: str
    outcome: str


@dataclass(frozen=True)
class Coding:
    """A rival's grade by one criterion, on which evidence, read on which day."""

    criterion: str
    grade: int
    evidence: str
    read_on: str


@dataclass(frozen=True)
class Rival:
    """A rival, with what was read of it."""

    number: int
    name: str
    country: str
    site: str
    codings: tuple[Coding, ...]


@dataclass(frozen=True)
class Aim:
    """The objectives of a sphere (`key` is its key, its name '') or of a range (`key` is its slug)."""

    key: str
    name: str
    objectives: tuple[str, ...]


@dataclass(frozen=True)
class Spoken:
    """A voice that the brand owns, in the cell of its sphere's key and its range's slug ('' where in none)."""

    name: str
    hue: int
    sphere: str
    range: str


@dataclass(frozen=True)
class Stage:
    """A phase with its targets, (metric, figure wished for a month). `until_on` is excluded; '' is not ended."""

    key: str
    kind: str
    range: str
    from_on: str
    until_on: str
    targets: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Line:
    """The editorial line in force: its version (0 where there is none), since when, topics and tone."""

    version: int = 0
    from_on: str = ""
    topics: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True)
class Study:
    """All of a study."""

    sections: tuple[Section, ...] = ()
    steps: tuple[Step, ...] = ()
    rivals: tuple[Rival, ...] = ()
    spheres: tuple[Aim, ...] = ()
    ranges: tuple[Aim, ...] = ()
    voices: tuple[Spoken, ...] = ()
    phases: tuple[Stage, ...] = ()
    line: Line = Line()

    @property
    def countries(self) -> tuple[str, ...]:
        """Return the countries of its steps and rivals, each once, by name."""
        named = {step.country for step in self.steps} | {rival.country for rival in self.rivals}
        return tuple(sorted(named - {""}))

    @property
    def asked(self) -> frozenset[Asked]:
        """Return the figures that stand beside its sections."""
        return frozenset(figure.asked for section in self.sections for figure in section.figures)

    def with_values(self, values: Mapping[Asked, Value]) -> "Study":
        """Return the same study, each figure with its value; none where `values` has none."""
        return replace(self, sections=tuple(filled(section, values) for section in self.sections))


def filled(section: Section, values: Mapping[Asked, Value]) -> Section:
    """Return the same section, each figure with its value; none where `values` has none."""
    figures = (replace(each, told=values.get(each.asked, Value())) for each in section.figures)
    return replace(section, figures=tuple(figures))


def mark_of(part: Section | Step | Rival) -> str:
    """Return a mark of what is written in `part`, which is another one once that has changed."""
    written = json.dumps(asdict(part), ensure_ascii=False, sort_keys=True)
    return sha256(written.encode()).hexdigest()[:20]


def frozen(study: Study) -> dict[str, Any]:
    """Return `study` as what a version keeps."""
    return asdict(study)


def thawed(content: Mapping[str, Any]) -> Study:
    """Return the study that a version kept."""
    return Study(
        sections=_each(content, "sections", _section),
        steps=_each(content, "steps", lambda kept: Step(**kept)),
        rivals=_each(content, "rivals", _rival),
        spheres=_each(content, "spheres", _aim),
        ranges=_each(content, "ranges", _aim),
        voices=_each(content, "voices", lambda kept: Spoken(**kept)),
        phases=_each(content, "phases", _stage),
        line=Line(**{**content["line"], "topics": tuple(content["line"]["topics"])}),
    )


def _each(
    content: Mapping[str, Any], part: str, read: Callable[[Mapping[str, Any]], Kept]
) -> tuple[Kept, ...]:
    return tuple(read(kept) for kept in content[part])


def _figure(kept: Mapping[str, Any]) -> Figure:
    return Figure(**{**kept, "told": Value(**kept["told"])})


def _section(kept: Mapping[str, Any]) -> Section:
    return Section(**{**kept, "figures": tuple(map(_figure, kept["figures"]))})


def _rival(kept: Mapping[str, Any]) -> Rival:
    return Rival(**{**kept, "codings": tuple(Coding(**coding) for coding in kept["codings"])})


def _aim(kept: Mapping[str, Any]) -> Aim:
    return Aim(**{**kept, "objectives": tuple(kept["objectives"])})


def _stage(kept: Mapping[str, Any]) -> Stage:
    return Stage(**{**kept, "targets": tuple((metric, value) for metric, value in kept["targets"])})
