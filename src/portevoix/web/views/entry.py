"""Getting in: the first page, sign-in links, completing an account, the language."""

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portevoix.core import clock
from portevoix.core.errors import NotFound, UserError
from portevoix.people.actions import choose_language, has_placeholder, is_incomplete, use_sign_in_link
from portevoix.people.actions import complete as complete_account
from portevoix.people.models import Brand, User
from portevoix.people.queries import brands_of
from portevoix.web.forms import AccountForm
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.sign_in import must_complete

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_BY_LINK = "signed_in_by_link"
"""Session key: a link proves as much as the old password, so whoever used one may choose a new one."""


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say that the pages answer."""
    return HttpResponse("ok", content_type="text/plain")


@login_required
@require_GET
def home(request: SignedIn) -> HttpResponse:
    """List the person's brands with `?all=1` or where there are several; go straight to the only one.

    An administrator without a brand begins with the first visit.
    """
    brands = list(brands_of(request.user))
    if len(brands) == 1 and "all" not in request.GET:
        return redirect("today", slug=brands[0].slug)
    if not brands and request.user.is_superuser:
        return redirect("start")
    return render(request, "web/home.html", {"brands": brands})


@of_brand("people.see_brand")
@require_GET
def brand(request: SignedIn, brand: Brand) -> HttpResponse:
    """Go to what waits for the person today."""
    return redirect("today", slug=brand.slug)


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in with a one-time link. Looking spends nothing, so a preview of the link does no harm."""
    if request.method == "GET":
        return render(request, "web/welcome.html", {"token": token})
    try:
        user = use_sign_in_link(token, now=clock.now())
    except NotFound as problem:
        return render(request, "web/welcome.html", {"problem": str(problem)}, status=404)
    login(request, user, backend=_BACKEND)
    request.session[_BY_LINK] = True
    return redirect("complete" if must_complete(user) else "home")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def complete(request: SignedIn) -> HttpResponse:
    """Let the person who came by a link choose name and password, and whoever has no address yet, that too."""
    user = request.user
    if not (is_incomplete(user) or request.session.get(_BY_LINK)):
        return redirect("home")
    is_known = not has_placeholder(user)
    known = {"name": user.name, "email": user.email} if is_known else {}
    form = AccountForm(request.POST or None, initial=known, has_chosen_address=is_known)
    if request.method == "POST" and form.is_valid() and _is_saved(request, form, user):
        return redirect("home")
    return render(request, "web/complete.html", {"form": form}, status=400 if form.errors else 200)


def _is_saved(request: SignedIn, form: AccountForm, user: User) -> bool:
    try:
        complete_account(user, **form.cleaned_data, by=user)
    except UserError as problem:
        form.add_error("email", str(problem))
        return False
    update_session_auth_hash(request, user)
    request.session.pop(_BY_LINK, None)
    return True


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: to this browser, and to this person everywhere."""
    wanted, after = request.POST.get("language", ""), request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(after if is_ours else "/")
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie("django_language", wanted, max_age=31_536_000, samesite="Lax", httponly=True)
        if isinstance(request.user, User):
            choose_language(request.user, wanted, by=request.user)
    return response
