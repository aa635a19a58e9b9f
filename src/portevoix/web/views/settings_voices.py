"""Setting up voices: those the brand owns, and, on pages of their own, colleagues under their own name."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.networks.registry import NETWORKS
from portevoix.people.models import Brand
from portevoix.programme.actions import change, move_voice, remove_voice, revoke_consent, withdraw_consent
from portevoix.programme.models import ProductRange, Voice, VoiceKind
from portevoix.programme.states import VOICE
from portevoix.web.avatars import paths_of
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand
from portevoix.web.settings.accounts import AccountForm, accounts_of, broken
from portevoix.web.settings.form import EntryForm
from portevoix.web.settings.undo import opened, sealed
from portevoix.web.settings.voices import (
    NAMED,
    OWNED,
    ColleagueForm,
    ConsentForm,
    NewColleagueForm,
    NewVoiceForm,
    VoiceForm,
    again_from,
    among,
    hues,
    list_of,
    may_close,
    moves,
    page_of,
    rows,
    shared_if,
    told_of_move,
    undisclosed,
)
from portevoix.web.toasts import tell


def voice_of(brand: Brand, which: str, slug: str) -> Voice:
    """Return the voice of that slug in one of the two lists of `brand`. Raises Http404."""
    found: Voice | None = (
        among(brand, which).filter(slug=slug).select_related("brand", "sphere", "product_range").first()
    )
    if found is None:
        raise Http404
    return found


@of_brand("programme.change")
@require_http_methods(["GET", "POST"])
@once
def voices(request: SignedIn, brand: Brand, which: str) -> HttpResponse:
    """List the voices, and add one."""
    ranges = list(ProductRange.objects.filter(brand=brand))
    kind = NewColleagueForm if which == NAMED else NewVoiceForm
    form = kind(request.POST or None, ranges=ranges)
    if request.method == "POST" and _is_added(request, brand, form):
        return redirect(request.path)
    context = {
        "brand": brand,
        "which": which,
        "rows": rows(brand, which, now=clock.now()),
        "form": form,
        "hues": hues(brand, form, voice=None, hides_names=which == NAMED),
        "face": paths_of(Voice(slug="", kind=VoiceKind.PERSONA)),
        "undisclosed": _undisclosed(brand, form),
    }
    name = "colleagues" if which == NAMED else "voices"
    return render(request, f"web/settings/{name}.html", context, status=400 if form.errors else 200)


def _is_added(request: SignedIn, brand: Brand, form: NewVoiceForm | NewColleagueForm) -> bool:
    taken = set(Voice.objects.filter(brand=brand).values_list("slug", flat=True))
    fields, by, now = tuple(form.fields), request.user, clock.now()
    if not form.attempt(
        lambda: change(brand, form.new_document(taken), fields, networks=NETWORKS, by=by, now=now)
    ):
        return False
    added = Voice.objects.filter(brand=brand).exclude(slug__in=taken).latest("pk")
    sentence = _("%(name)s is a candidate now. Begin the trial when all is ready.") % {"name": added}
    which = NAMED if added.is_named else OWNED
    undo = reverse("remove_voice", args=[brand.slug, which, added.slug])
    tell(request, sentence, undo=undo, undo_fields=sealed(brand, voice=added.pk))
    return True


@of_brand("programme.change")
@require_POST
@once
def remove(request: SignedIn, brand: Brand, which: str, voice: str) -> HttpResponse:
    """Take away a voice that has just been added."""
    found = voice_of(brand, which, voice)
    again = again_from(found, list(ProductRange.objects.filter(brand=brand)))
    try:
        if opened(brand, request.POST.get("was", "")).get("voice") != found.pk:
            raise Http404
        remove_voice(found, by=request.user)
    except UserError as problem:
        tell(request, str(problem))
    else:
        sentence = _("%(name)s is taken away, as if it had never been added.") % {"name": found}
        tell(request, sentence, undo=list_of(brand, which), undo_fields=again)
    return redirect(list_of(brand, which))


@of_brand("programme.change")
@require_http_methods(["GET", "POST"])
@once
def voice(request: SignedIn, brand: Brand, which: str, voice: str) -> HttpResponse:
    """Show one voice with its accounts, and change who it is."""
    found = voice_of(brand, which, voice)
    if request.method == "GET":
        return shown(request, found, which)
    ranges = list(ProductRange.objects.filter(brand=brand))
    kind = ColleagueForm if found.is_named else VoiceForm
    was, form = kind.of(found, ranges).posted(), kind(request.POST, ranges=ranges)
    check = form.unless_changed(lambda: kind.of(voice_of(brand, which, voice), ranges))
    fields, by, now = tuple(form.fields), request.user, clock.now()
    if not form.attempt(
        lambda: change(
            brand, form.document(found.slug), fields, networks=NETWORKS, by=by, now=now, check=check
        )
    ):
        return shown(request, found, which, form)
    found.refresh_from_db(fields=["first_name", "name"])
    tell(request, _("%(name)s is saved.") % {"name": found}, undo=request.path, undo_fields=was)
    return redirect(request.path)


def shown(request: SignedIn, voice: Voice, which: str, refused: EntryForm | None = None) -> HttpResponse:
    """Return the page of `voice`, the form `refused` in its place as it was sent."""
    brand, now = voice.brand, clock.now()
    ranges = list(ProductRange.objects.filter(brand=brand))
    kind = ColleagueForm if voice.is_named else VoiceForm
    form = refused if isinstance(refused, VoiceForm) else kind.of(voice, ranges)
    accounts = accounts_of(voice, refused=refused, now=now)
    context = {
        "brand": brand,
        "which": which,
        "voices": list_of(brand, which),
        "page": page_of(brand, voice),
        "voice": voice,
        "form": form,
        "hues": hues(brand, form, voice=voice, hides_names=voice.is_named),
        "moves": moves(voice),
        "may_close": may_close(voice),
        "accounts": accounts,
        "broken": broken(accounts),
        "new_account": refused if isinstance(refused, AccountForm) else AccountForm(place="account"),
        "consents": list(voice.consents.all()) if voice.is_named else [],
        "has_consent": voice.is_named and voice.consents.filter(revoked_on=None).exists(),
        "consent": refused if isinstance(refused, ConsentForm) else ConsentForm(place="consent"),
        "face": paths_of(voice),
        "undisclosed": _undisclosed(brand, form),
    }
    return render(request, "web/settings/voice.html", context, status=400 if refused else 200)


def _undisclosed(brand: Brand, form: EntryForm) -> list[str]:
    name = form["name"].value() or form["first_name"].value() or ""
    return undisclosed(brand, name, form["biography"].value() or "")


@of_brand("programme.change")
@require_POST
def disclosure(request: SignedIn, brand: Brand) -> HttpResponse:
    """Return the fragment that tells, while one types, what the public would not be told."""
    name = request.POST.get("name") or request.POST.get("first_name", "")
    missing = undisclosed(brand, name, request.POST.get("biography", ""))
    return render(request, "web/settings/_disclosure.html", {"brand": brand, "undisclosed": missing})


@of_brand("programme.change")
@require_POST
def move(request: SignedIn, brand: Brand, which: str, voice: str) -> HttpResponse:
    """Move a voice to another state of its life."""
    found = voice_of(brand, which, voice)
    before, state = found.state, request.POST.get("state", "")
    if state not in VOICE.states:
        raise Http404
    try:
        move_voice(found, state, by=request.user, on=brand.day(clock.now()))
    except UserError as problem:
        tell(request, str(problem))
    else:
        goes_back = VOICE.allows(state, before)
        undo, fields = (request.path, {"state": before}) if goes_back else ("", {})
        tell(request, told_of_move(found), undo=undo, undo_fields=fields)
    return redirect(page_of(brand, found))


@of_brand("programme.change")
@require_POST
@once
def consent(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Record the written consent of a colleague."""
    found, form = voice_of(brand, NAMED, voice), ConsentForm(request.POST, place="consent")
    fields, by, now = tuple(form.fields), request.user, clock.now()
    recorded = found.consents.filter(revoked_on=None).first()
    if not form.attempt(
        lambda: change(brand, form.document(voice), fields, networks=NETWORKS, by=by, now=now)
    ):
        return shown(request, found, NAMED, form)
    undo = reverse("withdraw_consent", args=[brand.slug, voice]) if recorded is None else ""
    latest = found.consents.latest("pk")
    tell(request, _("The consent is recorded."), undo=undo, undo_fields=sealed(brand, consent=latest.pk))
    return redirect(page_of(brand, found))


@of_brand("programme.change")
@require_POST
@once
def withdraw(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Take back that a consent has just been recorded."""
    found = voice_of(brand, NAMED, voice)
    try:
        number = opened(brand, request.POST.get("was", "")).get("consent")
        consent = get_object_or_404(found.consents.select_related("voice__brand"), pk=number)
        again = {"given_on": consent.given_on.isoformat(), **shared_if(consent)}
        withdraw_consent(consent, by=request.user)
    except UserError as problem:
        tell(request, str(problem))
    else:
        undo = reverse("give_consent", args=[brand.slug, voice])
        tell(request, _("No consent was recorded: that is taken back."), undo=undo, undo_fields=again)
    return redirect(page_of(brand, found))


@of_brand("programme.change")
@require_POST
def revoke(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Write down that a colleague took the consent back: the voice falls silent at once."""
    found = voice_of(brand, NAMED, voice)
    try:
        revoke_consent(found, on=brand.day(clock.now()), by=request.user)
    except UserError as problem:
        tell(request, str(problem))
    else:
        tell(request, _("The consent is revoked. %(name)s is silent.") % {"name": found})
    return redirect(page_of(brand, found))
