"""The study as it is read: its text with live figures, objectives, rivals, versions, and the whole as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from portevoix.core import clock
from portevoix.people.models import Brand
from portevoix.programme.actions.study import outline
from portevoix.programme.models import StudiedRival, StudySection
from portevoix.programme.study import queries
from portevoix.programme.study.content import Study, filled, thawed
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.strategy.export import as_markdown
from portevoix.web.strategy.figures import values
from portevoix.web.strategy.page import (
    TEXT_BUDGET,
    Matrix,
    Reader,
    countries,
    criteria,
    day,
    told,
    told_phases,
    told_rival,
    told_rivals,
    told_sections,
    told_steps,
)
from portevoix.web.strategy.words import changes_between


@of_brand("programme.see_study")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the study: steps and countries, and each section with its figures as they are now."""
    reader = Reader.of(request.user, brand)
    text = Study(sections=queries.sections(brand))
    text = text.with_values(values(brand, text.asked))
    steps = queries.steps(brand)
    context = {
        "brand": brand,
        "reader": reader,
        "sections": told_sections(brand, text.sections, reader, budget=TEXT_BUDGET),
        "steps": told_steps(steps),
        "countries": countries(steps),
        "outline": outline(),
    }
    return render(request, "web/strategy/study.html", context)


@of_brand("programme.see_study")
@require_GET
def section(request: SignedIn, brand: Brand, section: int) -> HttpResponse:
    """Show one section whole."""
    reader = Reader.of(request.user, brand)
    text = queries.section_of(queries.row(StudySection, brand, section))
    text = filled(text, values(brand, {figure.asked for figure in text.figures}))
    context = {"brand": brand, "reader": reader, "section": told_sections(brand, [text], reader)[0]}
    return render(request, "web/strategy/section.html", context)


@of_brand("programme.see_study")
@require_GET
def objectives(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the objectives by sphere and range, the phases' targets and the editorial line."""
    line = queries.line(brand, on=brand.day(clock.now()))
    known = Study(spheres=queries.spheres(brand), ranges=queries.ranges(brand), voices=queries.voices(brand))
    context = {
        "brand": brand,
        "matrix": Matrix.of(known),
        "phases": told_phases(queries.phases(brand)),
        "line": line,
        "line_since": day(line.from_on),
        "may_change": request.user.has_perm("programme.change", brand),
    }
    return render(request, "web/strategy/objectives.html", context)


@of_brand("programme.see_study")
@require_GET
def rivals(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the coding grid: rivals by criteria."""
    context = {
        "brand": brand,
        "may_change": request.user.has_perm("programme.change_study", brand),
        "rivals": told_rivals(queries.rivals(brand)),
        "criteria": criteria(),
    }
    return render(request, "web/strategy/rivals.html", context)


@of_brand("programme.see_study")
@require_GET
def rival(request: SignedIn, brand: Brand, rival: int) -> HttpResponse:
    """Show what was read of one rival, with its evidence."""
    found = queries.rival_of(queries.row(StudiedRival, brand, rival))
    may_change = request.user.has_perm("programme.change_study", brand)
    context = {"brand": brand, "rival": told_rival(found), "may_change": may_change}
    return render(request, "web/strategy/rival.html", context)


@of_brand("programme.see_study")
@require_GET
def versions(request: SignedIn, brand: Brand) -> HttpResponse:
    """List the versions of the study."""
    may_change = request.user.has_perm("programme.change_study", brand)
    context = {"brand": brand, "versions": queries.revisions(brand), "may_change": may_change}
    return render(request, "web/strategy/versions.html", context)


@of_brand("programme.see_study")
@require_GET
def version(request: SignedIn, brand: Brand, number: int) -> HttpResponse:
    """Show a version: what changed since the one before, and the study as it was."""
    revision, before = queries.revision(brand, number)
    reader = Reader.frozen(request.user, brand)
    study = thawed(revision.content)
    former = thawed(before.content) if before else study
    context = {
        "brand": brand,
        "version": revision,
        "before": before,
        "changes": changes_between(former, study, shows_voices=reader.shows_voices),
        "study": told(brand, study, reader, budget=TEXT_BUDGET),
    }
    return render(request, "web/strategy/version.html", context)


@of_brand("programme.see_study")
@require_GET
def as_page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Return the study as one printable file, in the reader's language, its figures as they are now."""
    study = told(brand, _whole(brand), Reader.frozen(request.user, brand))
    context = {"brand": brand, "study": study, "now": clock.now()}
    return _file(render_to_string("web/strategy/file.html", context), brand, "html")


@of_brand("programme.see_study")
@require_GET
def as_text(request: SignedIn, brand: Brand) -> HttpResponse:
    """Return the study as one Markdown file, in the reader's language, its figures as they are now."""
    study = _whole(brand)
    words = told(brand, study, Reader.frozen(request.user, brand))
    return _file(as_markdown(brand, study, words, now=clock.now()), brand, "md")


def _whole(brand: Brand) -> Study:
    study = queries.study(brand, now=clock.now())
    return study.with_values(values(brand, study.asked))


def _file(text: str, brand: Brand, kind: str) -> HttpResponse:
    types = {"html": "text/html", "md": "text/markdown"}
    name = f"{brand.slug}-strategy-{brand.day(clock.now())}.{kind}"
    response = HttpResponse(text, content_type=f"{types[kind]}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
