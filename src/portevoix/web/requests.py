"""What views are given: a signed-in person, and the brand that the address names, if that person may see it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from portevoix.core import clock
from portevoix.core.cards import Viewer
from portevoix.core.errors import NotFound
from portevoix.core.periods import Month
from portevoix.people.models import Brand, User
from portevoix.people.queries import standing
from portevoix.people.rights import brand_seen_by
from portevoix.programme.queries import voices_of
from portevoix.programme.rights import allows


class SignedIn(HttpRequest):
    """A request of somebody who has signed in. `is_refused`: a view that redirects has done nothing."""

    user: User
    is_refused: bool = False


BrandView = Callable[..., HttpResponse]


def signed_in(view: BrandView) -> Callable[..., HttpResponse]:
    """Let a view see only people who have signed in, and ask others to.

    A part of a page that looks again by itself has its page read anew: the form would else be put into its place.
    """
    asking = login_required(view)

    @wraps(view)
    def answer(request: HttpRequest, *arguments: Any, **rest: Any) -> HttpResponse:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
        return asking(request, *arguments, **rest)

    return answer


def of_brand(permission: str) -> Callable[[BrandView], Callable[..., HttpResponse]]:
    """Let a view see only signed-in people who have `permission` in the brand that `slug` names.

    To anybody else there is no such page: that a brand exists is nobody's business.
    """

    def decorate(view: BrandView) -> Callable[..., HttpResponse]:
        @signed_in
        @wraps(view)
        def answer(request: SignedIn, slug: str, **rest: Any) -> HttpResponse:
            is_reading = request.method in ("GET", "HEAD")  # who writes may change the very roles asked for
            brand = (
                brand_seen_by(request.user, slug) if is_reading else Brand.objects.filter(slug=slug).first()
            )
            if brand is None or not allows(permission, request.user, brand):
                raise Http404
            try:
                return view(request, brand, **rest)
            except NotFound as problem:
                raise Http404(str(problem)) from problem

        return answer

    return decorate


def looking(view: BrandView) -> Callable[..., HttpResponse]:
    """Let a view see only signed-in people who may see the brand that `slug` names, and give it their `Viewer`.

    The same people as `of_brand("people.see_brand")`, with all that Today has to know of them.
    """

    @signed_in
    @wraps(view)
    def answer(request: SignedIn, slug: str, **rest: Any) -> HttpResponse:
        viewer = _viewer(request.user, slug)
        if viewer is None:
            raise Http404
        return view(request, viewer, **rest)

    return answer


def _viewer(user: User, slug: str) -> Viewer | None:
    now = clock.now()
    found = standing(user, slug, now=now)
    if found is None:
        return None
    held = voices_of(user, found.brand, on=found.today) if found.roles else []
    voices = {voice.pk: voice for voice in held}
    return Viewer(user, found.brand, now, found.today, found.roles, voices, found.leaving)


def month_of(text: str) -> Month:
    """Return the month that an address names. Raises Http404 when there is none such."""
    try:
        return Month.parse(text)
    except ValueError as problem:
        raise Http404 from problem


def page_number(request: HttpRequest) -> int:
    """Return the page that the address asks for, 1 when it asks for none. Raises Http404 for no number."""
    return number_of(request.GET.get("page", "1"))


def number_of(text: str) -> int:
    """Return the whole number that an address names. Raises Http404 for what is none, or too large."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7):  # noqa: PLR2004
        raise Http404
    return int(text)
