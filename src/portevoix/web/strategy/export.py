"""The study as a Markdown file: what the page says, dated, its figures as they were when it was written."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from portevoix.people.models import Brand
from portevoix.programme.study.content import Study
from portevoix.web import telling
from portevoix.web.strategy.figures import ToldFigure
from portevoix.web.strategy.page import Matrix, ToldCoding, ToldRival, ToldStep, ToldStudy


def as_markdown(brand: Brand, study: Study, words: ToldStudy, *, now: datetime) -> str:
    """Return `study`, told in `words`, as Markdown: sections' texts as they were typed."""
    blocks = (
        f"# {_plain(brand.name)} · {_('Strategy')}",
        _("Written %(when)s; figures as they were then.") % {"when": telling.minute(now, brand.zone)},
        *_steps(words),
        *_sections(study, words),
        *_objectives(words),
        *_rivals(words),
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


def _plain(text: str) -> str:
    """Return `text` on one line, with nothing that Markdown or a table would take for its own."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))


def _steps(words: ToldStudy) -> Iterator[str]:
    if words.steps:
        yield f"## {_('Steps')}"
        yield "\n".join(f"- {_step(step)}" for step in words.steps)
    if words.countries:
        named = (f"{_plain(each.name)} ({each.count})" for each in words.countries)
        yield f"**{_('Countries')}** {telling.listed(named)}"


def _step(step: ToldStep) -> str:
    parts = (f"**{_plain(step.title)}**", _plain(step.country), step.days, step.label)
    outcome = f"\n  {_plain(step.outcome)}" if step.outcome else ""
    return " · ".join(filter(None, parts)) + outcome


def _sections(study: Study, words: ToldStudy) -> Iterator[str]:
    for section, told in zip(study.sections, words.sections, strict=True):
        yield f"## {_plain(section.title)}"
        # A line that begins with "#" is text here, and would be a title there.
        yield re.sub(r"^(\s*)#", r"\1\\#", section.text.replace("\r\n", "\n").strip(), flags=re.MULTILINE)
        # Quoted: a list of figures would else go on where the text ends with a list.
        yield "\n".join(f"> - {_figure(figure)}" for figure in told.figures)


def _figure(figure: ToldFigure) -> str:
    whose = f"{_plain(figure.name)} · {figure.label}"
    told = _("%(figure)s: %(wished)s") % {"figure": whose, "wished": f"**{figure.text}**"}
    before = _("%(before)s: %(previous)s") % {"before": figure.before, "previous": figure.previous}
    return f"{told} ({figure.month} · {before})" if figure.month else told


def _objectives(words: ToldStudy) -> Iterator[str]:
    if not words.matrix.is_empty:
        yield f"## {_('Objectives')}"
        yield _matrix(words.matrix)
    for phase in words.phases:
        targets = telling.listed(f"{label} {wished}" for label, wished in phase.targets)
        yield f"- {_plain(phase.name)} · {phase.days}" + (f" · {targets}" if targets else "")
    if words.line_version:
        label = _("Editorial line, version %(version)s") % {"version": words.line_version}
        yield f"**{label}** {_plain(words.topics)}"
        yield _plain(words.tone)


def _matrix(matrix: Matrix) -> str:
    voices = [[_listed(voice.name for voice in cell) for cell in row.cells] for row in matrix.rows]
    rows = [
        [_plain(row.name), _listed(row.objectives), *cells]
        for row, cells in zip(matrix.rows, voices, strict=True)
    ]
    aims = ["", "", *(_listed(column.objectives) for column in matrix.columns)]
    return _table([_("Range"), _("Objectives"), *(column.name for column in matrix.columns)], [aims, *rows])


def _listed(words: Iterable[str]) -> str:
    return " · ".join(map(_plain, words))


def _rivals(words: ToldStudy) -> Iterator[str]:
    if not words.rivals:
        return
    yield f"## {_('Rivals')}"
    rows = [[_who(rival), *(coding.word for coding in rival.codings)] for rival in words.rivals]
    yield _table([_("Rival"), *words.criteria], rows)
    for rival in words.rivals:
        told = (f"- {_plain(rival.name)} · {_evidence(each)}" for each in rival.codings if each.evidence)
        yield "\n".join(told)


def _who(rival: ToldRival) -> str:
    return f"{_plain(rival.name)} ({_plain(rival.country)})" if rival.country else _plain(rival.name)


def _evidence(coding: ToldCoding) -> str:
    return f"{coding.label} ({coding.read}) · {_plain(coding.evidence)}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
