"""Who holds voices, as its pages show it: how and since when, and whose it is only once that was asked."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portevoix.people.models import Brand, User
from portevoix.programme.kinds import TenureRole
from portevoix.programme.models import Tenure, Voice
from portevoix.programme.queries import Held, family, owned_family, with_tenures
from portevoix.web import telling
from portevoix.web.settings.undo import sealed


@dataclass(frozen=True)
class ShownTenure:
    """A time with a voice. `person` is empty until somebody asked whose it is, or when nobody can tell."""

    tenure: Tenure
    role: str
    days: str
    is_current: bool
    is_past: bool
    person: str = ""


@dataclass(frozen=True)
class HeldVoice:
    """A voice, and how it is held at present, in words: principal first, then who stands beside."""

    voice: Voice
    principal: str
    beside: tuple[str, ...]


def held_voices(brand: Brand, *, on: date, is_named: bool) -> list[HeldVoice]:
    """Return how the voices of `brand` are held on the day `on`: those it owns, or, where `is_named`, the named.

    Never both: beside a persona, a named voice would unmask the holder.
    """
    named = family(brand).filter(kind="named")
    voices = with_tenures(named if is_named else owned_family(brand))
    return [_held(voice, on) for voice in voices]


def _held(voice: Voice, on: date) -> HeldVoice:
    current = [tenure for tenure in voice.tenures.all() if tenure.is_current(on)]
    principal = next((each for each in current if each.role == TenureRole.PRINCIPAL), None)
    beside = (shown(each, on=on) for each in current if each.role != TenureRole.PRINCIPAL)
    since = _("Held since %(day)s")
    return HeldVoice(
        voice,
        since % {"day": telling.calendar_day(principal.from_on)} if principal else "",
        tuple(f"{each.role}, {each.days}" for each in beside),
    )


def tenures_of(voice: Voice, *, on: date) -> list[ShownTenure]:
    """Return all times with `voice`, latest first, without who."""
    return [shown(tenure, on=on) for tenure in voice.tenures.order_by("-from_on", "-pk")]


def revealed(held: list[Held], *, on: date) -> list[ShownTenure]:
    """Return times with a voice with who, once that was asked."""
    return [shown(each.tenure, on=on, person=_name(each.person)) for each in held]


def _name(person: User | None) -> str:
    return str(person) if person else _("Nobody can tell any more: the account is gone, or no key opens it.")


def shown(tenure: Tenure, *, on: date, person: str = "") -> ShownTenure:
    """Return `tenure` as pages show it on the day `on`."""
    return ShownTenure(
        tenure=tenure,
        role=tenure.get_role_display(),
        days=days(tenure.from_on, tenure.to_on),
        is_current=tenure.is_current(on),
        is_past=tenure.to_on is not None and tenure.to_on <= on,
        person=person,
    )


def days(from_on: date, to_on: date | None) -> str:
    """Return a stretch of days in words; the day `to_on` is excluded, None means not ended."""
    first = telling.calendar_day(from_on)
    if to_on is None:
        return _("since %(first)s") % {"first": first}
    last = telling.calendar_day(to_on - timedelta(days=1))
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def undo_of_end(brand: Brand, tenure: Tenure, to_on: date | None) -> dict[str, str]:
    """Return what the Undo button of an end posts: until when `tenure` lasted before."""
    before = to_on.isoformat() if to_on else None
    return sealed(brand, what="end", tenure=tenure.pk, to_on=before)


def undo_of_start(brand: Brand, tenure: Tenure) -> dict[str, str]:
    """Return what the Undo button of a beginning posts."""
    return sealed(brand, what="start", tenure=tenure.pk)
