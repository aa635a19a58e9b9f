"""Settings, holders: who holds voices. Only the lead comes here, and each look at a name is written down."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.people.models import Brand, User
from portevoix.people.rights import brand_seen_by
from portevoix.programme import queries
from portevoix.programme.actions import end_tenure, resume_tenure, start_tenure, withdraw_tenure
from portevoix.programme.kinds import TenureRole
from portevoix.programme.models import Tenure, Voice
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.settings.forms import EndForm, TenureForm, after
from portevoix.web.settings.holders import held_voices, revealed, tenures_of, undo_of_end, undo_of_start
from portevoix.web.settings.undo import opened
from portevoix.web.toasts import tell


@never_cache
@of_brand("programme.change_holders")
@require_GET
def page(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show how the voices that the brand owns are held, without who."""
    context = {"brand": brand, "voices": held_voices(brand, on=_today(brand), is_named=False)}
    return render(request, "web/settings/holders.html", context)


@never_cache
@of_brand("programme.change_holders")
@require_GET
def named(request: SignedIn, brand: Brand) -> HttpResponse:
    """Show how the named voices are held, away from the personas."""
    voices = held_voices(brand, on=_today(brand), is_named=True)
    context = {"brand": brand, "voices": voices, "is_named": True}
    return render(request, "web/settings/holders.html", context)


@never_cache
@of_brand("programme.change_holders")
@require_http_methods(["GET", "POST"])
def voice(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Show the times with one voice; with who, once that is asked, which is written down."""
    brand_seen_by(request.user, brand.slug)  # to look changes no role, even when it is sent
    found, today = _voice(brand, voice), _today(brand)
    asks = request.method == "POST"
    tenures = (
        revealed(queries.holders(found, by=request.user), on=today) if asks else tenures_of(found, on=today)
    )
    return _voice_page(request, found, TenureForm(brand, today), tenures=tenures, is_revealed=asks)


def _voice_page(request: SignedIn, found: Voice, form: TenureForm, **more: object) -> HttpResponse:
    context = {"brand": found.brand, "voice": found, "form": form, "today": _today(found.brand), **more}
    return render(request, "web/settings/holder.html", context, status=400 if form.errors else 200)


@never_cache
@of_brand("programme.change_holders")
@require_POST
@once
def start(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Let somebody hold a voice."""
    found, today = _voice(brand, voice), _today(brand)
    form = TenureForm(brand, today, request.POST)
    if form.is_valid() and (tenure := _started(request.user, found, form)):
        words = {"voice": found, "role": tenure.get_role_display()}
        sentence = _("It is written down who holds %(voice)s (%(role)s).") % words
        _tell(request, brand, sentence, undo_of_start(brand, tenure))
        return redirect("holder", slug=brand.slug, voice=voice)
    return _voice_page(request, found, form, tenures=tenures_of(found, on=today))


def _started(by: User, found: Voice, form: TenureForm) -> Tenure | None:
    told = form.cleaned_data
    role = TenureRole(told["role"])
    try:
        return start_tenure(
            found, holder=told["person"], role=role, from_on=told["from_on"], to_on=form.to_on, by=by
        )
    except UserError as problem:
        form.add_error("from_on", str(problem))
        return None


@never_cache
@of_brand("programme.change_holders")
@require_POST
def end(request: SignedIn, brand: Brand, tenure: int) -> HttpResponse:
    """End somebody's time with a voice after the last day that is told."""
    found, form = queries.tenure_of(brand, tenure), EndForm(request.POST)
    to_on = after(form.cleaned_data["last_on"]) if form.is_valid() else None
    before = undo_of_end(brand, found, found.to_on)
    try:
        if to_on is None:
            raise UserError(_("This is no day. Nothing was changed; write it like 2026-11-24."))
        end_tenure(found, to_on=to_on, by=request.user)
    except UserError as problem:
        tell(request, str(problem))
    else:
        words = {"voice": found.voice, "role": found.get_role_display()}
        _tell(
            request,
            brand,
            _("The end of this time with %(voice)s is written down (%(role)s).") % words,
            before,
        )
    return redirect("holder", slug=brand.slug, voice=found.voice.slug)


@never_cache
@of_brand("programme.change_holders")
@require_POST
def undo(request: SignedIn, brand: Brand) -> HttpResponse:
    """Undo the last beginning or end."""
    try:
        was = opened(brand, request.POST.get("was", ""))
        if "tenure" not in was:  # sealed for something else
            raise UserError(_("This can no longer be undone. Nothing was changed."))
        found = queries.tenure_of(brand, was["tenure"])
        _put_back(found, was, by=request.user)
        tell(request, _("It is as it was."))
    except UserError as problem:
        tell(request, str(problem))
        return redirect("holders", slug=brand.slug)
    return redirect("holder", slug=brand.slug, voice=found.voice.slug)


def _put_back(tenure: Tenure, was: dict[str, object], *, by: User) -> None:
    if was["what"] == "start":
        withdraw_tenure(tenure, by=by)
        return
    before = was["to_on"]
    resume_tenure(tenure, to_on=date.fromisoformat(str(before)) if before else None, by=by)


def _tell(request: SignedIn, brand: Brand, sentence: str, before: dict[str, str]) -> None:
    tell(request, sentence, undo=reverse("undo_tenure", args=[brand.slug]), undo_fields=before)


def _voice(brand: Brand, slug: str) -> Voice:
    """Return the voice that an address names, whatever its kind. Raises Http404 when there is none such."""
    found = queries.family(brand).select_related("brand").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _today(brand: Brand) -> date:
    return brand.day(clock.now())
