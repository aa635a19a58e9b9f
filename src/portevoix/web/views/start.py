"""The first visit: brand, personas, networks, first post. Each step can be skipped, left and found again."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.ledger.queries import told_of
from portevoix.networks.actions.holdings import write_typed
from portevoix.networks.actions.trials import open_accounts
from portevoix.networks.queries import training_holdings
from portevoix.people.actions import grant
from portevoix.people.models import Brand, Role
from portevoix.programme.file.problems import BadProgrammeFile
from portevoix.programme.queries import owned_family
from portevoix.web import start
from portevoix.web.once import once
from portevoix.web.requests import SignedIn, of_brand, signed_in
from portevoix.web.start import AccountForm, BrandForm, PersonaForm, Written
from portevoix.web.toasts import tell

SANDBOX = "sandbox"


@signed_in
@require_http_methods(["GET", "POST"])
@once
def begin(request: SignedIn) -> HttpResponse:
    """Make a brand: the first step, for whoever runs the installation."""
    if not request.user.has_perm("programme.create"):
        raise Http404
    form = BrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made:
            return redirect(start.following(made, "brand"))
    return _page(request, None, "brand", {"form": form})


def _made(request: SignedIn, form: BrandForm) -> Brand | None:
    """Return the brand that the form describes, made; None after saying beside its fields why it cannot be."""
    brand = _written(request, start.brand_file(form, None))
    if brand and form.cleaned_data["leads"]:
        grant(request.user, brand, Role.LEAD, by=request.user)
    return brand


def _written(request: SignedIn, written: Written) -> Brand | None:
    try:
        return write_typed(written.document, by=request.user, now=clock.now()).brand
    except BadProgrammeFile as bad:
        written.blame(bad)
        return None


@of_brand("programme.change")
@require_http_methods(["GET", "POST"])
def step(request: SignedIn, brand: Brand, step: str) -> HttpResponse:
    """Show one step of the first visit, or do what was sent from it."""
    views = {"brand": _brand, "personas": _personas, "networks": _networks, "post": _post}
    if step not in views:
        raise Http404
    return views[step](request, brand)


def _brand(request: SignedIn, brand: Brand) -> HttpResponse:
    known = {"name": brand.name, "time_zone": brand.time_zone, "languages": brand.languages}
    form = BrandForm(request.POST or None, brand=brand, initial=known)
    if request.method == "POST" and form.is_valid() and _written(request, start.brand_file(form, brand)):
        return redirect(start.following(brand, "brand"))
    return _page(request, brand, "brand", {"form": form})


@once
def _personas(request: SignedIn, brand: Brand) -> HttpResponse:
    rows = _rows(request.POST)
    context = {"rows": rows, "voices": list(owned_family(brand))}
    if request.POST.get("do") != "save":
        return _page(request, brand, "personas", context)
    if all(row.is_valid() for row in rows):
        named = sum(bool(row.cleaned_data["first_name"]) for row in rows)
        if not named:
            rows[0].add_error("first_name", _("Write at least one first name, or skip this step."))
        elif _written(request, start.personas_file(brand, rows)):
            return _told(request, brand, "personas", _counted(named))
    return _page(request, brand, "personas", context)


def _counted(named: int) -> str:
    return ngettext("%(count)d persona was added.", "%(count)d personas were added.", named) % {
        "count": named
    }


def _rows(sent: QueryDict) -> list[PersonaForm]:
    """Return a form a row: those that were sent, and two more where more were asked for."""
    typed = sent.get("rows", "")
    count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else start.FEWEST_ROWS  # noqa: PLR2004
    is_saving = sent.get("do") == "save"
    if sent and not is_saving:
        count += 2
    count = min(max(count, 1), start.MOST_ROWS)
    if is_saving:
        return [PersonaForm(sent, prefix=str(number)) for number in range(count)]
    return [PersonaForm(initial=_typed(sent, number), prefix=str(number)) for number in range(count)]


def _typed(sent: QueryDict, number: int) -> dict[str, str]:
    """Return what was typed into a row that is shown again with others below it."""
    names = PersonaForm.base_fields.keys()
    return {name: sent.get(f"{number}-{name}", "") for name in names if f"{number}-{name}" in sent}


def _told(request: SignedIn, brand: Brand, step: str, sentence: str) -> HttpResponseRedirect:
    tell(request, sentence)
    return HttpResponseRedirect(start.following(brand, step))


def _networks(request: SignedIn, brand: Brand) -> HttpResponse:
    voices = list(owned_family(brand))
    is_saving = request.POST.get("do") == "save"
    if request.POST.get("do") == SANDBOX:
        return _sandbox(request, brand)
    rows = [AccountForm(request.POST if is_saving else None, voice=voice) for voice in voices]
    if is_saving and rows and all(row.is_valid() for row in rows):
        named = sum(map(start.is_named, rows))
        if not named:
            rows[0].add_error("handle", _("Choose a network and write a name there, or skip this step."))
        elif _written(request, start.accounts_file(brand, rows)):
            return _told(request, brand, "networks", _held(named))
    return _page(request, brand, "networks", {"rows": rows, "is_saving": is_saving})


def _held(named: int) -> str:
    return ngettext("%(count)d account was added.", "%(count)d accounts were added.", named) % {
        "count": named
    }


def _sandbox(request: SignedIn, brand: Brand) -> HttpResponse:
    """Open an account in the sandbox for each voice that has none there."""
    try:
        count = open_accounts(brand, SANDBOX, by=request.user, now=clock.now())
    except UserError as problem:
        tell(request, str(problem))
        return redirect("start_step", slug=brand.slug, step="networks")
    sentence = ngettext(
        "%(count)d account is open in the sandbox.", "%(count)d accounts are open in the sandbox.", count
    )
    return _told(request, brand, "networks", sentence % {"count": count})


def _post(request: SignedIn, brand: Brand) -> HttpResponse:
    held = training_holdings(brand, clock.now())
    told = told_of(brand, [each.account for each in held]) if held else None
    return _page(request, brand, "post", {"held": held, "told": told})


def _page(request: SignedIn, brand: Brand | None, step: str, context: dict[str, Any]) -> HttpResponse:
    """Return the page of a step; 400 where what was sent could not be taken."""
    shown = [*context.get("rows", ()), *filter(None, [context.get("form")])]
    frame = {
        "brand": brand,
        "step": step,
        "steps": start.steps(brand, step),
        "skip": start.following(brand, step) if brand else "",
    }
    has_errors = any(form.is_bound and form.errors for form in shown)
    return render(request, f"web/start/{step}.html", {**frame, **context}, status=400 if has_errors else 200)
