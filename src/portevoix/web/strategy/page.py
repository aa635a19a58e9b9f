"""The study as its pages show it: sections cut to a page's measure, the matrix of objectives, the coding grid."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portevoix.measures.catalogue import BY_ID
from portevoix.measures.metric import Unit
from portevoix.people.models import Brand, User
from portevoix.programme.kinds import SCALES, Criterion, PhaseKind, SphereKey
from portevoix.programme.states import STEP, StepState
from portevoix.programme.study.content import Aim, Coding, Rival, Section, Spoken, Stage, Step, Study
from portevoix.programme.study.differences import paragraphs
from portevoix.web import telling
from portevoix.web.strategy.figures import ToldFigure, told_figures
from portevoix.web.strategy.prose import prose

TEXT_BUDGET: Final = 10_000
"""Bytes of text that the page of a study shows; what is longer is read section by section."""


@dataclass(frozen=True)
class Reader:
    """Who reads a study: whether single voices are shown, facts opened, and the study changed."""

    shows_voices: bool
    opens: bool
    changes: bool

    @classmethod
    def of(cls, user: User, brand: Brand) -> "Reader":
        """Return what `user` may do with the study of `brand`."""
        sees = user.has_perm("measures.see_voices", brand)
        return cls(sees, sees, user.has_perm("programme.change_study", brand))

    @classmethod
    def frozen(cls, user: User, brand: Brand) -> "Reader":
        """Return how `user` sees what is frozen: its figures open nothing, since their facts may be others now."""
        return cls(user.has_perm("measures.see_voices", brand), opens=False, changes=False)


@dataclass(frozen=True)
class ToldSection:
    """A section in words; `is_cut` where its text goes on elsewhere, `hidden` figures are not for this reader."""

    number: int
    title: str
    text: SafeString
    is_cut: bool
    figures: tuple[ToldFigure, ...]
    hidden: int


def told_sections(
    brand: Brand, sections: Sequence[Section], reader: Reader, *, budget: int | None = None
) -> tuple[ToldSection, ...]:
    """Return `sections` in words, each with an equal share of `budget` bytes of text (None: all of it)."""
    share = None if budget is None or _bytes(sections) <= budget else budget // len(sections)
    return tuple(_told_section(brand, section, reader, share) for section in sections)


def _bytes(sections: Iterable[Section]) -> int:
    return sum(len(section.text.encode()) for section in sections)


def _told_section(brand: Brand, section: Section, reader: Reader, share: int | None) -> ToldSection:
    text = section.text if share is None else beginning(section.text, share)
    figures = told_figures(brand, section.figures, shows_voices=reader.shows_voices, opens=reader.opens)
    return ToldSection(
        number=section.number,
        title=section.title,
        text=prose(text),
        is_cut=text != section.text,
        figures=figures,
        hidden=len(section.figures) - len(figures),
    )


def beginning(text: str, size: int) -> str:
    """Return the first whole paragraphs of `text` within `size` bytes; of a longer first one, its first words."""
    if len(text.encode()) <= size:
        return text
    kept: list[str] = []
    for paragraph in paragraphs(text):
        if len("\n\n".join([*kept, paragraph]).encode()) > size:
            break
        kept.append(paragraph)
    return "\n\n".join(kept) or text.encode()[:size].decode(errors="ignore").rpartition(" ")[0] + " …"


@dataclass(frozen=True)
class ToldStep:
    """A step in words, with the states to which it may move: (state, what its button says)."""

    number: int
    title: str
    country: str
    days: str
    state: str
    label: str
    outcome: str
    moves: tuple[tuple[str, str], ...]


def told_steps(steps: Iterable[Step]) -> tuple[ToldStep, ...]:
    """Return `steps` in words."""
    return tuple(
        ToldStep(
            number=step.number,
            title=step.title,
            country=step.country,
            days=span(step.from_on, step.until_on),
            state=step.state,
            label=str(StepState(step.state).label),
            outcome=step.outcome,
            moves=tuple((after, _move(step.state, after)) for after in STEP.edges[step.state]),
        )
        for step in steps
    )


def _move(before: str, after: str) -> str:
    """Return what the button says that moves a step from `before` to `after`."""
    words = {
        (StepState.PLANNED, StepState.UNDER_WAY): _("Begin"),
        (StepState.UNDER_WAY, StepState.DONE): _("It is done"),
        (StepState.UNDER_WAY, StepState.PLANNED): _("Not begun"),
        (StepState.DONE, StepState.UNDER_WAY): _("Take up again"),
    }
    return words[StepState(before), StepState(after)]


def day(text: str) -> str:
    """Return a day written YYYY-MM-DD in words, '' for none."""
    if not text:
        return ""
    when = date.fromisoformat(text)
    told = date_format(when, "DATE_FORMAT")
    return told.replace("1 ", "1er ", 1) if when.day == 1 and get_language() == "fr" else told


def span(from_on: str, until_on: str) -> str:
    """Return from which day until which, in words; '' where neither is known."""
    words = {"first": day(from_on), "last": day(until_on)}
    if from_on and until_on:
        return _("%(first)s to %(last)s") % words
    if from_on:
        return _("from %(first)s") % words
    return _("until %(last)s") % words if until_on else ""


@dataclass(frozen=True)
class Country:
    """A country in which the study looks, and in how many steps."""

    name: str
    count: int


def countries(steps: Iterable[Step]) -> tuple[Country, ...]:
    """Return the countries of `steps`, the one with most steps first."""
    counted = Counter(step.country for step in steps if step.country)
    return tuple(Country(*each) for each in sorted(counted.items(), key=lambda each: (-each[1], each[0])))


@dataclass(frozen=True)
class MatrixRow:
    """A range with its objectives, and its voices sphere by sphere."""

    name: str
    objectives: tuple[str, ...]
    cells: tuple[tuple[Spoken, ...], ...]


@dataclass(frozen=True)
class Matrix:
    """Ranges by spheres: objectives at the head of each, voices where the two meet."""

    columns: tuple[Aim, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether there is neither a range nor a voice nor an objective to show."""
        return not self.rows and not any(column.objectives for column in self.columns)

    @classmethod
    def of(cls, study: Study) -> "Matrix":
        """Return the matrix of `study`; voices without a sphere or range have a column or row of their own."""
        cells: dict[tuple[str, str], list[Spoken]] = defaultdict(list)
        for voice in study.voices:
            cells[voice.range, voice.sphere].append(voice)
        named = tuple(Aim(aim.key, sphere(aim.key), aim.objectives) for aim in study.spheres)
        columns = (*named, *_rest({key for _range, key in cells}, study.spheres, _("In no sphere yet")))
        ranges = (*study.ranges, *_rest({key for key, _sphere in cells}, study.ranges, _("In no range")))
        return cls(columns, tuple(_row(each, columns, cells) for each in ranges))


def _row(offered: Aim, columns: tuple[Aim, ...], cells: dict[tuple[str, str], list[Spoken]]) -> MatrixRow:
    voices = tuple(tuple(cells.get((offered.key, column.key), ())) for column in columns)
    return MatrixRow(offered.name, offered.objectives, voices)


def _rest(keys: set[str], known: Iterable[Aim], name: str) -> tuple[Aim, ...]:
    return (Aim("", name, ()),) if keys - {aim.key for aim in known} else ()


def sphere(key: str) -> str:
    """Return the name of a sphere."""
    return str(SphereKey(key).label)


@dataclass(frozen=True)
class ToldStage:
    """A phase in words, with the figures that it wishes for: (label, figure)."""

    name: str
    days: str
    targets: tuple[tuple[str, str], ...]


def told_phases(phases: Iterable[Stage]) -> tuple[ToldStage, ...]:
    """Return `phases` in words."""
    return tuple(
        ToldStage(
            name=" · ".join(filter(None, (str(PhaseKind(each.kind).label), each.range))),
            days=span(each.from_on, each.until_on),
            targets=tuple((metric_label(metric), wished(metric, value)) for metric, value in each.targets),
        )
        for each in phases
    )


def metric_label(metric: str) -> str:
    """Return the name of a metric, or its id when the catalogue no longer has it."""
    return _(BY_ID[metric].label) if metric in BY_ID else metric


def wished(metric: str, value: float) -> str:
    """Return a figure wished for in words."""
    return telling.figure(value, BY_ID[metric].unit if metric in BY_ID else Unit.COUNT)


@dataclass(frozen=True)
class ToldCoding:
    """A criterion and what was read by it; `grade` is None and `word` an en dash where nobody read."""

    label: str
    grade: int | None
    word: str
    evidence: str
    read: str


@dataclass(frozen=True)
class ToldRival:
    """A rival in words: one reading a criterion, and the day of the newest, '' without any."""

    number: int
    name: str
    country: str
    site: str
    codings: tuple[ToldCoding, ...]
    read: str

    @property
    def has_evidence(self) -> bool:
        """Return whether some reading says what it rests on."""
        return any(coding.evidence for coding in self.codings)


def told_rivals(rivals: Iterable[Rival]) -> tuple[ToldRival, ...]:
    """Return `rivals` in words."""
    return tuple(told_rival(rival) for rival in rivals)


def told_rival(rival: Rival) -> ToldRival:
    """Return one rival in words."""
    by_criterion = {coding.criterion: coding for coding in rival.codings}
    return ToldRival(
        number=rival.number,
        name=rival.name,
        country=rival.country,
        site=rival.site,
        codings=tuple(_told_coding(each, by_criterion.get(each)) for each in Criterion),
        read=day(max((coding.read_on for coding in rival.codings), default="")),
    )


def _told_coding(criterion: Criterion, coding: Coding | None) -> ToldCoding:
    label = str(criterion.label)
    if coding is None:
        return ToldCoding(label, None, telling.NO_VALUE, "", "")
    return ToldCoding(
        label, coding.grade, grade(criterion, coding.grade), coding.evidence, day(coding.read_on)
    )


def grade(criterion: str, value: int) -> str:
    """Return what a grade of a criterion means."""
    return str(SCALES[Criterion(criterion)][value])


def criteria() -> tuple[str, ...]:
    """Return the names of the criteria, in the order of the grid."""
    return tuple(str(each.label) for each in Criterion)


@dataclass(frozen=True)
class ToldStudy:
    """All of a study in words, for a version's page and for files."""

    sections: tuple[ToldSection, ...]
    steps: tuple[ToldStep, ...]
    countries: tuple[Country, ...]
    matrix: Matrix
    phases: tuple[ToldStage, ...]
    rivals: tuple[ToldRival, ...]
    criteria: tuple[str, ...]
    line_version: int
    topics: str
    tone: str


def told(brand: Brand, study: Study, reader: Reader, *, budget: int | None = None) -> ToldStudy:
    """Return `study` in the words of the active language, as `reader` may see it."""
    return ToldStudy(
        sections=told_sections(brand, study.sections, reader, budget=budget),
        steps=told_steps(study.steps),
        countries=countries(study.steps),
        matrix=Matrix.of(study),
        phases=told_phases(study.phases),
        rivals=told_rivals(study.rivals),
        criteria=criteria(),
        line_version=study.line.version,
        topics=telling.listed(study.line.topics),
        tone=study.line.tone,
    )
