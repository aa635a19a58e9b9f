"""Who the voices of a brand are."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portevoix.core import clock
from portevoix.people.models import Brand
from portevoix.web.family import groups
from portevoix.web.requests import SignedIn, of_brand


@of_brand("programme.see")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the family, sphere by sphere."""
    return render(request, "web/family.html", {"brand": brand, "groups": groups(brand, now=clock.now())})
