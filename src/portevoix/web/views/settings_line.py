"""The editorial line: what is in force, what will come, what was; and writing the next version."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.actions import Applied, change, withdraw_line
from portevoix.programme.models import EditorialLine
from portevoix.programme.tally import Change
from portevoix.web import telling
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.settings.form import EntryForm
from portevoix.web.settings.line import Line, LineForm
from portevoix.web.toasts import tell


@of_brand("programme.see")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the line in force, the version to come and the older ones."""
    return _shown(request, brand)


def _shown(request: SignedIn, brand: Brand, refused: EntryForm | None = None) -> HttpResponse:
    may_change = request.user.has_perm("programme.change", brand)
    form = (refused or _form(brand)) if may_change else None
    line = Line.of(brand, form=form, today=brand.day(clock.now()))
    context = {"brand": brand, "line": line, "is_refused": refused is not None}
    return render(request, "web/settings/line.html", context, status=400 if refused else 200)


def _last(brand: Brand) -> EditorialLine | None:
    return EditorialLine.objects.filter(brand=brand).order_by("-version").first()


def _form(brand: Brand) -> LineForm:
    """Return the form of the version to come, else that of the next one, which begins tomorrow."""
    last, today = _last(brand), brand.day(clock.now())
    is_to_come = last is not None and last.from_on > today
    form = LineForm.of(last, from_on=last.from_on if last and is_to_come else today + timedelta(days=1))
    if not is_to_come:
        form.unmarked = frozenset({"from"})  # the day proposed is another one tomorrow, and nobody changed it
    return form


@of_brand("programme.change")
@require_POST
@once
def write(request: SignedIn, brand: Brand) -> HttpResponse:
    """Write the next version, or change the one that is still to come."""
    before, was, form = _last(brand), _form(brand).posted(), LineForm(request.POST)
    fields, by, now = tuple(form.fields), request.user, clock.now()
    check = form.unless_changed(lambda: _form(brand))
    applied = form.attempt(
        lambda: change(brand, form.document(), fields, networks=NETWORKS, by=by, now=now, check=check)
    )
    if not applied:
        return _shown(request, brand, form)
    _tell(request, brand, before, was, applied)
    return redirect("settings_line", slug=brand.slug)


def _tell(
    request: SignedIn, brand: Brand, before: EditorialLine | None, was: dict[str, str], applied: Applied
) -> None:
    """Tell what was written, with the way back there is: none once the version's day has come."""
    after = _last(brand)
    if after is None or not (
        applied.tally.kinds["lines"][Change.ADDED] + applied.tally.kinds["lines"][Change.CHANGED]
    ):
        tell(request, _("Nothing differs from the version before, so none was written."))
        return
    words = {"version": after.version, "day": telling.calendar_day(after.from_on)}
    sentence = _("Version %(version)s counts from %(day)s.") % words
    if after.from_on <= brand.day(clock.now()):
        tell(request, sentence)
    elif before and before.version == after.version:
        tell(request, sentence, undo=request.path, undo_fields=was)
    else:
        tell(request, sentence, undo=reverse("withdraw_line", args=[brand.slug]))


@of_brand("programme.change")
@require_POST
def withdraw(request: SignedIn, brand: Brand) -> HttpResponse:
    """Take away the version that is still to come."""
    fields = _form(brand).posted()
    try:
        withdraw_line(brand, by=request.user, on=brand.day(clock.now()))
    except UserError as problem:
        tell(request, str(problem))
    else:
        undo = reverse("write_line", args=[brand.slug])
        tell(request, _("The version to come is taken away."), undo=undo, undo_fields=fields)
    return redirect("settings_line", slug=brand.slug)
