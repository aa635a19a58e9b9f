"""Readings of the programme for pages, for the file, and the one way to learn who holds a voice."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from portevoix.core.errors import NotFound, SecretUnreadable
from portevoix.core.prepared import prepared
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand, JournalEntry, Membership, User
from portevoix.programme import rights
from portevoix.programme.file.entries import StoredBrand, StoredVoice
from portevoix.programme.models import (
    Consent,
    EditorialLine,
    Phase,
    ProductRange,
    PublicPage,
    Tenure,
    Voice,
    VoiceKind,
)
from portevoix.programme.rules import Move


def family(brand: Brand) -> QuerySet[Voice]:
    """Return the voices of `brand` with their sphere and range, in the order of their slugs."""
    return Voice.objects.filter(brand=brand).select_related("sphere", "product_range")


def cast(brand: Brand) -> list[Voice]:
    """Return the voices of `brand` with what a list tells of them: their kind, name and colour."""
    return _cast(brand=brand.pk)


@prepared
def _cast(brand: Any) -> QuerySet[Voice]:
    return Voice.objects.filter(brand=brand).only("slug", "kind", "first_name", "name", "hue")


def owned_family(brand: Brand) -> QuerySet[Voice]:
    """Return what `brand` owns, its own voices and its personas, by sphere and slug: those in no sphere last."""
    in_order = F("sphere").asc(nulls_last=True)
    return (
        Voice.objects.owned()
        .filter(brand=brand)
        .select_related("sphere", "product_range")
        .order_by(in_order, "slug")
    )


def named_family(brand: Brand) -> QuerySet[Voice]:
    """Return the voices of `brand` under people's own names, with their consents, in the order of their slugs."""
    named = family(brand).filter(kind=VoiceKind.NAMED)
    return named.prefetch_related(Prefetch("consents", Consent.objects.all()))


def phases_from(brand: Brand, on: date) -> list[Phase]:
    """Return the phases of `brand` that run on the day `on` or begin later, in order."""
    return _phases_from(brand=brand.pk, on=on)


@prepared
def _phases_from(brand: Any, on: Any) -> QuerySet[Phase]:
    return Phase.objects.filter(Q(to_on=None) | Q(to_on__gt=on), brand=brand)


def line_in_force(brand: Brand, on: date) -> EditorialLine | None:
    """Return the version of the editorial line of `brand` that counts on the day `on`."""
    return next(iter(_lines_in_force(brand=brand.pk, on=on)), None)


@prepared
def _lines_in_force(brand: Any, on: Any) -> QuerySet[EditorialLine]:
    return EditorialLine.objects.in_force(on).filter(brand=brand)[:1]


def public_page(slug: str) -> PublicPage | None:
    """Return the page that the brand `slug` has opened to the public, with its brand; None: there is none."""
    return PublicPage.objects.filter(brand__slug=slug, is_open=True).select_related("brand").first()


def public_page_of(brand: Brand) -> PublicPage:
    """Return the public page of `brand`, open or not; a new one, not stored, where nothing was written yet."""
    return PublicPage.objects.filter(brand=brand).first() or PublicPage(brand=brand)


def moves(brand: Brand) -> dict[int, list[Move]]:
    """Return {row id of a voice: its moves from state to state, oldest first}, as the journal has them."""
    found: dict[int, list[Move]] = defaultdict(list)
    lines = JournalEntry.objects.filter(brand=brand, action="programme.voice.moved").order_by("at", "pk")
    for subject, at, facts in lines.values_list("subject", "at", "facts"):
        found[_number(subject)].append(Move(at, facts["before"], facts["after"]))
    return found


def holder(tenure: Tenure, *, by: By) -> User:
    """Return who holds a voice by `tenure`, and journal that `by` asked: who asks of oneself is not written down.

    This is the only way to learn it. Raises NotAllowed, and NotFound when that person's account is gone.
    """
    rights.require("programme.know_holder", by=by, on=tenure)
    if isinstance(by, User) and rights.is_holder(by, tenure):
        return by
    subject = f"tenure:{tenure.pk}"
    journal.record("programme.holder.read", by=by, brand=tenure.voice.brand, subject=subject)
    return _person(tenure.holder)


def actor(entry: JournalEntry, *, by: By) -> User:
    """Return the person who acted for the voice that the line `entry` names, and journal that `by` asked.

    This is the only way to learn it. Raises NotAllowed, and NotFound when no voice acted, when it is gone, or
    when that person's account is.
    """
    voice = Voice.objects.filter(pk=_number(entry.actor_subject)).select_related("brand").first()
    if voice is None:
        raise NotFound(_("No voice acted here, or it no longer exists."))
    rights.require("programme.know_actor", by=by, on=voice)
    journal.record("programme.actor.read", by=by, brand=voice.brand, subject=f"entry:{entry.pk}")
    return _person(entry.hidden_person)


@dataclass(frozen=True)
class Held:
    """A tenure, and whose it is; `person` is None when that account is gone, or no key opens who it is."""

    tenure: Tenure
    person: User | None


def holders(voice: Voice, *, by: By) -> list[Held]:
    """Return who holds and who held `voice`, latest first, and journal that `by` asked. Raises NotAllowed."""
    rights.require("programme.change_holders", by=by, on=voice.brand)
    journal.record("programme.holder.read", by=by, brand=voice.brand, subject=f"voice:{voice.pk}")
    tenures = list(voice.tenures.order_by("-from_on", "-pk"))
    numbers = [_holder_number(tenure) for tenure in tenures]
    people = User.objects.in_bulk([number for number in numbers if number])
    return [Held(tenure, people.get(number)) for tenure, number in zip(tenures, numbers, strict=True)]


def _holder_number(tenure: Tenure) -> int:
    """Return the id of who holds by `tenure`, 0 when no key opens it."""
    try:
        return int(tenure.holder)
    except SecretUnreadable:
        return 0


def with_tenures(voices: QuerySet[Voice]) -> QuerySet[Voice]:
    """Return `voices` with all their tenures beside them; whose these are stays sealed."""
    return voices.prefetch_related(Prefetch("tenures", Tenure.objects.all()))


def tenure_of(brand: Brand, number: int) -> Tenure:
    """Return the tenure of that number, of a voice of `brand`. Raises NotFound."""
    found = Tenure.objects.filter(voice__brand=brand, pk=number).select_related("voice__brand").first()
    if found is None:
        raise NotFound(_("This time with a voice is no longer there."))
    return found


def _number(subject: str) -> int:
    """Return the voice's number in "voice:12", 0 (which is nobody's) for another subject."""
    kind, _colon, number = subject.partition(":")
    return int(number) if kind == "voice" else 0


def _person(number: str) -> User:
    found = User.objects.filter(pk=int(number)).first()
    if found is None:
        raise NotFound(_("The account of the person who held this voice no longer exists."))
    return found


def voices_of(user: User, brand: Brand, *, on: date) -> list[Voice]:
    """Return the voices of `brand` that `user`, taking part in it, holds on the day `on`.

    They are one's own, so nothing is journalled.
    """
    tenures = _tenures_beside(user=user.pk, brand=brand.pk, on=on)
    return list({tenure.voice: None for tenure in tenures if rights.is_holder(user, tenure)})


@prepared
def _tenures_beside(user: Any, brand: Any, on: Any) -> QuerySet[Tenure]:
    """Return the tenures of `brand` that last on the day `on`, where `user` takes part then."""
    taking_part = Membership.objects.current(on).filter(user=user, brand=brand)
    tenures = Tenure.objects.current(on).filter(Exists(taking_part), voice__brand=brand)
    return tenures.select_related("voice__product_range")


def own_voices(user: User, *, now: datetime) -> list[Voice]:
    """Return the voices that `user` holds at `now` in all the brands where the person takes part.

    They are one's own, so nothing is journalled.
    """
    mine = Membership.objects.filter(user=user).select_related("brand")
    days = {each.brand_id: each.brand.day(now) for each in mine if each.is_current(now)}
    tenures = Tenure.objects.filter(voice__brand__in=days).select_related("voice__brand")
    current = (each for each in tenures if each.is_current(days[each.voice.brand_id]))
    return list({each.voice: None for each in current if rights.is_holder(user, each)})


def stored(slug: str) -> StoredBrand | None:
    """Return what reading a programme file has to know of the brand `slug`, or None when there is none.

    In a transaction the brand's row is locked, so that what was read still holds when the file is written.
    """
    brand = Brand.objects.select_for_update().filter(slug=slug).first()
    if brand is None:
        return None
    ranges = ProductRange.objects.filter(brand=brand).values_list("slug", flat=True)
    phases = Phase.objects.filter(brand=brand).values_list("slug", "from_on", "to_on")
    voices = Voice.objects.filter(brand=brand).prefetch_related(Prefetch("consents", Consent.objects.all()))
    return StoredBrand(
        time_zone=brand.time_zone,
        ranges=frozenset(ranges),
        phases={name: (start, end) for name, start, end in phases},
        voices={voice.slug: _stored_voice(voice) for voice in voices},
    )


def _stored_voice(voice: Voice) -> StoredVoice:
    consents = {consent.given_on: consent.revoked_on for consent in voice.consents.all()}
    return StoredVoice(kind=voice.kind, state=voice.state, consents=consents)
