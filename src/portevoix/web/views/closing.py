"""Closing a month: what its voices say, the gesture, replaying it, the page to sign, courses over months."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.core.worker import ring
from portevoix.measures.actions import comment as write_comment
from portevoix.measures.actions.requests import ask_to_close, ask_to_verify
from portevoix.measures.catalogue import BY_ID
from portevoix.measures.queries import comments
from portevoix.measures.tasks import serve_request
from portevoix.people.models import Brand
from portevoix.programme.queries import owned_family
from portevoix.web import telling
from portevoix.web.closings import Frozen
from portevoix.web.monthly import MonthPage
from portevoix.web.requests import SignedIn, month_of, of_brand
from portevoix.web.toasts import tell
from portevoix.web.trends import Trends


@of_brand("measures.see_table")
@require_POST
def comment(request: SignedIn, brand: Brand, month: str, voice: str) -> HttpResponse:
    """Keep what is said of a voice's month; Undo puts back what was said before, unless somebody wrote since."""
    when, now = month_of(month), clock.now()
    found = owned_family(brand).filter(slug=voice).select_related("brand").first()
    if found is None:
        raise Http404
    before = comments(brand, when).get(found.pk)
    here = reverse("comment", args=[brand.slug, when, voice])
    try:
        said, instead_of = request.POST.get("text", ""), request.POST.get("instead_of")
        kept = write_comment(found, when, said, by=request.user, now=now, instead_of=instead_of)
    except UserError as problem:
        tell(request, str(problem))
    else:
        sentence = _("The comment of %(name)s is kept.") % {"name": found.display_name}
        undo_fields = {"text": before.text if before else "", "instead_of": kept.text}
        tell(request, sentence, undo=here, undo_fields=undo_fields)
    return redirect(reverse("measures", args=[brand.slug, when]) + f"#said-{voice}")


@of_brand("measures.close")
@require_http_methods(["GET", "POST"])
def close(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Say what closing freezes, and ask the worker for it: it cannot be undone, so it is asked for twice."""
    when, now = month_of(month), clock.now()
    problem = ""
    if request.method == "POST":
        try:
            job = ask_to_close(brand, when, by=request.user, now=now)
        except UserError as refusal:
            problem = str(refusal)
        else:
            ring(serve_request, job.pk)
            return redirect("measures", slug=brand.slug, month=when)
    page = MonthPage.of(request.user, brand, when, now=now, asked={})
    context = {"brand": brand, "month": when, "page": page, "problem": problem}
    return render(request, "web/measures/close.html", context, status=409 if problem else 200)


@of_brand("measures.see_table")
@require_POST
def verify(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Ask the worker to replay a closed month."""
    when = month_of(month)
    try:
        ring(serve_request, ask_to_verify(brand, when, by=request.user).pk)
    except UserError as problem:
        tell(request, str(problem))
    return redirect(reverse("measures", args=[brand.slug, when]) + "#seal")


@of_brand("measures.see_table")
@require_GET
def signed(request: SignedIn, brand: Brand, month: str) -> HttpResponse:
    """Show a closed month as it is printed and signed: figures, comments, definitions, seal."""
    when = month_of(month)
    page = MonthPage.of(request.user, brand, when, now=clock.now(), asked={})
    if page.closing is None:
        raise Http404
    frozen = Frozen.of(page.closing, brand, when)
    context = {"brand": brand, "month": when, "page": page, "frozen": frozen}
    return render(request, "web/measures/signed.html", context)


@of_brand("measures.see_table")
@require_GET
def trends(request: SignedIn, brand: Brand, month: str, metric: str) -> HttpResponse:
    """Show the course of one metric over two years, line by line."""
    when = month_of(month)
    if metric not in BY_ID:
        raise Http404
    may_open = request.user.has_perm("measures.see_voices", brand)
    shown = Trends.of(brand, when, BY_ID[metric], shows_voices=may_open)
    context = {"brand": brand, "month": when, "trends": shown, "metrics": shown.others()}
    return render(request, "web/measures/trends.html", context | {"title": telling.month_title(when)})
