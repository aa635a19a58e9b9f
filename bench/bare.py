"""The pages, and one that is bare: the frame of every page for somebody signed in, with nothing in it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from portevoix.config.urls import urlpatterns as ours


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    """Return the frame alone."""
    return render(request, "web/base.html")


urlpatterns = [path("bare/", bare), *ours]
