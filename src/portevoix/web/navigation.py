"""The pages that people reach from everywhere: one line each, in the order in which they stand."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.people.models import Brand, User
from portevoix.web.settings.tabs import TABS, VIEWS, Tab, tabs_of
from portevoix.web.today import remembered


@dataclass(frozen=True)
class Place:
    """A page of a brand: its label, the view that its link calls, the one that it is, those that belong to it.

    `key` is the letter that leads there after `g`. A place that `is_apart` stands at the foot of the list; one
    that `is_rare` is left out on a phone, where another page leads to it.
    """

    label: str
    link: str
    page: str
    key: str
    parts: frozenset[str] = frozenset()
    is_apart: bool = False
    is_rare: bool = False


_STRATEGY: Final = frozenset(
    f"strategy_{name}"
    for name in (
        *("section", "section_new", "section_edit", "figure", "step_new", "step_edit", "objectives"),
        *("rivals", "rival", "rival_new", "rival_edit", "versions", "version", "version_new"),
    )
)
PLACES: Final = (
    Place(
        gettext_noop("Today"),
        "today",
        "today",
        "t",
        frozenset({"start_step", "sandbox", "sandbox_account"}),
    ),
    Place(gettext_noop("Family"), "family", "family", "f", frozenset({"voice", "voice_holders"})),
    Place(
        gettext_noop("Colleagues"),
        "colleagues",
        "colleagues",
        "n",
        frozenset({"colleague"}),
        is_rare=True,
    ),
    Place(
        gettext_noop("Measures"),
        "measures_latest",
        "measures",
        "m",
        frozenset({"facts", "trends", "signed", "close_month"}),
    ),
    Place(gettext_noop("Strategy"), "strategy", "strategy", "s", _STRATEGY),
    Place(gettext_noop("Settings"), TABS[0].page, "", "r", VIEWS, is_apart=True),
)


@dataclass(frozen=True)
class Link:
    """One link. `current` is "page" for the page that is shown, "true" for the one it belongs to, else ''.

    `count` is how many things wait there, as far as that is known; 0 says nothing.
    """

    label: str
    href: str
    current: str
    key: str
    is_apart: bool = False
    is_rare: bool = False
    count: int = 0


def links(request: HttpRequest, brand: Brand) -> list[Link]:
    """Return the links of `brand`, as they stand on the page that `request` asks for."""
    view = _view(request)
    return [
        Link(
            _(place.label),
            reverse(place.link, args=[brand.slug]),
            _current(place, view),
            place.key,
            place.is_apart,
            place.is_rare,
            remembered(request, brand) if place.page == "today" else 0,
        )
        for place in PLACES
    ]


def _view(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def tabs(request: HttpRequest, brand: Brand) -> list[Link]:
    """Return the links to the pages of Settings that the person may open, as they stand on this one."""
    user, view = request.user, _view(request)
    return [
        Link(_(tab.label), reverse(tab.page, args=[brand.slug]), _current(tab, view), "")
        for tab in (tabs_of(user, brand) if isinstance(user, User) else ())
    ]


def _current(place: Place | Tab, view: str) -> str:
    return "page" if view == place.page else "true" if view in place.parts else ""
