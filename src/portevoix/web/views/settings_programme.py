"""What a programme is made of: the brand, its spheres, its ranges, each changed in its place."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.actions import Applied, Document, change, remove_range
from portevoix.programme.models import ProductRange
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.settings.form import EntryForm
from portevoix.web.settings.programme import BrandForm, Programme, RangeForm, SphereForm, sphere_forms
from portevoix.web.toasts import tell


@of_brand("programme.see")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the brand, its spheres and its ranges; `?range=` opens the form of one."""
    return _shown(request, brand)


def _shown(request: SignedIn, brand: Brand, refused: EntryForm | None = None) -> HttpResponse:
    programme = Programme.of(
        brand,
        may_change=request.user.has_perm("programme.change", brand),
        opened=request.GET.get("range", ""),
        refused=refused,
    )
    context = {"brand": brand, "programme": programme}
    return render(request, "web/settings/programme.html", context, status=400 if refused else 200)


def _changed(
    request: SignedIn, brand: Brand, form: EntryForm, document: Document, stored: Callable[[], EntryForm]
) -> Applied:
    fields, check = tuple(form.fields), form.unless_changed(stored)
    return change(brand, document, fields, networks=NETWORKS, by=request.user, now=clock.now(), check=check)


@of_brand("programme.change")
@require_POST
def change_brand(request: SignedIn, brand: Brand) -> HttpResponse:
    """Change the brand's name, zone or languages."""
    before, form = BrandForm.of(brand), BrandForm(request.POST, place="brand")
    stored = partial(_stored_brand, brand)
    if not form.attempt(lambda: _changed(request, brand, form, form.document(), stored)):
        return _shown(request, brand, form)
    tell(request, _("The brand is saved."), undo=request.path, undo_fields=before.posted())
    return redirect("settings_programme", slug=brand.slug)


def _stored_brand(brand: Brand) -> EntryForm:
    return BrandForm.of(Brand.objects.get(pk=brand.pk))


@of_brand("programme.change")
@require_POST
def change_sphere(request: SignedIn, brand: Brand, sphere: str) -> HttpResponse:
    """Change the objectives of one sphere."""
    before = _stored_sphere(brand, sphere)
    form = type(before)(request.POST, place=before.place)
    stored = partial(_stored_sphere, brand, sphere)
    if not form.attempt(lambda: _changed(request, brand, form, form.document(), stored)):
        return _shown(request, brand, form)
    tell(request, _("The sphere is saved."), undo=request.path, undo_fields=before.posted())
    return redirect("settings_programme", slug=brand.slug)


def _stored_sphere(brand: Brand, sphere: str) -> SphereForm:
    """Return the form of a sphere as it is stored. Raises Http404 where there is none such."""
    found = next((each for each in sphere_forms(brand) if each.place == f"sphere:{sphere}"), None)
    if found is None:
        raise Http404
    return found


@of_brand("programme.change")
@require_POST
@once
def change_range(request: SignedIn, brand: Brand) -> HttpResponse:
    """Add a range, or change the one that the form names."""
    stored = {each.slug: each for each in ProductRange.objects.filter(brand=brand)}
    before = stored.get(slug := request.POST.get("slug", ""))
    form = RangeForm(request.POST, place=f"range:{slug if before else ''}")
    now_stored = partial(_stored_range, brand, slug)
    if not form.attempt(lambda: _changed(request, brand, form, form.document(stored), now_stored)):
        return _shown(request, brand, form)
    words = {"name": form.cleaned_data["name"]}
    if before:
        fields = RangeForm.of(before).posted()
        tell(request, _("The range %(name)s is saved.") % words, undo=request.path, undo_fields=fields)
    else:
        added = ProductRange.objects.filter(brand=brand).exclude(slug__in=stored).latest("pk")
        undo = reverse("remove_range", args=[brand.slug, added.slug])
        tell(request, _("The range %(name)s is added.") % words, undo=undo)
    return redirect("settings_programme", slug=brand.slug)


def _stored_range(brand: Brand, slug: str) -> EntryForm:
    return RangeForm.of(ProductRange.objects.filter(brand=brand, slug=slug).first())


@of_brand("programme.change")
@require_POST
@once
def remove(request: SignedIn, brand: Brand, range_slug: str) -> HttpResponse:
    """Take away a range that nothing uses."""
    found = get_object_or_404(ProductRange.objects.select_related("brand"), brand=brand, slug=range_slug)
    fields = RangeForm.of(found).posted()
    try:
        remove_range(found, by=request.user)
    except UserError as problem:
        tell(request, str(problem))
    else:
        sentence = _("The range %(name)s is taken away.") % {"name": found.name}
        tell(request, sentence, undo=reverse("change_range", args=[brand.slug]), undo_fields=fields)
    return redirect("settings_programme", slug=brand.slug)
