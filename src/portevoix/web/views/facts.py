"""What one figure is made of, page by page."""

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portevoix.core.periods import Month
from portevoix.measures.catalogue import BY_ID
from portevoix.measures.facts import facts_of
from portevoix.measures.metric import Opens, Unit
from portevoix.measures.models import Closing
from portevoix.measures.queries import Figure, closed_figures, closing_of, figures
from portevoix.people.models import Brand
from portevoix.programme.rights import holds_voice
from portevoix.web import telling
from portevoix.web.requests import SignedIn, month_of, of_brand, page_number
from portevoix.web.shown import has_targets, shown_facts
from portevoix.web.table import definition

_TEMPLATES: Final = {Opens.PEOPLE: "people", Opens.POSTS: "posts", Opens.READINGS: "readings"}
"""Which list shows what a figure opens onto; acts, rows and internal interactions share one."""


@of_brand("measures.see_voices")
@require_GET
def page(request: SignedIn, brand: Brand, month: str, line: str, metric: str) -> HttpResponse:
    """Show one page of the facts behind a figure."""
    when = month_of(month)
    closing = None if "now" in request.GET else closing_of(brand, when)
    figure = _figure(brand, when, line, metric, closing)
    found = facts_of(
        brand, when, figure.metric, voice=figure.voice, number=page_number(request), closing=closing
    )
    context = {
        "brand": brand,
        "month": when,
        "closing": closing,
        "is_now": "now" in request.GET,
        "figure": figure,
        "value": telling.figure(figure.value, figure.metric.unit),
        "previous": telling.figure(figure.previous, figure.metric.unit),
        "definition": definition(figure.metric),
        "page": found,
        "facts": shown_facts(brand, found, figure, shows_hours=_shows_hours(request, figure)),
        "has_targets": has_targets(found),
        "template": f"web/facts/_{_TEMPLATES.get(figure.metric.opens, 'rows')}.html",
        "is_overtaken": _is_overtaken(figure, found.total),
    }
    return render(request, "web/facts.html", context)


def _figure(brand: Brand, month: Month, line: str, metric: str, closing: Closing | None) -> Figure:
    """Return the figure that an address names, as it was closed where its month is.

    Raises Http404, and NotFound for a line that is not there.
    """
    if metric not in BY_ID:
        raise Http404
    found = (
        closed_figures(closing, voice_slug=line, metric=metric)
        if closing
        else figures(brand, month, voice_slug=line, metric=metric)
    )
    if not found:
        raise Http404
    if voice := found[0].voice:
        voice.brand = brand
    return found[0]


def _is_overtaken(figure: Figure, total: int) -> bool:
    """Return whether more or fewer things are listed than the figure counted when it was computed."""
    counts_things = figure.metric.unit is Unit.COUNT and figure.metric.opens is not Opens.READINGS
    return counts_things and (figure.value or 0) != total


def _shows_hours(request: SignedIn, figure: Figure) -> bool:
    """Return whether hours are shown: when a voice acted is told to the day, but to its holder."""
    if figure.metric.opens is Opens.INTERNAL:
        return False
    if figure.metric.opens is not Opens.POSTS:
        return True
    return figure.voice is not None and bool(holds_voice(request.user, figure.voice))
