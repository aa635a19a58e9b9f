"""What anybody may read of a brand, and how the brand decides it."""

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from portevoix.core import clock
from portevoix.core.errors import ChangedMeanwhile, UserError
from portevoix.people.models import Brand
from portevoix.programme.actions import change_public_page
from portevoix.programme.models import PublicPage
from portevoix.programme.queries import public_page, public_page_of
from portevoix.web.forms import PublicPageForm
from portevoix.web.public import Officials
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.toasts import tell

KEPT_FOR: Final = 300
"""Seconds for which anybody may keep a public page: after that, what was closed is gone everywhere."""
View = Callable[..., HttpResponse]


def _for_anybody(view: View) -> View:
    """Answer anybody in the language that `?language=` names, else in that of their browser."""

    @require_safe
    @cache_control(public=True, max_age=KEPT_FOR)
    @vary_on_headers("Accept-Language", "Cookie")
    @wraps(view)
    def answer(request: HttpRequest, slug: str, **rest: str) -> HttpResponse:
        wanted = request.GET.get("language", "")
        if wanted in dict(settings.LANGUAGES):
            translation.activate(wanted)
        page = public_page(slug)
        if page is None:
            raise Http404
        return view(request, Officials.of(page, now=clock.now()), **rest)

    return answer


@_for_anybody
def page(request: HttpRequest, officials: Officials) -> HttpResponse:
    """List the official voices of a brand that has opened its page."""
    return render(request, "web/public/page.html", {"officials": officials, "brand": officials.page.brand})


@_for_anybody
def voice(request: HttpRequest, officials: Officials, voice: str) -> HttpResponse:
    """Show one official voice, or one that is closed."""
    found = officials.named(voice)
    if found is None:
        raise Http404
    context = {"officials": officials, "official": found, "brand": officials.page.brand}
    return render(request, "web/public/voice.html", context)


@of_brand("programme.change")
@never_cache
@require_GET
def preview(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the public page as it would be read, whether it is open or not."""
    officials = Officials.of(public_page_of(brand), now=clock.now())
    context = {"officials": officials, "brand": brand, "is_preview": True}
    return render(request, "web/public/page.html", context)


@of_brand("programme.change")
@require_http_methods(["GET", "POST"])
def change(request: SignedIn, brand: Brand) -> HttpResponse:
    """Let the lead write what the public page says, and open or close it."""
    stored = public_page_of(brand)
    form = PublicPageForm(request.POST) if request.method == "POST" else _stored(brand)
    if request.method == "POST" and form.is_valid() and _is_changed(request, form, stored):
        return redirect("settings_public", slug=brand.slug)
    context = {"brand": brand, "form": form, "page": stored}
    return render(request, "web/settings/public.html", context, status=400 if form.errors else 200)


def _stored(brand: Brand) -> PublicPageForm:
    return PublicPageForm(initial=PublicPageForm.proposed(public_page_of(brand), now=clock.now()))


def _is_changed(request: SignedIn, form: PublicPageForm, before: PublicPage) -> bool:
    """Write what `form` says; whether that went well is also told on the form or on the next page."""
    undo_fields = PublicPageForm.fields_of(before)
    try:
        after = change_public_page(
            before.brand,
            **form.cleaned_data,
            by=request.user,
            check=form.unless_changed(lambda: _stored(before.brand)),
        )
    except ChangedMeanwhile as problem:
        form.add_error(None, str(problem))
        return False
    except UserError as problem:
        form.add_error("contact_email", str(problem))
        return False
    undo = reverse("settings_public", args=[before.brand.slug])
    tell(request, _told(before.is_open, after.is_open), undo=undo, undo_fields=undo_fields)
    return True


def _told(was_open: bool, is_open: bool) -> str:
    if was_open == is_open:
        return _("The public page is saved.")
    return _("The public page is open to anybody.") if is_open else _("The public page is closed.")
