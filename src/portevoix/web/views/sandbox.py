"""The sandbox's own window: whose account, its posts, writing one, deleting one, collecting what happened."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portevoix.core.cards import Viewer
from portevoix.core.errors import UserError
from portevoix.ledger.actions.due import collect_at_once
from portevoix.networks.actions.trials import take_back, try_out
from portevoix.networks.window import look
from portevoix.web.requests import SignedIn, looking
from portevoix.web.sandbox import Counts, Usable, chosen, usable
from portevoix.web.toasts import tell


@looking
@never_cache
@require_GET
def accounts(request: SignedIn, viewer: Viewer) -> HttpResponse:
    """List the accounts that the person may use, or go to the only one."""
    found = usable(viewer)
    if len(found) == 1:
        return redirect("sandbox_account", slug=viewer.brand.slug, handle=found[0].account.handle)
    context = {
        "brand": viewer.brand,
        "accounts": found,
        "may_open": request.user.has_perm("programme.change", viewer.brand),
    }
    return render(request, "web/sandbox/accounts.html", context)


@looking
@never_cache
@require_http_methods(["GET", "POST"])
def account(request: SignedIn, viewer: Viewer, handle: str) -> HttpResponse:
    """Show one account's posts, and publish what is sent; a refusal keeps the text where it was written."""
    mine, text, problem = chosen(viewer, handle), request.POST.get("text", ""), ""
    if request.method == "POST":
        try:
            key = request.POST.get("key", "")
            try_out(mine.account, text, key=key, by=request.user, now=viewer.now)
        except UserError as refused:
            problem = str(refused)
        else:
            return redirect("sandbox_account", slug=viewer.brand.slug, handle=handle)
    return _window(request, viewer, mine, text, problem)


def _window(request: SignedIn, viewer: Viewer, mine: Usable, text: str, problem: str) -> HttpResponse:
    window = None
    try:
        window = look(mine.account, by=request.user, now=viewer.now)
    except UserError as unseen:
        problem = problem or str(unseen)
    context = {
        "brand": viewer.brand,
        "mine": mine,
        "window": window,
        "posts": [(seen, Counts.of(seen)) for seen in window.posts] if window else [],
        "text": text,
        "problem": problem,
    }
    return render(request, "web/sandbox/account.html", context, status=400 if problem else 200)


@looking
@require_POST
def delete(request: SignedIn, viewer: Viewer, handle: str) -> HttpResponse:
    """Delete one post of the account."""
    mine = chosen(viewer, handle)
    try:
        take_back(mine.account, request.POST.get("post", ""), by=request.user, now=viewer.now)
    except UserError as problem:
        tell(request, str(problem))
    return redirect("sandbox_account", slug=viewer.brand.slug, handle=handle)


@looking
@require_POST
def collect(request: SignedIn, viewer: Viewer, handle: str) -> HttpResponse:
    """Collect at once what happened to the account, and say what came on the page that it leads to."""
    mine = chosen(viewer, handle)
    try:
        tell(request, _collected(mine, request, viewer))
    except UserError as problem:
        tell(request, str(problem))
    return redirect(_after(request, viewer, handle))


def _collected(mine: Usable, request: SignedIn, viewer: Viewer) -> str:
    found = collect_at_once(mine.account, by=request.user, now=viewer.now)
    if found is None:
        return _("This account is being read just now, or could not be. Nothing was lost; look again soon.")
    if not found.added:
        return _("Nothing new yet. The sandbox shows a post two seconds after it was written.")
    sentence = ngettext(
        "%(count)d new fact was collected.", "%(count)d new facts were collected.", found.added
    )
    return sentence % {"count": found.added}


def _after(request: SignedIn, viewer: Viewer, handle: str) -> str:
    if request.POST.get("after") == "start":
        return reverse("start_step", args=[viewer.brand.slug, "post"])
    return reverse("sandbox_account", args=[viewer.brand.slug, handle])
