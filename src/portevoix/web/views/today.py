"""Today: where one lands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portevoix.core.cards import Viewer
from portevoix.web import today
from portevoix.web.requests import SignedIn, looking


@looking
@never_cache
@require_GET
def page(request: SignedIn, viewer: Viewer) -> HttpResponse:
    """Show what waits for the person at this brand."""
    told = today.today(viewer)
    today.remember(request, viewer.brand, told.count)
    return render(request, "web/today.html", {"brand": viewer.brand, "today": told, "roles": viewer.roles})
