"""One brand's figures of one month: the table, what is going on with it, and the same as CSV."""

import csv
from typing import Final

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portevoix.core import clock
from portevoix.core.periods import FIRST_MONTH, Month
from portevoix.core.worker import ring
from portevoix.ledger.queries import covered_months
from portevoix.measures.queries import closed_figures, closing_of, figures
from portevoix.measures.tasks import refresh_month
from portevoix.people.models import Brand
from portevoix.web.closings import Asked
from portevoix.web.coverage import Coverage
from portevoix.web.monthly import MonthPage
from portevoix.web.news import News
from portevoix.web.requests import SignedIn, month_of, of_brand

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
@never_cache
@require_GET
def table(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Show the monthly table."""
    when, now = month_of(month), clock.now()
    page = MonthPage.of(request.user, brand, when, now=now, asked=request.GET)
    if page.news.is_overtaken:
        _ring(brand, when, page.news)
    context = {
        "brand": brand,
        "month": when,
        "page": page,
        "news": page.news,
        "preceding": when.previous if when > FIRST_MONTH else None,
        "following": when.next if when < Month.of(now, brand.zone) else None,
    }
    return render(request, "web/measures.html", context)


def _ring(brand: Brand, month: Month, news: News) -> None:
    """Ask the worker for the figures of `month`, once for each state in which this process finds them."""
    computed_us = clock.to_us(news.computed_at) if news.computed_at else 0
    if cache.add(f"rung:{brand.pk}:{month}:{computed_us}", True, timeout=RUNG_FOR):
        ring(refresh_month, brand.pk, str(month))


@of_brand("measures.see_table")
@require_GET
def news(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Return the fragment that tells what is going on; once nothing is, the page is to be read again."""
    when = month_of(month)
    told = News.read(
        brand,
        when,
        request.user,
        now=clock.now(),
        coverage=Coverage.of(brand, when),
        asked=Asked.of(brand, when),
    )
    response = render(request, "web/_news.html", {"brand": brand, "month": month, "news": told})
    if not told.is_moving:
        response.headers["HX-Refresh"] = "true"
    return response


@of_brand("measures.see_table")
@require_GET
def as_csv(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Return the table as the command line prints it: raw numbers, empty where there is no value."""
    when = month_of(month)
    closing = closing_of(brand, when)
    found = closed_figures(closing) if closing else figures(brand, when)
    may_open = request.user.has_perm("measures.see_voices", brand)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{brand.slug}-{month}.csv"'
    writer = csv.writer(response, lineterminator="\n")
    writer.writerow(HEADER)
    for figure in found:
        if may_open or figure.voice is None:
            row = (month, figure.voice_slug, figure.metric.id, figure.value, figure.previous)
            writer.writerow(["" if cell is None else cell for cell in row])
    return response
