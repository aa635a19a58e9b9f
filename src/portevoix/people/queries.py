"""Readings of people and brands for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotFound
from portevoix.core.prepared import prepared
from portevoix.people.models import Brand, JournalEntry, Membership, User

ENDS_SOON: Final = timedelta(days=14)
"""How long before its end an access is told to the lead."""
_LARGEST_KEY: Final = BigIntegerField.MAX_BIGINT
"""The largest number that a key can be; the database does not even look for a larger one."""


@dataclass(frozen=True)
class Standing:
    """The roles that somebody has in a brand on its day `today`; `leaving` are memberships that end soon."""

    brand: Brand
    today: date
    roles: frozenset[str]
    leaving: tuple[Membership, ...]


def standing(user: User, slug: str, *, now: datetime) -> Standing | None:
    """Return what `user` is to the brand of that slug at `now`, or None when the person may not see it.

    One query for whoever takes part: pages that show much have few to spare.
    """
    if not user.is_active:
        return None
    counting = [each for each in _told_of(user=user.pk, slug=slug) if each.is_current(now)]
    roles = frozenset(each.role for each in counting if each.user_id == user.pk)
    brand = counting[0].brand if roles else _run_by(user, slug)
    if brand is None:
        return None
    today = brand.day(now)
    return Standing(brand, today, roles, tuple(_leaving(counting, today + ENDS_SOON)))


@prepared
def _told_of(user: Any, slug: Any) -> QuerySet[Membership]:
    """Return the memberships of `user` in a brand, and those of anybody that end."""
    told = Q(user=user) | Q(expires_on__isnull=False)
    return (
        Membership.objects.filter(told, brand__slug=slug)
        .select_related("brand", "user")
        .order_by("expires_on", "pk")
    )


def _run_by(user: User, slug: str) -> Brand | None:
    return Brand.objects.filter(slug=slug).first() if user.is_superuser else None


def _leaving(memberships: Iterable[Membership], until: date) -> Iterable[Membership]:
    return (each for each in memberships if each.expires_on is not None and each.expires_on <= until)


def brands_of(user: User) -> QuerySet[Brand]:
    """Return the brands that `user` may see: all for the administrator, else those of current memberships."""
    if user.is_superuser:
        return Brand.objects.all()
    now = clock.now()
    mine = Membership.objects.filter(user=user).select_related("brand")
    return Brand.objects.filter(pk__in={each.brand_id for each in mine if each.is_current(now)})


def brand_of_slug(slug: str) -> Brand:
    """Return the brand of that slug, for the command line. Raises NotFound."""
    found = Brand.objects.filter(slug=slug).first()
    if not found:
        raise NotFound(_("There is no brand %(slug)s.") % {"slug": slug})
    return found


@dataclass(frozen=True)
class Member:
    """Somebody, and the roles that the person has or had in a brand."""

    user: User
    memberships: tuple[Membership, ...]


def members(brand: Brand, *, on: date, has_ended: bool = False) -> list[Member]:
    """Return who takes part in `brand` on the day `on`, by name, with the roles that count that day.

    Where `has_ended` it is those whose roles are past, with these: what has ended is kept.
    """
    of_brand = Membership.objects.filter(brand=brand)
    wanted = of_brand.filter(expires_on__lt=on) if has_ended else of_brand.current(on)
    in_order = wanted.select_related("user").order_by(Lower("user__name"), "user__email", "pk")
    grouped = groupby(in_order, key=lambda membership: membership.user)
    return [Member(user, tuple(memberships)) for user, memberships in grouped]


def member(brand: Brand, number: int) -> Member:
    """Return the person of that number, with every role in `brand`, past ones too. Raises NotFound."""
    of_brand = Membership.objects.filter(brand=brand).select_related("user", "brand")
    found = of_brand.filter(user=number).order_by("pk") if number <= _LARGEST_KEY else ()
    if not found:
        raise NotFound(_("This person has no role in the brand."))
    return Member(found[0].user, tuple(found))


def taking_part(brand: Brand, *, on: date) -> QuerySet[User]:
    """Return who takes part in `brand` on the day `on`."""
    current = Membership.objects.current(on).filter(brand=brand)
    return User.objects.filter(pk__in=current.values("user"), is_active=True).order_by(Lower("name"), "email")


def last_day(brand: Brand, user: User, role: str) -> tuple[bool, date | None]:
    """Return whether `user` has or had `role` in `brand`, and its last day, None for one that does not end."""
    found = Membership.objects.filter(brand=brand, user=user, role=role).first()
    return found is not None, found.expires_on if found else None


def roles_of(user: User, *, now: datetime) -> list[Membership]:
    """Return the roles that `user` has at `now`, brand by brand."""
    mine = Membership.objects.filter(user=user).select_related("brand").order_by("brand__name", "pk")
    return [each for each in mine if each.is_current(now)]


def journal_lines(brand: Brand, *, part: str = "") -> QuerySet[JournalEntry]:
    """Return the lines of `brand`'s journal, newest first; of one part of the product where `part` is told."""
    lines = JournalEntry.objects.filter(brand=brand).select_related("actor")
    return lines.filter(action__startswith=f"{part}.") if part else lines
