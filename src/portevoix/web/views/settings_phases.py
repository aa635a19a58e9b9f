"""The phases of a programme: on a line of time, and changed in their place."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.actions import change, remove_phase
from portevoix.programme.models import Phase, ProductRange
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.settings.form import EntryForm
from portevoix.web.settings.phases import PhaseForm, Phases
from portevoix.web.toasts import tell


@of_brand("programme.see")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the phases; `?phase=` opens the form of one."""
    return _shown(request, brand)


def _shown(request: SignedIn, brand: Brand, refused: EntryForm | None = None) -> HttpResponse:
    phases = Phases.of(
        brand,
        may_change=request.user.has_perm("programme.change", brand),
        opened=request.GET.get("phase", ""),
        refused=refused,
        today=brand.day(clock.now()),
    )
    context = {"brand": brand, "phases": phases}
    return render(request, "web/settings/phases.html", context, status=400 if refused else 200)


@of_brand("programme.change")
@require_POST
@once
def change_phase(request: SignedIn, brand: Brand) -> HttpResponse:
    """Add a phase, or change the one that the form names."""
    ranges = list(ProductRange.objects.filter(brand=brand))
    stored = {each.slug: each for each in Phase.objects.filter(brand=brand).select_related("product_range")}
    before = stored.get(slug := request.POST.get("slug", ""))
    form = PhaseForm(request.POST, ranges=ranges, place=f"phase:{slug if before else ''}")
    fields, by, now = tuple(form.fields), request.user, clock.now()
    check = form.unless_changed(lambda: _stored(brand, slug, ranges))
    if not form.attempt(
        lambda: change(brand, form.document(stored), fields, networks=NETWORKS, by=by, now=now, check=check)
    ):
        return _shown(request, brand, form)
    if before:
        was = PhaseForm.of(before, ranges).posted()
        tell(request, _("The phase is saved."), undo=request.path, undo_fields=was)
    else:
        added = Phase.objects.filter(brand=brand).exclude(slug__in=stored).latest("pk")
        is_to_come = added.from_on > brand.day(now)
        undo = reverse("remove_phase", args=[brand.slug, added.slug]) if is_to_come else ""
        tell(request, _("The phase is added."), undo=undo)
    return redirect("settings_phases", slug=brand.slug)


def _stored(brand: Brand, slug: str, ranges: list[ProductRange]) -> PhaseForm:
    found = Phase.objects.filter(brand=brand, slug=slug).select_related("product_range").first()
    return PhaseForm.of(found, ranges)


@of_brand("programme.change")
@require_POST
@once
def remove(request: SignedIn, brand: Brand, phase: str) -> HttpResponse:
    """Take away a phase before its first day."""
    stored = Phase.objects.select_related("brand", "product_range")
    found = get_object_or_404(stored, brand=brand, slug=phase)
    fields = PhaseForm.of(found, list(ProductRange.objects.filter(brand=brand))).posted()
    try:
        remove_phase(found, by=request.user, on=brand.day(clock.now()))
    except UserError as problem:
        tell(request, str(problem))
    else:
        undo = reverse("change_phase", args=[brand.slug])
        tell(request, _("The phase is taken away."), undo=undo, undo_fields=fields)
    return redirect("settings_phases", slug=brand.slug)
