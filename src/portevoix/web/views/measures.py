"""One brand's figures of one month: the table, what is going on with it, and the same as CSV."""

import csv
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from portevoix.core import clock
from portevoix.core.periods import FIRST_MONTH, Month
from portevoix.core.worker import ring
from portevoix.ledger.queries import covered_months
from portevoix.measures.freshness import stored
from portevoix.measures.queries import Figure, figures
from portevoix.measures.tasks import refresh_month
from portevoix.people.models import Brand
from portevoix.web.coverage import Coverage
from portevoix.web.news import News
from portevoix.web.requests import SignedIn, month_of, of_brand
from portevoix.web.table import Table, definitions

RUNG_FOR: Final = 60
"""Seconds for which one bell is enough: by then the sweep has found what the bell missed."""
HEADER = ("month", "voice", "metric", "value", "previous")


@of_brand("measures.see_table")
@require_GET
def latest(request: SignedIn, brand: Brand) -> HttpResponse:
    """Go to the month that `?month=` names, else to the last one of which something is known."""
    if wanted := request.GET.get("month"):
        month = month_of(wanted)
    else:
        known = covered_months(brand)
        month = known[-1] if known else Month.of(clock.now(), brand.zone)
    return redirect("measures", slug=brand.slug, month=month)


@of_brand("measures.see_table")
@require_GET
def table(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Show the monthly table."""
    when, now = month_of(month), clock.now()
    may_open = _may_open(request, brand)
    shown = Table.of(
        brand,
        _figures(brand, when, may_open=may_open),
        may_open=may_open,
        has_all_columns=request.GET.get("columns") == "all",
    )
    coverage = Coverage.of(brand, when)
    news = _news(request, brand, when, coverage, now=now)
    if news.is_overtaken:
        _ring(brand, when, news)
    context = {
        "brand": brand,
        "month": when,
        "table": shown,
        "news": news,
        "coverage": coverage,
        "definitions": definitions(),
        "preceding": when.previous if when > FIRST_MONTH else None,
        "following": when.next if when < Month.of(now, brand.zone) else None,
    }
    return render(request, "web/measures.html", context)


def _ring(brand: Brand, month: Month, news: News) -> None:
    """Ask the worker for the figures of `month`, once for each state in which this process finds them."""
    computed_us = clock.to_us(news.computed_at) if news.computed_at else 0
    if cache.add(f"rung:{brand.pk}:{month}:{computed_us}", True, timeout=RUNG_FOR):
        ring(refresh_month, brand.pk, str(month))


def _may_open(request: SignedIn, brand: Brand) -> bool:
    return request.user.has_perm("measures.see_voices", brand)


def _figures(brand: Brand, month: Month, *, may_open: bool) -> list[Figure]:
    """Return the figures that the person may see: those of all lines, or of the brand's own only."""
    found = figures(brand, month)
    return found if may_open else [figure for figure in found if figure.voice is None]


def _news(request: SignedIn, brand: Brand, month: Month, coverage: Coverage, *, now: datetime) -> News:
    is_covered = bool(coverage.parts)
    return News.of(brand, stored(brand, month), request.user, now=now, is_covered=is_covered)


@of_brand("measures.see_table")
@require_GET
def news(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Return the fragment that tells what is going on; once nothing is, the page is to be read again."""
    when = month_of(month)
    told = _news(request, brand, when, Coverage.of(brand, when), now=clock.now())
    response = render(request, "web/_news.html", {"brand": brand, "month": month, "news": told})
    if not told.is_moving:
        response.headers["HX-Refresh"] = "true"
    return response


@of_brand("measures.see_table")
@require_GET
def as_csv(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Return the table as the command line prints it: raw numbers, empty where there is no value."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{brand.slug}-{month}.csv"'
    writer = csv.writer(response, lineterminator="\n")
    writer.writerow(HEADER)
    for figure in _figures(brand, month_of(month), may_open=_may_open(request, brand)):
        row = (month, figure.voice_slug, figure.metric.id, figure.value, figure.previous)
        writer.writerow(["" if cell is None else cell for cell in row])
    return response
