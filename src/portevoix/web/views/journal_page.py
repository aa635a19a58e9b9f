"""Settings, journal: what was done in a brand, newest first; and, once asked, who had acted for a voice."""

from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portevoix.people.models import Brand
from portevoix.people.queries import journal_lines
from portevoix.people.rights import is_lead
from portevoix.programme.queries import actor
from portevoix.web.requests import SignedIn, of_brand, page_number
from portevoix.web.settings.journal import about, lines
from portevoix.web.settings.journal_sentences import PARTS

A_PAGE: Final = 50
"""How many lines stand on one page."""


@of_brand("people.read_journal")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the journal, but what touches named voices."""
    return _page(request, brand, is_named=False)


@of_brand("people.read_journal")
@require_GET
def of_named(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show what the journal says of named voices, away from the personas."""
    return _page(request, brand, is_named=True)


def _page(request: SignedIn, brand: Brand, *, is_named: bool) -> HttpResponse:
    part = request.GET.get("part", "")
    if part and part not in PARTS:
        raise Http404
    found = about(brand, journal_lines(brand, part=part), is_named=is_named)
    page = Paginator(found, A_PAGE).get_page(page_number(request))
    context = {
        "brand": brand,
        "page": page,
        "lines": lines(brand, page.object_list, is_named=is_named, may_ask=is_lead(request.user, brand)),
        "parts": [(key, _(label)) for key, label in PARTS.items()],
        "part": part,
        "is_named": is_named,
    }
    return render(request, "web/settings/journal.html", context)


@never_cache
@of_brand("programme.change_holders")
@require_POST
def who(request: SignedIn, brand: Brand, entry: int) -> HttpResponse:
    """Show who had acted for the voice that a line names, which is written down."""
    found = journal_lines(brand).filter(pk=entry).first()
    if found is None:
        raise Http404
    person = actor(found, by=request.user)
    is_named = about(brand, journal_lines(brand).filter(pk=entry), is_named=True).exists()
    (told,) = lines(brand, [found], is_named=is_named, may_ask=False)
    context = {"brand": brand, "line": told, "person": person}
    return render(request, "web/settings/actor.html", context)
