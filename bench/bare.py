"""The pages, and one that is bare: a brand's page for a member, with the frame of every page and nothing in it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from portevoix.config.urls import urlpatterns as ours
from portevoix.people.models import Brand
from portevoix.web.requests import SignedIn, of_brand


@of_brand("people.see_brand")
def bare(request: SignedIn, brand: Brand) -> HttpResponse:
    """Return the frame alone."""
    return render(request, "web/base.html", {"brand": brand})


urlpatterns = [path("b/<slug:slug>/bare/", bare), *ours]
