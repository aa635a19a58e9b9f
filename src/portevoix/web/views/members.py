"""Settings, members: who takes part in a brand, with which roles, until when; inviting people."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portevoix.core import clock
from portevoix.core.errors import NotAllowed, UserError
from portevoix.people import actions, queries
from portevoix.people.links import url_of
from portevoix.people.models import Brand, Role, User
from portevoix.people.rights import may_invite
from portevoix.people.rules import latest_end
from portevoix.programme.rights import allows
from portevoix.web import telling
from portevoix.web.requests import SignedIn, number_of, of_brand, page_number
from portevoix.web.settings.forms import InvitationForm, RoleForm
from portevoix.web.settings.members import shown, shown_members
from portevoix.web.settings.powers import of_every_role, table
from portevoix.web.settings.undo import opened, sealed
from portevoix.web.toasts import tell

A_PAGE: Final = 50
"""How many people stand on one page."""


@of_brand("people.change_members")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show who takes part, or whose access has ended; `?person=` shows one person's roles."""
    if person := request.GET.get("person"):
        return _member_page(request, brand, number_of(person), RoleForm())
    has_ended = request.GET.get("show") == "ended"
    found = shown_members(brand, on=_today(brand), has_ended=has_ended)
    context = {
        "brand": brand,
        "page": Paginator(found, A_PAGE).get_page(page_number(request)),
        "has_ended": has_ended,
        "ending": [] if has_ended else [member for member in found if member.ends_soon],
        "powers": table(),
        "of_every_role": of_every_role(),
    }
    return render(request, "web/settings/members.html", context)


@never_cache
@of_brand("people.change_members")
def invite(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show the form of an invitation; take it, and show its link once."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    context = {"brand": brand, "form": form, "latest": latest_end(_today(brand))}
    if request.method == "POST" and form.is_valid():
        try:
            invitation = actions.invite(brand, **_told(form), by=request.user, now=clock.now())
        except UserError as problem:
            form.add_error("expires_on", str(problem))
        else:
            return _invited(request, brand, invitation, form.cleaned_data["name"])
    return render(request, "web/settings/invite.html", context, status=400 if form.errors else 200)


def _told(form: RoleForm) -> dict[str, Any]:
    return {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}


def _invited(request: SignedIn, brand: Brand, invitation: actions.Invitation, typed: str) -> HttpResponse:
    """Say that it is done by the name that was `typed`: what an account is called elsewhere is not told here."""
    if invitation.token:
        return _handed_over(request, brand, invitation.user, invitation.token)
    sentence = _(
        "%(name)s takes part. If there is no way in yet, whoever runs the installation makes a link with: "
        "portevoix sign-in-link"
    )
    tell(request, sentence % {"name": typed})
    return redirect("members", slug=brand.slug)


def _handed_over(request: SignedIn, brand: Brand, user: User, token: str) -> HttpResponse:
    """Show the link this once: only its hash is kept, so that it is never shown again."""
    link = url_of(token, settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/"))
    subject = _("Your access to %(brand)s on Porte-voix") % {"brand": brand}
    body = _("This link lets you in once, within seven days:\n%(link)s") % {"link": link}
    mail = f"mailto:{user.email}?" + urlencode({"subject": subject, "body": body}).replace("+", "%20")
    context = {"brand": brand, "person": user, "link": link, "mail": mail}
    return render(request, "web/settings/invited.html", context)


def _member_page(
    request: SignedIn, brand: Brand, person: int, form: RoleForm, *, status: int = 200
) -> HttpResponse:
    """Show somebody's roles, to prolong, take and give them."""
    found = queries.member(brand, person)
    context = {
        "brand": brand,
        "member": shown(found, on=_today(brand)),
        "form": form,
        "may_invite": may_invite(found.user, by=request.user),
    }
    return render(request, "web/settings/member.html", context, status=status)


@never_cache
@of_brand("people.change_members")
@require_POST
def link(request: SignedIn, brand: Brand, person: int) -> HttpResponse:
    """Make a new link for somebody who has chosen no password yet, and show it once."""
    user = queries.member(brand, person).user
    try:
        token = actions.invite_again(user, brand, by=request.user, now=clock.now())
    except UserError as problem:
        tell(request, str(problem))
        return redirect(f"{reverse('members', args=[brand.slug])}?person={person}")
    return _handed_over(request, brand, user, token)


@of_brand("people.change_members")
@require_POST
def give(request: SignedIn, brand: Brand, person: int) -> HttpResponse:
    """Give somebody another role, or another last day."""
    user, form = queries.member(brand, person).user, RoleForm(request.POST)
    if not form.is_valid():
        return _member_page(request, brand, person, form, status=400)
    role = Role(form.cleaned_data["role"])
    before = _undo(brand, user, role)
    try:
        actions.grant(user, brand, role, by=request.user, expires_on=form.cleaned_data["expires_on"])
    except UserError as problem:
        form.add_error("expires_on", str(problem))
        return _member_page(request, brand, person, form, status=400)
    words = {"name": user, "role": role.label}
    _tell(request, brand, _("%(name)s has the role “%(role)s”.") % words, before)
    return redirect("members", slug=brand.slug)


@of_brand("people.change_members")
@require_POST
def prolong(request: SignedIn, brand: Brand, person: int, role: str) -> HttpResponse:
    """Let a role that ends last three months longer."""
    user, kind = queries.member(brand, person).user, _role(role)
    before = _undo(brand, user, kind)
    try:
        until = actions.prolong(user, brand, kind, by=request.user, on=_today(brand)).expires_on
    except NotAllowed as problem:
        tell(request, str(problem))
        return redirect("members", slug=brand.slug)
    words = {"name": user, "role": kind.label, "day": _day(until)}
    _tell(request, brand, _("%(name)s, “%(role)s”: until %(day)s.") % words, before)
    return redirect("members", slug=brand.slug)


@of_brand("people.change_members")
@require_POST
def remove(request: SignedIn, brand: Brand, person: int, role: str) -> HttpResponse:
    """Take a role away."""
    user, kind = queries.member(brand, person).user, _role(role)
    before = _undo(brand, user, kind)
    try:
        actions.remove(user, brand, kind, by=request.user)
    except UserError as problem:
        tell(request, str(problem))
        return redirect("members", slug=brand.slug)
    words = {"name": user, "role": kind.label}
    if not allows("people.change_members", request.user, brand):
        tell(request, _("You no longer have the role “%(role)s”.") % words)
        return redirect("home")
    _tell(request, brand, _("%(name)s no longer has the role “%(role)s”.") % words, before)
    return redirect("members", slug=brand.slug)


@of_brand("people.change_members")
@require_POST
def undo(request: SignedIn, brand: Brand) -> HttpResponse:
    """Put a role back as it was before the last gesture."""
    try:
        was = opened(brand, request.POST.get("was", ""))
        _put_back(brand, was, by=request.user)
        tell(request, _("It is as it was."))
    except UserError as problem:
        tell(request, str(problem))
    return redirect("members", slug=brand.slug)


def _put_back(brand: Brand, was: dict[str, Any], *, by: User) -> None:
    user = User.objects.get(pk=was["user"])
    role, last = Role(was["role"]), was["expires_on"]
    if was["is_there"]:
        expires_on = date.fromisoformat(str(last)) if last else None
        actions.put_back(user, brand, role, expires_on=expires_on, by=by)
    else:
        actions.remove(user, brand, role, by=by)


def _undo(brand: Brand, user: User, role: Role) -> dict[str, str]:
    is_there, last = queries.last_day(brand, user, role)
    expires_on = last.isoformat() if last else None
    return sealed(brand, user=user.pk, role=str(role), is_there=is_there, expires_on=expires_on)


def _tell(request: HttpRequest, brand: Brand, sentence: str, before: dict[str, str]) -> None:
    tell(request, sentence, undo=reverse("undo_role", args=[brand.slug]), undo_fields=before)


def _role(text: str) -> Role:
    """Return the role that an address names. Raises Http404 when there is none such."""
    if text not in Role.values:
        raise Http404
    return Role(text)


def _today(brand: Brand) -> date:
    return brand.day(clock.now())


def _day(value: date | None) -> str:
    return telling.calendar_day(value) if value else telling.NO_VALUE
