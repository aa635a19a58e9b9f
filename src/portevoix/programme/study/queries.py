"""Readings of the study: part by part for pages, as a whole for versions and files."""

from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar, cast

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from portevoix.core.errors import NotFound
from portevoix.people.models import Brand
from portevoix.programme.models import (
    EditorialLine,
    Phase,
    ProductRange,
    RivalCoding,
    Sphere,
    StudiedRival,
    StudyFigure,
    StudyRevision,
    StudySection,
    StudyStep,
)
from portevoix.programme.models.study import StudyRow
from portevoix.programme.queries import owned_family
from portevoix.programme.study.content import (
    BRAND_LINE,
    Aim,
    Coding,
    Figure,
    Line,
    Rival,
    Section,
    Spoken,
    Stage,
    Step,
    Study,
)

Row = TypeVar("Row", bound=StudyRow)


def row(model: type[Row], brand: Brand, number: int, *, is_removed: bool | None = False) -> Row:
    """Return a row of the study of `brand`, removed or not (None: whichever). Raises NotFound."""
    found = model._default_manager.filter(brand=brand, pk=number)
    found = found if is_removed is None else found.filter(is_removed=is_removed)
    one = found.first()
    if one is None:
        raise NotFound(_("This part of the study no longer exists."))
    return one


def study(brand: Brand, *, now: datetime) -> Study:
    """Return all of the study of `brand` at `now`, its figures without values."""
    return Study(
        sections=sections(brand),
        steps=steps(brand),
        rivals=rivals(brand),
        spheres=spheres(brand),
        ranges=ranges(brand),
        voices=voices(brand),
        phases=phases(brand),
        line=line(brand, on=brand.day(now)),
    )


def sections(brand: Brand) -> tuple[Section, ...]:
    """Return the sections in their order, each with the figures beside it."""
    return tuple(section_of(each) for each in kept_sections(brand))


def kept_sections(brand: Brand) -> QuerySet[StudySection]:
    """Return the rows of the sections that were not removed, with their figures."""
    figures = Prefetch("figures", StudyFigure.objects.select_related("voice"))
    return StudySection.objects.filter(brand=brand, is_removed=False).prefetch_related(figures)


def section_of(each: StudySection) -> Section:
    """Return the section that a row tells."""
    return replace(words_of(each), figures=tuple(_figure(figure) for figure in each.figures.all()))


def words_of(each: StudySection) -> Section:
    """Return the section that a row tells, without the figures beside it."""
    return Section(each.pk, each.title, each.text, ())


def _figure(row: StudyFigure) -> Figure:
    voice = row.voice
    if voice is None:
        return Figure(row.pk, row.metric, BRAND_LINE, row.month, "", None)
    return Figure(row.pk, row.metric, voice.slug, row.month, voice.display_name, voice.hue)


def steps(brand: Brand) -> tuple[Step, ...]:
    """Return the steps by their first day; those without one last."""
    kept = StudyStep.objects.filter(brand=brand, is_removed=False)
    return tuple(map(step_of, kept))


def step_of(each: StudyStep) -> Step:
    """Return the step that a row tells."""
    days = _day(each.from_on), _day(each.until_on)
    return Step(each.pk, each.title, each.country, *days, each.state, each.outcome)


def rivals(brand: Brand) -> tuple[Rival, ...]:
    """Return the rivals by name, each with what was read of it."""
    kept = StudiedRival.objects.filter(brand=brand, is_removed=False)
    codings = Prefetch("codings", RivalCoding.objects.all())
    return tuple(rival_of(each) for each in kept.prefetch_related(codings))


def rival_of(each: StudiedRival) -> Rival:
    """Return the rival that a row tells."""
    codings = (
        Coding(some.criterion, some.grade, some.evidence, _day(some.read_on)) for some in each.codings.all()
    )
    return Rival(each.pk, each.name, each.country, each.site, tuple(codings))


def written_in(each: StudyRow) -> Section | Step | Rival:
    """Return what the form of a section, step or rival writes: of a step all but how far it has come."""
    if isinstance(each, StudyStep):
        return replace(step_of(each), state="")
    return words_of(each) if isinstance(each, StudySection) else rival_of(cast("StudiedRival", each))


def spheres(brand: Brand) -> tuple[Aim, ...]:
    """Return the spheres with their objectives."""
    return tuple(Aim(each.key, "", tuple(each.objectives)) for each in Sphere.objects.filter(brand=brand))


def ranges(brand: Brand) -> tuple[Aim, ...]:
    """Return the ranges with their objectives."""
    return tuple(
        Aim(each.slug, each.name, tuple(each.objectives)) for each in ProductRange.objects.filter(brand=brand)
    )


def voices(brand: Brand) -> tuple[Spoken, ...]:
    """Return the open voices that the brand owns; a named voice beside a persona would unmask its holder."""
    return tuple(
        Spoken(
            voice.display_name,
            voice.hue,
            voice.sphere.key if voice.sphere else "",
            voice.product_range.slug if voice.product_range else "",
        )
        for voice in owned_family(brand)
        if voice.state != "closed"
    )


def phases(brand: Brand) -> tuple[Stage, ...]:
    """Return the phases with the monthly figures that they wish for."""
    return tuple(
        Stage(
            each.slug,
            each.kind,
            each.product_range.name if each.product_range else "",
            _day(each.from_on),
            _day(each.to_on),
            tuple(each.targets.items()),
        )
        for each in Phase.objects.filter(brand=brand).select_related("product_range")
    )


def line(brand: Brand, *, on: date) -> Line:
    """Return the editorial line in force on the day `on`."""
    found = EditorialLine.objects.filter(brand=brand).current(on)
    if found is None:
        return Line()
    return Line(found.version, _day(found.from_on), tuple(found.topics), found.tone)


def revisions(brand: Brand) -> QuerySet[StudyRevision]:
    """Return the versions of the study, the last one first, without their content."""
    return StudyRevision.objects.filter(brand=brand).select_related("made_by").defer("content")


def revision(brand: Brand, number: int) -> tuple[StudyRevision, StudyRevision | None]:
    """Return a version and the one before it. Raises NotFound."""
    until = StudyRevision.objects.filter(brand=brand, number__lte=number).select_related("made_by")[:2]
    found = list(until)
    if not found or found[0].number != number:
        raise NotFound(_("The study has no such version."))
    return found[0], found[1] if len(found) > 1 else None


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
