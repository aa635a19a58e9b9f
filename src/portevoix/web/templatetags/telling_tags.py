"""Instants, months, voices and places in templates, told as `web.telling` and `web.navigation` do."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portevoix.core import clock
from portevoix.people.models import Brand
from portevoix.programme.models import Voice
from portevoix.web import navigation, telling, toasts
from portevoix.web.avatars import Face, Portrait, paths_of
from portevoix.web.charts import spark
from portevoix.web.drawn import drawn
from portevoix.web.table import Whose

register = template.Library()

register.filter("count", telling.count)
register.filter("line", telling.line)
register.filter("month", telling.month)
register.filter("month_title", telling.month_title)
register.simple_tag(spark)


@register.simple_tag
def instant(at: datetime | int, brand: Brand, *, shows_hours: bool = True) -> SafeString:
    """Return the `<time>` of an instant (aware, or UTC microseconds) in the brand's zone.

    The exact time is one hover away, unless only the day is to be told.
    """
    when = telling.when(clock.from_us(at) if isinstance(at, int) else at, brand.zone, shows_hours=shows_hours)
    return drawn("web/_when.html", when)


@register.simple_tag
def called(voice: Voice | Whose) -> SafeString:
    """Return how `voice` is called, what follows a first name set back: the brand is the same line after line."""
    name, first = voice.display_name, voice.first_name
    if not first or not name.startswith(f"{first} "):
        return format_html("{}", name)
    return format_html('{} <small class="rest">{}</small>', first, name.removeprefix(f"{first} "))


@register.simple_tag
def avatar(voice: Voice | Face, size: str = "", label: str = "", *, is_named: bool = False) -> SafeString:
    """Draw `voice`. `size` is a class ("large", "small"); without `label` the drawing is decoration.

    One that `is_named` can be drawn again on the page by its name: `<use href="#face-SLUG">`.
    """
    # What a template writes itself is marked as safe; an empty text added to it makes it plain.
    return drawn("web/_avatar.html", Portrait(Face.of(voice), size + "", label + "", is_named))


@register.simple_tag
def face(voice: Face) -> SafeString:
    """Return the drawing of `voice` without its frame."""
    return paths_of(voice)


@register.simple_tag(name="drawn")
def drawn_once(template: str, value: object) -> SafeString:
    """Return `template` filled in with `value`: see `web.drawn`."""
    return drawn(template, value)


@register.simple_tag(takes_context=True)
def with_page(context: dict[str, Any], number: int) -> str:
    """Return the query of the same address at page `number`."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def places(context: dict[str, Any], brand: Brand) -> list[navigation.Link]:
    """Return the links to the brand's pages, as they stand on this one."""
    return navigation.links(context["request"], brand)


@register.simple_tag(takes_context=True)
def tabs(context: dict[str, Any], brand: Brand) -> list[navigation.Link]:
    """Return the links to the brand's pages of Settings, as they stand on this one."""
    return navigation.tabs(context["request"], brand)


@register.simple_tag(takes_context=True)
def toast(context: dict[str, Any]) -> toasts.Toast | None:
    """Return what has just been done and is to be told once, if anything."""
    return toasts.taken(context["request"]) if "request" in context else None


@register.filter
def day(value: date) -> str:
    """Return a day of the calendar, which is in no zone."""
    return telling.calendar_day(value)
