"""The accounts of a voice: begin and end to hold one, connect it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portevoix.core import clock
from portevoix.networks.actions.holdings import hold_typed, let_go
from portevoix.networks.actions.linking import connect as connect_account
from portevoix.networks.models import Holding
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.settings.accounts import AccountForm, ConnectForm, EndForm
from portevoix.web.settings.voices import page_of
from portevoix.web.toasts import tell
from portevoix.web.views.settings_voices import shown, voice_of


def _holding(voice: Voice, number: int) -> Holding:
    found = Holding.objects.filter(voice=voice, pk=number).select_related("account__brand", "voice").first()
    if found is None:
        raise Http404
    return found


@of_brand("programme.change")
@require_POST
@once
def add(request: SignedIn, brand: Brand, which: str, voice: str) -> HttpResponse:
    """Let a voice hold an account."""
    found, form = voice_of(brand, which, voice), AccountForm(request.POST, place="account")
    known = set(Holding.objects.filter(voice=found).values_list("pk", flat=True))
    fields, by, now = tuple(form.fields), request.user, clock.now()
    if not form.attempt(lambda: hold_typed(found, form.typed, fields, by=by, now=now)):
        return shown(request, found, which, form)
    added = Holding.objects.filter(voice=found).exclude(pk__in=known).first()
    undo = reverse("let_go", args=[brand.slug, which, voice, added.pk]) if added else ""
    tell(request, _("%(name)s holds this account now.") % {"name": found}, undo=undo)
    return redirect(page_of(brand, found))


@of_brand("programme.change")
@require_POST
def end(request: SignedIn, brand: Brand, which: str, voice: str, holding: str) -> HttpResponse:
    """Say until when a voice holds an account; with no day, it goes on."""
    found = voice_of(brand, which, voice)
    held = _holding(found, int(holding))
    was, form = EndForm.of(held, brand).posted(), EndForm(request.POST, place=f"end:{holding}")
    fields, by, now = tuple(form.fields), request.user, clock.now()
    if not form.attempt(lambda: hold_typed(found, form.entry(held), fields, by=by, now=now)):
        return shown(request, found, which, form)
    held.refresh_from_db(fields=["to_at"])
    sentence = _("The end is written down.") if held.to_at else _("The account stays.")
    tell(request, sentence, undo=request.path, undo_fields=was)
    return redirect(page_of(brand, found))


@of_brand("programme.change")
@require_POST
@once
def drop(request: SignedIn, brand: Brand, which: str, voice: str, holding: str) -> HttpResponse:
    """Take back that a voice holds an account, as if it had never been written."""
    found = voice_of(brand, which, voice)
    let_go(_holding(found, int(holding)), by=request.user)
    tell(request, _("%(name)s does not hold this account; the account itself is kept.") % {"name": found})
    return redirect(page_of(brand, found))


@of_brand("programme.change")
@require_POST
def connect(request: SignedIn, brand: Brand, which: str, voice: str, holding: str) -> HttpResponse:
    """Connect an account, or connect it again."""
    found = voice_of(brand, which, voice)
    account = _holding(found, int(holding)).account
    if NETWORKS[account.network].is_import_only:
        raise Http404
    form, by, now = ConnectForm(request.POST, account=account), request.user, clock.now()
    if not form.attempt(lambda: connect_account(account, form.cleaned_data, by=by, now=now)):
        return shown(request, found, which, form)
    tell(request, _("The account is connected. What it brings is read within minutes."))
    return redirect(page_of(brand, found))
