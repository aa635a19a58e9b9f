"""One's own page: name, language, password, roles and voices of whoever has signed in."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.people.actions import change_password, choose_name
from portevoix.people.queries import roles_of
from portevoix.programme.queries import own_voices
from portevoix.web.requests import SignedIn, signed_in
from portevoix.web.settings.forms import NameForm, PasswordForm
from portevoix.web.toasts import tell


@never_cache
@signed_in
@require_GET
def page(request: SignedIn) -> HttpResponse:
    """Show who one is here, and what one holds."""
    return _page(request, NameForm(initial={"name": request.user.name}), PasswordForm())


def _page(request: SignedIn, name: NameForm, password: PasswordForm) -> HttpResponse:
    now = clock.now()
    held = own_voices(request.user, now=now)
    owned = [voice for voice in held if not voice.is_named]
    context = {
        "name": name,
        "password": password,
        "memberships": roles_of(request.user, now=now),
        # Never both in one list, not even here: who looks over one's shoulder would learn it.
        "voices": owned or held,
    }
    is_wrong = name.errors or password.errors
    return render(request, "web/settings/me.html", context, status=400 if is_wrong else 200)


@never_cache
@signed_in
@require_POST
def name(request: SignedIn) -> HttpResponse:
    """Take another name."""
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            choose_name(request.user, form.cleaned_data["name"], by=request.user)
        except UserError as problem:
            form.add_error("name", str(problem))
        else:
            tell(request, _("Your name is saved."))
            return redirect("me")
    return _page(request, form, PasswordForm())


@never_cache
@signed_in
@require_POST
def password(request: SignedIn) -> HttpResponse:
    """Take another password; everywhere else the person is signed out."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            change_password(request.user, **form.cleaned_data, by=request.user)
        except UserError as problem:
            form.add_error("old", str(problem))
        else:
            update_session_auth_hash(request, request.user)
            tell(request, _("Your password is changed. Everywhere else you are signed out."))
            return redirect("me")
    return _page(request, NameForm(initial={"name": request.user.name}), form)
