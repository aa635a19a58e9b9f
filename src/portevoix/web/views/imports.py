"""Files of facts: the list of them, bringing one, looking at it, letting it in, stopping it."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.core.worker import ring
from portevoix.ledger import kept
from portevoix.ledger.actions import uploads
from portevoix.ledger.actions.imports import ask_to_stop
from portevoix.ledger.models import Import, Upload
from portevoix.ledger.queries import unfinished_imports
from portevoix.ledger.rejects import path_of
from portevoix.ledger.samples import names_of
from portevoix.ledger.tasks import bring_upload
from portevoix.people.models import Brand
from portevoix.web.arriving import ToDataFolder
from portevoix.web.bringing import BringForm, Brought, State, brought, one
from portevoix.web.previews import (
    layout_sent,
    layout_to_show,
    problem_with,
    table_preview,
    takeout_preview,
    whose_sent,
)
from portevoix.web.requests import SignedIn, of_brand


@csrf_exempt  # `_taken` asks for the token, once it is known who sends how much
@of_brand("ledger.import")
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """List the files that were brought, and take another one."""
    if request.method == "POST":
        handler = ToDataFolder(request)
        request.upload_handlers = [handler]
        return _taken(request, brand, handler)
    return _listed(request, brand, BringForm(initial={"network": request.GET.get("network", "x")}))


def _listed(request: HttpRequest, brand: Brand, form: BringForm) -> HttpResponse:
    context = {"brand": brand, "form": form, "rows": brought(brand, now=clock.now())}
    return render(request, "web/imports/list.html", context, status=400 if form.errors else 200)


@csrf_protect
def _taken(request: SignedIn, brand: Brand, handler: ToDataFolder) -> HttpResponse:
    """Keep a file that has arrived, and show it; or tell why it was not taken."""
    form = BringForm(request.POST, request.FILES)
    is_valid = form.is_valid()
    if handler.problem:
        form.errors.pop("file", None)
        form.add_error("file", handler.problem)
    arrived = handler.arrived
    if not is_valid or arrived is None:
        handler.discard()
        return _listed(request, brand, form)
    upload = uploads.bring(
        arrived.path,
        brand=brand,
        network=form.network_of(),
        form=form.cleaned_data["form"],
        file_name=arrived.name,
        line_count=arrived.line_count,
        by=request.user,
        now=clock.now(),
    )
    return redirect("upload", brand.slug, upload.pk)


def _found(brand: Brand, number: int) -> Brought:
    found = one(brand, number, now=clock.now())
    if found is None:
        raise Http404
    return found


@of_brand("ledger.import")
@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: SignedIn, brand: Brand, number: int) -> HttpResponse:
    """Show one file: what its rows will be before it is let in, then how far it is."""
    found = _found(brand, number)
    file = found.upload
    if found.state is not State.NEW or file is None:
        return _shown(request, brand, found)
    try:
        if request.method == "POST" and _settled(request, file):
            return redirect("upload", brand.slug, number)
        return _previewed(request, brand, found, file)
    except OSError:
        return _shown(request, brand, replace(found, state=State.GONE))


def _shown(request: HttpRequest, brand: Brand, found: Brought, problem: str = "") -> HttpResponse:
    """Show how far a file is."""
    context = {"brand": brand, "found": found, "month": found.month(brand), "problem": problem}
    status = HTTPStatus.CONFLICT if problem else HTTPStatus.OK
    return render(request, "web/imports/upload.html", context, status=status)


def _previewed(request: SignedIn, brand: Brand, found: Brought, file: Upload) -> HttpResponse:
    """Show what a file becomes, and what is still to be said of it."""
    now, is_sent = clock.now(), request.method == "POST"
    context: dict[str, Any] = {"brand": brand, "found": found}
    if file.form:
        context["takeout"] = takeout_preview(file, now=now)
    else:
        layout = layout_sent(file, request.POST) if is_sent else layout_to_show(file)
        context["table"] = table_preview(file, layout, now=now)
    return render(request, "web/imports/upload.html", context, status=400 if is_sent else 200)


def _settled(request: SignedIn, file: Upload) -> bool:
    """Keep how a file is to be read, and have it brought in where that is asked; return whether it can be read."""
    layout = layout_sent(file, request.POST)
    if file.form:
        if told := whose_sent(file, request.POST, now=clock.now()):
            uploads.say_whose(file, told, by=request.user)
    elif problem_with(layout):
        return False
    else:
        uploads.choose(file, layout, names_of(kept.path_of(file), layout), by=request.user)
    if request.POST.get("do") == "import":
        _asked(request, file)
    return True


def _asked(request: SignedIn, file: Upload) -> None:
    uploads.ask(file, by=request.user, now=clock.now())
    ring(bring_upload, file.pk)


@of_brand("ledger.import")
@never_cache
@require_GET
def state(request: SignedIn, brand: Brand, number: int) -> HttpResponse:
    """Return the part of a file's page that moves; once nothing does, the page is to be read again."""
    found = _found(brand, number)
    context = {"brand": brand, "found": found, "month": found.month(brand)}
    response = render(request, "web/imports/_state.html", context)
    if not found.is_moving:
        response.headers["HX-Refresh"] = "true"
    return response


@of_brand("ledger.import")
@require_POST
def change(request: SignedIn, brand: Brand, number: int) -> HttpResponse:
    """Stop a file, go on with it, let count what came of it, or throw it away."""
    found = _found(brand, number)
    do = _GESTURES.get(request.POST.get("do", ""))
    if do is None or found.upload is None:
        raise Http404
    try:
        do(request, found.upload)
    except UserError as problem:
        return _shown(request, brand, found, str(problem))
    if request.POST.get("do") == "discard" and not found.run:
        return redirect("imports", brand.slug)
    return redirect("upload", brand.slug, number)


def _stop(request: SignedIn, file: Upload) -> None:
    uploads.stop(file, by=request.user)


def _let_count(request: SignedIn, file: Upload) -> None:
    uploads.let_count(file, by=request.user, now=clock.now())


def _discard(request: SignedIn, file: Upload) -> None:
    uploads.discard(file, by=request.user)


_GESTURES: Final[dict[str, Callable[[SignedIn, Upload], None]]] = {
    "stop": _stop,
    "go_on": _asked,
    "let_count": _let_count,
    "discard": _discard,
}


@of_brand("ledger.import")
@require_GET
def rejects(request: SignedIn, brand: Brand, import_id: int) -> HttpResponse:
    """Return the list of what an import refused, with reasons, as CSV."""
    run = Import.objects.filter(brand=brand, pk=import_id, rejected_count__gt=0).first()
    try:
        content = path_of(run).open("rb") if run else None
    except OSError:
        content = None
    if content is None:
        raise Http404(_("There is no such list."))
    name = f"{brand.slug}-{import_id}-refused.csv"
    kind = "text/csv; charset=utf-8"
    return cast("HttpResponse", FileResponse(content, as_attachment=True, filename=name, content_type=kind))


@of_brand("ledger.import")
@require_POST
def stop(request: SignedIn, brand: Brand, import_id: int) -> HttpResponse:
    """Ask a running import to stop at its next batch, and go back to the figures."""
    run = unfinished_imports(brand).filter(pk=import_id).first()
    if run is None:
        raise Http404
    ask_to_stop(run, by=request.user)
    return redirect("measures_latest", slug=brand.slug)
