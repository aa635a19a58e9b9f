"""Writing the study: its sections with the figures beside them, its steps, the rivals read."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.core.errors import ChangedMeanwhile, UserError
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand, JournalEntry
from portevoix.programme import rights
from portevoix.programme.models import (
    Criterion,
    RivalCoding,
    StudiedRival,
    StudyFigure,
    StudySection,
    StudyStep,
    Voice,
)
from portevoix.programme.models.study import StudyRow
from portevoix.programme.states import STEP, StepState
from portevoix.programme.study import queries
from portevoix.programme.study.content import Coding, mark_of

Row = TypeVar("Row", bound=StudyRow)
CHANGED: Final = "programme.study.changed"
MOST: Final = {"study_section": 20, "study_step": 24, "studied_rival": 40}
"""How many sections, steps and rivals a study has at most: it is read as a whole, on one page each."""
MOST_FIGURES: Final = 4
"""How many figures stand beside one section at most."""
SECTIONS: Final = (
    gettext_noop("What we want to be known for"),
    gettext_noop("Whom we speak to"),
    gettext_noop("What others do"),
    gettext_noop("Our voices"),
    gettext_noop("How we shall know"),
)
STEPS: Final = (
    gettext_noop("Listen: what is said of us and of our field"),
    gettext_noop("Look abroad: how others do it"),
    gettext_noop("Read our rivals"),
    gettext_noop("Choose spheres, ranges and voices"),
    gettext_noop("Write the editorial line, and decide"),
)


def outline() -> list[str]:
    """Return the titles of the five steps that a study begins with, in the active language."""
    return list(map(_, STEPS))


@transaction.atomic
def begin_study(brand: Brand, *, by: By) -> list[str]:
    """Give `brand` five sections and five steps as titles, in the active language, to be filled in.

    Returns their subjects, with which `clear_outline` takes them back. Raises NotAllowed, and UserError when
    there is something of a study already.
    """
    _enter(brand, by=by)
    if any(
        model.objects.filter(brand=brand, is_removed=False).exists() for model in (StudySection, StudyStep)
    ):
        raise UserError(_("This study has begun already. Nothing was changed."))
    titles = enumerate(map(_, SECTIONS), start=1)
    sections = StudySection.objects.bulk_create(
        StudySection(brand=brand, position=place, title=title) for place, title in titles
    )
    steps = StudyStep.objects.bulk_create(StudyStep(brand=brand, title=title) for title in outline())
    _journal(brand, "begun", f"brand:{brand.pk}", by=by)
    return [*map(subject_of, sections), *map(subject_of, steps)]


@transaction.atomic
def clear_outline(brand: Brand, subjects: Collection[str], *, by: By) -> None:
    """Remove what `begin_study` gave `brand`, of `subjects` those that nobody touched since. Raises NotAllowed."""
    _enter(brand, by=by)
    # Whatever else is done to a part of the study, or adds one, leaves a line that names it.
    touched = JournalEntry.objects.filter(action=CHANGED, brand=brand, subject__in=subjects)
    bare = set(subjects) - set(touched.values_list("subject", flat=True))
    for model in (StudySection, StudyStep):
        rows = model.objects.filter(brand=brand, is_removed=False)
        unchanged = [row.pk for row in rows if subject_of(row) in bare]
        model.objects.filter(pk__in=unchanged).update(is_removed=True)
    _journal(brand, "cleared", f"brand:{brand.pk}", by=by)


@transaction.atomic
def write_section(
    brand: Brand, section: StudySection | None, *, title: str, text: str, read: str = "", by: By
) -> StudySection:
    """Change `section`, or add one at the end (None); `read` marks what was read of it before ('': unknown).

    Raises NotAllowed, and UserError when it was changed since it was read, or there are too many.
    """
    _enter(brand, by=by)
    _check_read(section, read)
    if section is None:
        last = StudySection.objects.filter(brand=brand).aggregate(last=Max("position"))["last"] or 0
        section = StudySection(brand=brand, position=last + 1)
    return _written(section, {"title": title, "text": text}, by=by)


@transaction.atomic
def move_section(section: StudySection, *, is_up: bool, by: By) -> bool:
    """Let `section` change places with the one before it, or after it; return whether there was one.

    Raises NotAllowed.
    """
    _enter(section.brand, by=by)
    order = list(StudySection.objects.filter(brand=section.brand, is_removed=False))
    here = order.index(section)
    there = here - 1 if is_up else here + 1
    if there not in range(len(order)):
        return False
    order[here], order[there] = order[there], order[here]
    for place, each in enumerate(order, start=1):
        each.position = place
    StudySection.objects.bulk_update(order, ["position"])
    _journal(section.brand, "moved", subject_of(section), by=by)
    return True


@transaction.atomic
def show_figure(
    section: StudySection, *, metric: str, voice: Voice | None, month: str, by: By
) -> StudyFigure:
    """Set a figure beside `section`: `metric` of `voice` (None: the brand's own), in `month` ('': the last known).

    Raises NotAllowed, and UserError for a named voice or one of another brand, and when there are too many.
    """
    _enter(section.brand, by=by)
    if voice and (voice.brand_id != section.brand_id or voice.is_named):
        raise UserError(_("Only voices that the brand owns stand in the study. Nothing was changed."))
    wanted = {"metric": metric, "voice": voice, "month": month}
    figure = section.figures.filter(**wanted).first()
    if figure is None:
        if section.figures.count() >= MOST_FIGURES:
            sentence = _("At most %(most)d figures stand beside a section. Take one away first.")
            raise UserError(sentence % {"most": MOST_FIGURES})
        figure = section.figures.create(**wanted)
        _journal(section.brand, "figure shown", subject_of(section), by=by)
    return figure


@transaction.atomic
def hide_figure(figure: StudyFigure, *, by: By) -> None:
    """Take a figure away from its section. Raises NotAllowed."""
    _enter(figure.section.brand, by=by)
    _journal(figure.section.brand, "figure hidden", subject_of(figure.section), by=by)
    figure.delete()


@transaction.atomic
def write_step(brand: Brand, step: StudyStep | None, *, read: str = "", by: By, **fields: Any) -> StudyStep:
    """Change `step`, or add one (None); `fields` are those of the model but its state.

    `read` marks what the form showed of it before ('': unknown). Raises NotAllowed, and UserError when that was
    changed since, when its last day lies before its first or there are too many.
    """
    _enter(brand, by=by)
    _check_read(step, read)
    from_on, until_on = fields.get("from_on"), fields.get("until_on")
    if from_on and until_on and until_on < from_on:
        raise UserError(_("The last day must not lie before the first. Nothing was changed."))
    return _written(step or StudyStep(brand=brand), fields, by=by)


@transaction.atomic
def move_step(step: StudyStep, state: str, *, by: By) -> StudyStep:
    """Move `step` to `state`. Raises NotAllowed, and UserError when its life does not allow the move."""
    _enter(step.brand, by=by)
    step.refresh_from_db(fields=["state"])
    if not STEP.allows(step.state, state):
        words = {"before": StepState(step.state).label, "after": StepState(state).label}
        sentence = _("A step does not go from “%(before)s” to “%(after)s”. Nothing was changed.")
        raise UserError(sentence % words)
    return _written(step, {"state": state}, by=by)


@transaction.atomic
def write_rival(
    brand: Brand,
    rival: StudiedRival | None,
    *,
    name: str,
    country: str,
    site: str,
    codings: Iterable[Coding],
    read: str = "",
    by: By,
) -> StudiedRival:
    """Change `rival`, or add one (None), and what was read of it: criteria without a coding are not read.

    `read` marks what the form showed of it before ('': unknown). Raises NotAllowed, and UserError when that was
    changed since, for a criterion or grade that there is not, or when there are too many.
    """
    _enter(brand, by=by)
    _check_read(rival, read)
    fields = {"name": name, "country": country, "site": site}
    written = _written(rival or StudiedRival(brand=brand), fields, by=by)
    written.codings.all().delete()
    RivalCoding.objects.bulk_create(_coding(written, each) for each in codings)
    return written


def _coding(rival: StudiedRival, told: Coding) -> RivalCoding:
    return RivalCoding(
        rival=rival,
        criterion=Criterion(told.criterion),
        grade=told.grade,
        evidence=told.evidence,
        read_on=date.fromisoformat(told.read_on),
    )


@transaction.atomic
def set_removed(row: StudyRow, is_removed: bool, *, by: By) -> None:
    """Remove a section, step or rival, or bring it back. Raises NotAllowed, and UserError without room."""
    _enter(row.brand, by=by)
    if not is_removed:
        _check_room(row)
    type(row)._default_manager.filter(pk=row.pk).update(is_removed=is_removed)
    _journal(row.brand, "removed" if is_removed else "brought back", subject_of(row), by=by)


def subject_of(row: StudyRow) -> str:
    """Return how the journal names a row of the study: "study_section:12"."""
    return f"{_kind(row)}:{row.pk}"


def _kind(row: StudyRow) -> str:
    return {StudySection: "study_section", StudyStep: "study_step", StudiedRival: "studied_rival"}[type(row)]


def _enter(brand: Brand, *, by: By) -> None:
    """Check the right, and keep the study of `brand` to this transaction: places and limits are counted."""
    rights.require("programme.change_study", by=by, on=brand)
    Brand.objects.select_for_update().get(pk=brand.pk)


def _check_read(row: StudyRow | None, read: str) -> None:
    """Raise ChangedMeanwhile when what is stored of `row` is not what `read` marks, as `mark_of` does."""
    if row is None or not read:
        return
    stored = queries.row(type(row), row.brand, row.pk, is_removed=None)
    if mark_of(queries.written_in(stored)) != read:
        raise ChangedMeanwhile


def _written(row: Row, fields: dict[str, Any], *, by: By) -> Row:
    is_new = row.pk is None
    if is_new:
        _check_room(row)
    for name, value in fields.items():
        setattr(row, name, value)
    # The rest of the row was read before anybody else was kept out, and may be old by now.
    row.save(update_fields=None if is_new else fields)
    _journal(row.brand, "added" if is_new else "changed", subject_of(row), by=by)
    return row


def _check_room(row: StudyRow) -> None:
    most = MOST[_kind(row)]
    if (
        type(row)._default_manager.filter(brand=row.brand, is_removed=False).exclude(pk=row.pk).count()
        >= most
    ):
        sentence = _("A study has at most %(most)d of these. Remove one first; nothing was changed.")
        raise UserError(sentence % {"most": most})


def _journal(brand: Brand, what: str, subject: str, *, by: By) -> None:
    journal.record(CHANGED, by=by, brand=brand, subject=subject, what=what)
