"""Who the voices of a brand are: the family, and each voice by itself."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portevoix.core import clock
from portevoix.people.models import Brand
from portevoix.programme.queries import owned_family
from portevoix.web.family import groups
from portevoix.web.profile import profile
from portevoix.web.requests import SignedIn, of_brand


@of_brand("programme.see")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the family, sphere by sphere."""
    return render(request, "web/family.html", {"brand": brand, "groups": groups(brand, now=clock.now())})


@of_brand("programme.see")
@require_GET
def voice(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Show one voice that the brand owns. A named voice has no page here: it would stand beside the personas."""
    found = owned_family(brand).select_related("brand").filter(slug=voice).first()
    if found is None:
        raise Http404
    shows_figures = request.user.has_perm("measures.see_voices", brand)
    told = profile(found, now=clock.now(), shows_figures=shows_figures)
    context = {"brand": brand, "voice": found, "profile": told, "shows_figures": shows_figures}
    return render(request, "web/voice.html", context)
