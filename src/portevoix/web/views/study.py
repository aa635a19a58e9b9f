"""The study as it is written: sections, figures beside them, steps, rivals, and its next version."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.people.models import Brand
from portevoix.programme.actions import study as actions
from portevoix.programme.actions.versions import make_version
from portevoix.programme.models import StudiedRival, StudySection, StudyStep
from portevoix.programme.models.study import StudyRow
from portevoix.programme.states import STEP
from portevoix.programme.study import queries
from portevoix.programme.study.content import BRAND_LINE, Rival, Study, mark_of
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.strategy.figures import values
from portevoix.web.strategy.forms import (
    FigureForm,
    ReasonForm,
    RivalForm,
    SectionForm,
    StepForm,
    is_done,
    told_of,
)
from portevoix.web.strategy.page import told_rival, told_steps
from portevoix.web.toasts import tell

KINDS: Final[Mapping[str, type[StudyRow]]] = {
    "sections": StudySection,
    "steps": StudyStep,
    "rivals": StudiedRival,
}
"""How addresses call what a study is made of."""
MOST_SUBJECTS: Final = 20
"""Of how many parts of an outline an Undo tells at most: one request asks the database for no more."""


@of_brand("programme.change_study")
@require_POST
@once
def begin(request: SignedIn, brand: Brand) -> HttpResponse:
    """Propose a study in five steps, or take the proposal back."""
    if request.POST.get("undo"):
        actions.clear_outline(brand, request.POST["undo"].split()[:MOST_SUBJECTS], by=request.user)
        tell(request, _("What was not filled in is gone."))
    else:
        _is_allowed(request, lambda: _begin(request, brand))
    return redirect("strategy", slug=brand.slug)


def _begin(request: SignedIn, brand: Brand) -> None:
    given = actions.begin_study(brand, by=request.user)
    undo, fields = reverse("strategy_begin", args=[brand.slug]), {"undo": " ".join(given)}
    tell(request, _("The study has begun: fill its sections in."), undo=undo, undo_fields=fields)


def _is_allowed(request: SignedIn, write: Callable[[], object]) -> bool:
    """Return whether `write` was done; what it refuses is told on the next page."""
    try:
        write()
    except UserError as problem:
        tell(request, str(problem))
        request.is_refused = True
        return False
    return True


@of_brand("programme.change_study")
@require_http_methods(["GET", "POST"])
@once
def section(request: SignedIn, brand: Brand, section: int | None = None) -> HttpResponse:
    """Write a section, or a new one."""
    found = queries.row(StudySection, brand, section) if section is not None else None
    before, mark = _read(found)
    form = SectionForm(request.POST or None, initial=before)

    def write(told: dict[str, Any]) -> None:
        saved = actions.write_section(
            brand, found, **told, read=request.POST.get("read", ""), by=request.user
        )
        _tell_saved(request, saved, before, is_new=found is None)

    if request.method == "POST" and is_done(form, write):
        return redirect(_place(brand, section))
    return _form(request, brand, "section_form", form, row=found, **{"read": mark, **_newer(request, found)})


def _tell_saved(request: SignedIn, row: StudyRow, before: Mapping[str, Any], *, is_new: bool) -> None:
    """Say that `row` was saved; undoing removes a new one, and writes `before` again otherwise."""
    slug, kind = row.brand.slug, next(kind for kind, model in KINDS.items() if isinstance(row, model))
    if is_new:
        undo, fields = reverse("strategy_keep", args=[slug, kind, row.pk]), {"kept": ""}
    else:
        undo = reverse(f"strategy_{kind[:-1]}_edit", args=[slug, row.pk])
        fields = {name: "" if value is None else str(value) for name, value in before.items()}
        fields["read"] = mark_of(queries.written_in(row))
    tell(request, _("“%(title)s” is saved.") % {"title": row}, undo=undo, undo_fields=fields)


def _read(row: StudyRow | None) -> tuple[dict[str, str], str]:
    """Return what the form of `row` shows, and the mark by which saving it knows whether that is still so."""
    if row is None:
        return {}, ""
    written = queries.written_in(row)
    return told_of(written), mark_of(written)


def _newer(request: SignedIn, row: StudyRow | None) -> dict[str, Any]:
    """Return what is written now, in words, where it is not what the form that was sent had shown.

    The form is then shown with its mark: whoever saves again has seen it.
    """
    read = request.POST.get("read", "")
    if row is None or not read:
        return {}
    stored = queries.row(type(row), row.brand, row.pk)
    mark = mark_of(queries.written_in(stored))
    return {} if mark == read else {"read": mark, "newer": _in_words(stored)}


def _in_words(row: StudyRow) -> object:
    """Return what is written in `row` as the page shows it beside its form."""
    if isinstance(row, StudyStep):
        return told_steps((queries.step_of(row),))[0]
    written = queries.written_in(row)
    return told_rival(written) if isinstance(written, Rival) else written


def _place(brand: Brand, section: int | None) -> str:
    """Return the address of the study, at the place of a section."""
    return reverse("strategy", args=[brand.slug]) + (f"#section-{section}" if section else "")


def _form(request: SignedIn, brand: Brand, name: str, form: forms.Form, **more: Any) -> HttpResponse:
    """Show `form`, with what is wrong with it if it was sent; nothing that was typed is lost."""
    context = {"brand": brand, "form": form, **more}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, f"web/strategy/{name}.html", context, status=status)


@of_brand("programme.change_study")
@require_POST
def move_section(request: SignedIn, brand: Brand, section: int) -> HttpResponse:
    """Let a section change places with its neighbour."""
    found, is_up = queries.row(StudySection, brand, section), request.POST.get("to") == "up"
    if actions.move_section(found, is_up=is_up, by=request.user):
        undo = reverse("strategy_section_move", args=[brand.slug, section])
        back = {"to": "down" if is_up else "up"}
        tell(request, _("“%(title)s” has moved.") % {"title": found}, undo=undo, undo_fields=back)
    return redirect(_place(brand, section))


@of_brand("programme.change_study")
@require_http_methods(["GET", "POST"])
@once
def figure(request: SignedIn, brand: Brand, section: int) -> HttpResponse:
    """Set a figure beside a section, or take one away (`hide`)."""
    found = queries.row(StudySection, brand, section)
    form = FigureForm(brand, request.POST or None)

    def write(told: dict[str, Any]) -> None:
        wanted = {"metric": told["metric"], "voice": form.voice, "month": told["month"]}
        shown = actions.show_figure(found, **wanted, by=request.user)
        undo = reverse("strategy_figure", args=[brand.slug, section])
        tell(request, _("The figure is set."), undo=undo, undo_fields={"hide": str(shown.pk)})

    if request.POST.get("hide"):
        _hide(request, found, request.POST["hide"])
    elif request.method != "POST" or not is_done(form, write):
        return _form(request, brand, "figure_form", form, row=found)
    return redirect("strategy_section", slug=brand.slug, section=section)


def _hide(request: SignedIn, section: StudySection, number: str) -> None:
    shown = {str(figure.pk): figure for figure in section.figures.select_related("voice")}
    figure = shown.get(number)
    if figure is None:
        raise Http404
    line = figure.voice.slug if figure.voice else BRAND_LINE
    again = {"metric": figure.metric, "line": line, "month": figure.month}
    actions.hide_figure(figure, by=request.user)
    undo = reverse("strategy_figure", args=[section.brand.slug, section.pk])
    tell(request, _("The figure is taken away."), undo=undo, undo_fields=again)


@of_brand("programme.change_study")
@require_http_methods(["GET", "POST"])
@once
def step(request: SignedIn, brand: Brand, step: int | None = None) -> HttpResponse:
    """Write a step, or a new one."""
    found = queries.row(StudyStep, brand, step) if step is not None else None
    before, mark = _read(found)
    form = StepForm(request.POST or None, initial=before)

    def write(told: dict[str, Any]) -> None:
        saved = actions.write_step(brand, found, **told, read=request.POST.get("read", ""), by=request.user)
        _tell_saved(request, saved, before, is_new=found is None)

    if request.method == "POST" and is_done(form, write):
        return redirect("strategy", slug=brand.slug)
    return _form(request, brand, "step_form", form, row=found, **{"read": mark, **_newer(request, found)})


@of_brand("programme.change_study")
@require_POST
def move_step(request: SignedIn, brand: Brand, step: int) -> HttpResponse:
    """Move a step to another state."""
    found, state = queries.row(StudyStep, brand, step), request.POST.get("state", "")
    before = found.state
    if state not in STEP.states:
        raise Http404
    if _is_allowed(request, lambda: actions.move_step(found, state, by=request.user)):
        words = {"title": found, "state": found.get_state_display()}
        undo = reverse("strategy_step_state", args=[brand.slug, step])
        tell(request, _("“%(title)s”: %(state)s.") % words, undo=undo, undo_fields={"state": before})
    return redirect("strategy", slug=brand.slug)


@of_brand("programme.change_study")
@require_http_methods(["GET", "POST"])
@once
def rival(request: SignedIn, brand: Brand, rival: int | None = None) -> HttpResponse:
    """Write what was read of a rival, or of a new one."""
    found = queries.row(StudiedRival, brand, rival) if rival is not None else None
    before, mark = _read(found)
    form = RivalForm(brand.day(clock.now()).isoformat(), request.POST or None, initial=before)

    def write(told: dict[str, Any]) -> None:
        about = {name: told[name] for name in ("name", "country", "site")}
        read = request.POST.get("read", "")
        saved = actions.write_rival(brand, found, **about, codings=form.codings(), read=read, by=request.user)
        _tell_saved(request, saved, before, is_new=found is None)

    if request.method == "POST" and is_done(form, write):
        return redirect("strategy_rivals", slug=brand.slug)
    return _form(request, brand, "rival_form", form, row=found, **{"read": mark, **_newer(request, found)})


@of_brand("programme.change_study")
@require_POST
def keep(request: SignedIn, brand: Brand, kind: str, number: int) -> HttpResponse:
    """Remove a section, step or rival (`kept` is empty), or bring it back."""
    if kind not in KINDS:
        raise Http404
    found = queries.row(KINDS[kind], brand, number, is_removed=None)
    is_kept = bool(request.POST.get("kept"))
    if _is_allowed(request, lambda: actions.set_removed(found, not is_kept, by=request.user)):
        sentence = _("“%(title)s” is back.") if is_kept else _("“%(title)s” is removed.")
        undo = reverse("strategy_keep", args=[brand.slug, kind, number])
        again = {"kept": "" if is_kept else "1"}
        tell(request, sentence % {"title": found}, undo=undo, undo_fields=again)
    return redirect("strategy_rivals" if kind == "rivals" else "strategy", slug=brand.slug)


@of_brand("programme.change_study")
@require_http_methods(["GET", "POST"])
@once
def freeze(request: SignedIn, brand: Brand) -> HttpResponse:
    """Make the next version, with the figures as they are now."""
    form = ReasonForm(request.POST or None)

    def write(told: dict[str, Any]) -> None:
        asked = Study(sections=queries.sections(brand)).asked
        now, known = clock.now(), values(brand, asked)
        made = make_version(brand, **told, values=known, by=request.user, now=now)
        tell(request, _("Version %(number)d is frozen.") % {"number": made.number})

    if request.method == "POST" and is_done(form, write):
        return redirect("strategy_versions", slug=brand.slug)
    return _form(request, brand, "version_form", form)
