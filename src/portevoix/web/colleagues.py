"""Colleagues who speak under their own name: apart from the personas, with the consent that lets them."""

from dataclasses import dataclass
from datetime import date, datetime

from portevoix.core.periods import Month
from portevoix.measures.years import Year, last_month, year_of
from portevoix.networks.queries import accounts_at
from portevoix.people.models import Brand, User
from portevoix.programme.models import Consent, Voice
from portevoix.programme.queries import named_family
from portevoix.programme.rights import is_person_of_voice
from portevoix.web import telling
from portevoix.web.family import Address, address_of


@dataclass(frozen=True)
class Colleague:
    """A named voice, its accounts, and the consent that counts, or the last one that did; None: none was given."""

    voice: Voice
    addresses: tuple[Address, ...]
    languages: str
    consent: Consent | None
    is_in_force: bool


def colleagues(brand: Brand, *, now: datetime) -> list[Colleague]:
    """Return the named voices of `brand` at `now`, in the order of their names. No persona is among them."""
    held, today = accounts_at(brand, now), brand.day(now)
    found = []
    for voice in named_family(brand):
        consent = _consent(list(voice.consents.all()), today)
        found.append(
            Colleague(
                voice=voice,
                addresses=tuple(map(address_of, held.get(voice.pk, []))),
                languages=telling.languages(voice.languages),
                consent=consent,
                is_in_force=consent is not None and consent.is_in_force(today),
            )
        )
    return sorted(found, key=lambda each: each.voice.display_name.casefold())


def figures_of(colleague: Colleague, user: User) -> Year | None:
    """Return the figures of a named voice as `user` may see them, None for none.

    They are its person's own; the consent says whether others of the brand, who see single voices, may too.
    """
    voice, consent = colleague.voice, colleague.consent
    is_shared = colleague.is_in_force and consent is not None and consent.is_sharing_figures
    is_entitled = is_shared and user.has_perm("measures.see_voices", voice.brand)
    if not (is_entitled or is_person_of_voice(user, voice)):
        return None
    month = Voice.objects.filter(pk=voice.pk).values_list(last_month(), flat=True).first()
    return year_of(voice, Month.parse(month)) if month else None


def _consent(consents: list[Consent], today: date) -> Consent | None:
    """Return the consent that counts on the day `today`, else the last one."""
    in_force = [consent for consent in consents if consent.is_in_force(today)]
    return next(reversed(in_force or consents), None)
