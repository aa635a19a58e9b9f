"""How numbers, instants and months are told, in the active language and the brand's zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.measures.metric import Unit
from portevoix.programme.models import Voice

NO_VALUE: Final = "–"
"""Nobody looked; 0 says that somebody looked and found none."""
_PLACES: Final = {Unit.COUNT: 0, Unit.RATIO: 2, Unit.PERCENT: 1}
_KEPT: Final = 4_000
"""How many texts of a sort are kept: pages tell the same figures and days again, and formatting them is slow."""


def figure(value: float | None, unit: Unit) -> str:
    """Return a figure as people write it: grouped, with the decimals of its unit, an en dash for no value."""
    if value is None:
        return NO_VALUE
    return _figure(value, unit, get_language())


@lru_cache(maxsize=_KEPT)
def _figure(value: float, unit: Unit, _language: str | None) -> str:
    # Rounded first: the formatting cuts digits off. Zero is added because there is one that is negative.
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-_PLACES[unit]), ROUND_HALF_UP) + 0
    text = number_format(rounded, _PLACES[unit], use_l10n=True, force_grouping=True).replace("-", "−")
    return _("%(number)s%%") % {"number": text} if unit is Unit.PERCENT else text


def line(voice: Voice | None) -> str:
    """Return how a line of figures is called: as its voice, or as the brand's own, which is no voice."""
    return voice.display_name if voice else _("The whole brand")


def count(value: int) -> str:
    """Return a whole number, grouped."""
    return figure(value, Unit.COUNT)


def month(value: Month) -> str:
    """Return a month and its year, as they stand in a sentence."""
    return _dated(value.first_day, "F Y", get_language())


def month_title(value: Month) -> str:
    """Return a month and its year, as they stand alone."""
    text = month(value)
    return text[:1].upper() + text[1:]


def day(at: datetime, zone: tzinfo) -> str:
    """Return the day of an instant in `zone`."""
    return calendar_day(at.astimezone(zone).date())


def calendar_day(value: date) -> str:
    """Return a day of the calendar, which is in no zone."""
    return _dated(value, "DATE_FORMAT", get_language())


def day_of_year(on: date) -> str:
    """Return a day and its month, as they stand alone."""
    return _dated(on, "j F", get_language())


def weekday(on: date) -> str:
    """Return a day of the week with its date, as they stand alone."""
    text = _dated(on, "l j F", get_language())
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=_KEPT)
def _dated(on: date, form: str, language: str | None) -> str:
    """Return a day in a format of Django's, in the active language."""
    text = date_format(on, form)
    # French alone says "the first", and Django's date formats cannot say it of the first day only.
    return text.replace("1 ", "1er ", 1) if on.day == 1 and language == "fr" else text


def minute(at: datetime, zone: tzinfo) -> str:
    """Return day, hour and minute of an instant in `zone`."""
    local = at.astimezone(zone)
    return _("%(day)s, %(time)s") % {"day": day(at, zone), "time": local.strftime("%H:%M")}


def exactly(at: datetime, zone: tzinfo) -> str:
    """Return an instant to its last known digit, with its zone, for who wants to know exactly."""
    local = at.astimezone(zone)
    digits = f"{local:.%f}".rstrip("0").rstrip(".") if local.microsecond else ""
    words = {"day": day(at, zone), "time": f"{local:%H:%M:%S}{digits}", "zone": local.tzname()}
    return _("%(day)s, %(time)s %(zone)s") % words


@dataclass(frozen=True)
class When:
    """An instant in words: for machines, for who reads, and to its last digit ('' where only the day is told)."""

    machine: str
    text: str
    exactly: str


def when(at: datetime, zone: tzinfo, *, shows_hours: bool = True) -> When:
    """Return an instant in `zone`, or its day alone."""
    return _when(clock.to_us(at), zone, shows_hours, get_language())


@lru_cache(maxsize=_KEPT)
def _when(at_us: int, zone: tzinfo, shows_hours: bool, _language: str | None) -> When:
    at = clock.from_us(at_us)
    local = at.astimezone(zone)
    if not shows_hours:
        return When(str(local.date()), day(at, zone), "")
    return When(local.isoformat(timespec="seconds"), minute(at, zone), exactly(at, zone))


def from_us(us: int) -> datetime:
    """Return the instant of UTC microseconds."""
    return clock.from_us(us)


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence."""
    return ", ".join(words)


def languages(codes: Iterable[str]) -> str:
    """Return the names of languages in the reader's own, or their codes where it has no name for one."""
    return listed(map(language, codes))


def language(code: str) -> str:
    """Return the name of a language in the reader's own, or its code where it has none there."""
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
    # French writes languages small within a sentence, and Django's list has them as they stand alone.
    return name[:1].lower() + name[1:] if get_language() == "fr" else name


def kind(value: str, number: int = 1) -> str:
    """Return what somebody did, in the reader's words: `number` of them."""
    return _kind(value, number, get_language())


@lru_cache(maxsize=_KEPT)
def _kind(value: str, number: int, _language: str | None) -> str:
    words = {
        "like": ngettext("like", "likes", number),
        "repost": ngettext("repost", "reposts", number),
        "quote": ngettext("quote", "quotes", number),
        "reply": ngettext("reply", "replies", number),
        "mention": ngettext("mention", "mentions", number),
        "follow": ngettext("follow", "follows", number),
        "like_withdrawn": ngettext("like taken back", "likes taken back", number),
        "repost_withdrawn": ngettext("repost taken back", "reposts taken back", number),
        "follow_withdrawn": ngettext("follow taken back", "follows taken back", number),
        "deleted": ngettext("deletion", "deletions", number),
        "post": ngettext("post", "posts", number),
        "article": ngettext("article", "articles", number),
    }
    return words[value]
