"""Addresses that leak, each in its own way: the search for holders' names must find every one of them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from tests.web.rendered import PAGE

NAME = "Aude Bessonneau-Kermarrec"
"""The principal holder of Marion in the tests of secrecy."""


def beside(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Tell the name beside the persona."""
    return HttpResponse(PAGE.format(f"<p>Marion: {NAME}</p>"))


def written(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Tell the surname alone, written with entities and in capitals."""
    return HttpResponse(PAGE.format("<p>BESSONNEAU&#45;KERMARREC</p>"))


def address(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Tell the address in what no eye sees."""
    return HttpResponse(PAGE.format('<p data-by="aude.bk%40acme.example">Marion</p>'))


def header(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Tell the handle in a header."""
    return HttpResponse("ok", headers={"X-By": "audebk.perso"})


def led(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Tell the name in the address of the next page."""
    return HttpResponse(status=302, headers={"Location": "/nowhere/?by=bessonneau-kermarrec"})


def sheet(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Tell the name in a table for machines."""
    return HttpResponse(f"voice,who\nmarion,{NAME}\n", content_type="text/csv")


def data(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Tell the name to programs."""
    return JsonResponse({"voice": "marion", "by": NAME})


VIEWS = (beside, written, address, header, led, sheet, data)
urlpatterns = [
    *(path(f"b/<slug:slug>/leak/{view.__name__}/", view, name=view.__name__) for view in VIEWS),
    path("b/<slug:slug>/settings/members/", beside),
    path("b/<slug:slug>/settings/journal/", beside),
    path("b/<slug:slug>/colleagues/leak/", beside),
    path("", include("portevoix.web.urls")),
]
