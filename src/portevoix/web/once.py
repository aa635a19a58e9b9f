"""A form that is sent twice, by two clicks or by going back, does once what it says."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Concatenate, Final, ParamSpec

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portevoix.core import clock, sent
from portevoix.web.requests import SignedIn
from portevoix.web.toasts import is_waiting, tell

Rest = ParamSpec("Rest")
_SHOWN: Final = "csrfmiddlewaretoken"
"""The field that tells one showing of a form from every other: it is masked anew for each page."""


def once(
    view: Callable[Concatenate[SignedIn, Rest], HttpResponse],
) -> Callable[Concatenate[SignedIn, Rest], HttpResponse]:
    """Let `view` do what a form says only once for each time that the form was shown with the same contents.

    The second sending is led to where the first was, and told so unless something else is waiting to be told. A
    form that is refused (the view redirects nowhere, or marks the request `is_refused`), or whose contents are
    others, is a first one. All of `view` is one transaction: it must not speak to a network.
    """

    @wraps(view)
    def answer(request: SignedIn, /, *arguments: Rest.args, **rest: Rest.kwargs) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(_SHOWN):
            return view(request, *arguments, **rest)
        with transaction.atomic():
            key = _key(request)
            form = sent.take(key, now=clock.now())
            if form is None:
                if not is_waiting(request):  # a second click must not lose the first one's Undo
                    tell(
                        request,
                        _("This was sent before and is not done again. Open the form anew."),
                    )
                return redirect(sent.place_of(key))
            response = view(request, *arguments, **rest)
            if (place := response.get("Location", "")) and not getattr(request, "is_refused", False):
                sent.keep(form, place)
            else:
                sent.give_back(form)
        return response

    return answer


def _key(request: SignedIn) -> str:
    """Return what two sendings of one showing have in common, and no others: who, where to, and every field."""
    told = [
        str(request.user.pk),
        request.path,
        *(f"{name}={request.POST.getlist(name)}" for name in request.POST),
    ]
    return sha256("\n".join(sorted(told)).encode()).hexdigest()
