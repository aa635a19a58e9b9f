"""Colleagues who speak under their own name, apart from the personas."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portevoix.core import clock
from portevoix.people.models import Brand
from portevoix.web.colleagues import colleagues, figures_of
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.yearly import yearly


@of_brand("programme.see")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """List the named voices with their consent."""
    told = colleagues(brand, now=clock.now())
    return render(request, "web/colleagues.html", {"brand": brand, "colleagues": told})


@of_brand("programme.see")
@never_cache
@require_GET
def voice(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Show one named voice; its figures are its person's own."""
    told = colleagues(brand, now=clock.now())
    found = next((each for each in told if each.voice.slug == voice), None)
    if found is None:
        raise Http404
    found.voice.brand = brand
    year = figures_of(found, request.user)
    figures = yearly(year, found.voice, opens=False) if year else ()
    context = {"brand": brand, "colleague": found, "year": year, "figures": figures}
    return render(request, "web/colleague.html", context)
