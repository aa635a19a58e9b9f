"""Who the voices of a brand are: the family, and each voice by itself."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portevoix.core import clock
from portevoix.people.models import Brand
from portevoix.programme import queries
from portevoix.programme.rights import allows
from portevoix.web.family import Family
from portevoix.web.profile import Known, profile
from portevoix.web.requests import SignedIn, of_brand


@of_brand("programme.see")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the family, sphere by sphere, or the part of it that the address asks for."""
    told = Family.of(brand, request.GET.dict(), now=clock.now())
    return render(request, "web/family.html", {"brand": brand, "family": told})


@of_brand("programme.see")
@never_cache
@require_GET
def voice(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Show one voice that the brand owns. A named voice has no page here: it would stand beside the personas."""
    now = clock.now()
    known = Known.of(brand, voice, now=now)
    if known is None:
        raise Http404
    shows_figures = request.user.has_perm("measures.see_voices", brand)
    told = profile(known, request.user, now=now, shows_figures=shows_figures)
    context = {"brand": brand, "voice": known.voice, "profile": told, "shows_figures": shows_figures}
    return render(request, "web/voice.html", context)


@of_brand("programme.see")
@never_cache
@require_POST
def holders(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Tell who holds and held a voice, to whom may know; that somebody asked is written down each time."""
    # Asked here and not of `of_brand`, which grants whoever runs the installation everything, even this.
    if not allows("programme.change_holders", request.user, brand):
        raise Http404
    found = queries.owned_family(brand).filter(slug=voice).first()
    if found is None:
        raise Http404
    found.brand = brand
    context = {"brand": brand, "voice": found, "holders": queries.holders(found, by=request.user)}
    return render(request, "web/voice_holders.html", context)
