"""Linking the accounts of a voice: which there are, signing in to a network, coming back, what each may do."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.networks.actions import listing
from portevoix.networks.actions.ceiling import set_ceiling
from portevoix.networks.actions.signing import begin, choose, finish, opened_by, sign_in, under_way_of
from portevoix.networks.actions.telling import look
from portevoix.networks.contracts import Signing
from portevoix.networks.errors import NetworkError
from portevoix.networks.models import Account, Connection, Holding, UnderWay
from portevoix.networks.queries import public_list
from portevoix.networks.registry import NETWORKS, connector_class, is_linkable
from portevoix.networks.rights import runs_account
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.programme.rights import allows
from portevoix.web.costs import CeilingForm
from portevoix.web.linking import AccountPage, SignInForm, guide, offers, rows_of
from portevoix.web.requests import SignedIn, number_of, of_brand, signed_in
from portevoix.web.toasts import tell


def _voice(request: SignedIn, brand: Brand, slug: str) -> Voice:
    """Return the voice, for who may link its accounts. Raises Http404 to all others."""
    found = Voice.objects.filter(brand=brand, slug=slug).select_related("brand", "product_range").first()
    if found is None or not allows("networks.link_voice", request.user, found):
        raise Http404
    return found


def _account(voice: Voice, number: int) -> Account:
    """Return an account that `voice` holds now. Raises Http404."""
    held = Holding.objects.at(clock.now()).filter(voice=voice, account=number)
    found = held.select_related("account__connection", "account__brand").first()
    if found is None:
        raise Http404
    return found.account


def _network(key: str) -> str:
    if key not in NETWORKS or not is_linkable(key):
        raise Http404
    return key


def _back(request: SignedIn) -> str:
    """Return the address to which networks send people back."""
    return request.build_absolute_uri(reverse("accounts_back"))


@of_brand("people.see_brand")
@never_cache
@require_GET
def accounts(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Show through which accounts a voice speaks, and how each fares."""
    found = _voice(request, brand, voice)
    may_import = allows("ledger.import", request.user, brand)
    context = {
        "brand": brand,
        "voice": found,
        "rows": rows_of(found, now=clock.now()),
        "may_import": may_import,
    }
    return render(request, "web/linking/accounts.html", context)


@of_brand("people.see_brand")
@never_cache
@require_GET
def networks(request: SignedIn, brand: Brand, voice: str) -> HttpResponse:
    """Show to which networks one can sign in for a voice."""
    context = {"brand": brand, "voice": _voice(request, brand, voice), "offers": offers()}
    return render(request, "web/linking/networks.html", context)


@of_brand("people.see_brand")
@never_cache
@require_http_methods(["GET", "POST"])
def network(request: SignedIn, brand: Brand, voice: str, network: str) -> HttpResponse:
    """Guide to an account of one network, step by step, and sign in with what was typed."""
    found, key = _voice(request, brand, voice), _network(network)
    again = request.GET.get("account", "")
    account = _account(found, number_of(again)) if again else None
    form = SignInForm(request.POST or None, network=key)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _signed_in(request, found, key, form, account)
        except UserError as refused:
            problem = str(refused)
    context = {
        "brand": brand,
        "voice": found,
        "network": NETWORKS[key],
        "account": account,
        "steps": guide(key, back=_back(request)),
        "form": form,
        "problem": problem,
        "is_at_network": connector_class(key).capabilities.signing is Signing.REDIRECT,
    }
    is_wrong = bool(problem or form.errors)
    return render(request, "web/linking/network.html", context, status=400 if is_wrong else 200)


def _signed_in(
    request: SignedIn, voice: Voice, key: str, form: SignInForm, account: Account | None
) -> HttpResponse:
    """Sign in with what was typed, or show where on the network one goes on."""
    by, now, answers = request.user, clock.now(), form.cleaned_data
    if connector_class(key).capabilities.signing is Signing.TYPED:
        return _opened(request, sign_in(voice, key, answers, account=account, by=by, now=now))
    back = _back(request)
    url = begin(voice, key, answers, redirect_to=back, account=account, by=by, now=now)
    # A page of its own, not a redirect: forms of ours lead nowhere else, and one sees where one is going.
    context = {"brand": voice.brand, "voice": voice, "network": NETWORKS[key], "url": url}
    return render(request, "web/linking/leave.html", {**context, "host": urlsplit(url).hostname})


def _opened(request: SignedIn, under_way: UnderWay) -> HttpResponse:
    """Link what was opened, or have the person choose where there are several."""
    signed = opened_by(under_way)
    if len(signed) == 1:
        return _linked(request, under_way, signed[0].profile.actor.remote_id)
    return redirect("choose_account", under_way.voice.brand.slug, under_way.voice.slug, under_way.pk)


def _linked(request: SignedIn, under_way: UnderWay, remote_id: str) -> HttpResponse:
    """Link one account, look at once what it may do, and show it. Raises UserError."""
    voice, now = under_way.voice, clock.now()
    connection = choose(under_way, remote_id, by=request.user, now=now)
    try:
        look(connection.account, by=request.user, now=now)
    except NetworkError as problem:
        tell(request, str(problem))
    else:
        tell(request, _("The account is connected. What it brings is read within minutes."))
    return redirect("account", voice.brand.slug, voice.slug, connection.account_id)


@never_cache
@signed_in
@require_GET
def back(request: SignedIn) -> HttpResponse:
    """Take somebody who comes back from a network, and link what was agreed to there."""
    try:
        return _opened(request, finish(request.GET.dict(), by=request.user, now=clock.now()))
    except UserError as problem:
        return render(request, "web/linking/nothing.html", {"problem": str(problem)}, status=400)


@of_brand("people.see_brand")
@never_cache
@require_http_methods(["GET", "POST"])
def chosen(request: SignedIn, brand: Brand, voice: str, number: int) -> HttpResponse:
    """Choose one of the accounts that a sign-in has opened."""
    found = _voice(request, brand, voice)
    under_way = under_way_of(number, by=request.user, now=clock.now())
    if under_way.voice_id != found.pk:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            return _linked(request, under_way, request.POST.get("account", ""))
        except UserError as refused:
            problem = str(refused)
    context = {
        "brand": brand,
        "voice": found,
        "network": NETWORKS[under_way.network],
        "signed": opened_by(under_way),
        "problem": problem,
    }
    return render(request, "web/linking/choose.html", context, status=400 if problem else 200)


@of_brand("people.see_brand")
@never_cache
@require_GET
def account(request: SignedIn, brand: Brand, voice: str, number: int) -> HttpResponse:
    """Show what the connection of an account may do, and whether the profile says who runs it."""
    found = _voice(request, brand, voice)
    mine = _account(found, number)
    if NETWORKS[mine.network].is_import_only:
        raise Http404
    site, now = request.build_absolute_uri("/"), clock.now()
    page = AccountPage.of(found, mine, site=site, by=request.user, now=now)
    leads = runs_account(request.user, mine)
    context = {"brand": brand, "voice": found, "page": page, "may_set_ceiling": leads}
    return render(request, "web/linking/account.html", context)


@of_brand("people.see_brand")
@require_POST
def ceiling(request: SignedIn, brand: Brand, voice: str, number: int) -> HttpResponse:
    """Say how much the calls of an account may cost in a month."""
    mine, form = _account(_voice(request, brand, voice), number), CeilingForm(request.POST)
    try:
        if not form.is_valid():
            raise UserError(
                _("A ceiling is an amount from 0 to 100,000 dollars a month. Nothing was changed.")
            )
        set_ceiling(mine, form.cleaned_data["amount"], by=request.user)
    except UserError as problem:
        tell(request, str(problem))
    else:
        tell(request, _("The ceiling is set. Calls stop before it is passed."))
    return redirect("account", brand.slug, voice, number)


@of_brand("people.see_brand")
@require_POST
def look_again(request: SignedIn, brand: Brand, voice: str, number: int) -> HttpResponse:
    """Ask the network anew whom a connection opens and what it may do."""
    found = _voice(request, brand, voice)
    mine = _account(found, number)
    if not Connection.objects.filter(account=mine).exists():
        raise Http404
    try:
        look(mine, by=request.user, now=clock.now())
    except NetworkError as problem:
        tell(request, str(problem))
    else:
        tell(request, _("The network was asked: everything below is as of now."))
    return redirect("account", brand.slug, voice, number)


@of_brand("programme.change")
@require_POST
def keep_list(request: SignedIn, brand: Brand, voice: str, number: int) -> HttpResponse:
    """Let an account keep the public list of the brand's personas, or keep it no longer."""
    mine = _account(_voice(request, brand, voice), number)
    here = reverse("list_account", args=[brand.slug, voice, number])
    try:
        if request.POST.get("keep") == "no":
            listing.stop(mine, by=request.user)
            said, again = _("The list is no longer kept. What stands on the network stays there."), "yes"
        else:
            is_moved = public_list(brand, mine.network) is not None
            listing.start(mine, by=request.user, now=clock.now())
            said, again = _("This account keeps the public list from now on."), "" if is_moved else "no"
        tell(request, said, undo=here if again else "", undo_fields={"keep": again})
    except UserError as problem:
        tell(request, str(problem))
    return redirect("account", brand.slug, voice, number)
