"""Who may do what, as predicates of the `rules` library, used by actions and by templates alike.

The installation's administrator may do everything but learn who holds a persona. `SYSTEM` acts from the
command line, whose access is that of the machine itself.
"""

from typing import Any, Final

import rules
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotAllowed
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User

_REMEMBERED: Final = "_remembered_roles"


def roles(user: User, brand: Brand) -> frozenset[str]:
    """Return the roles that `user` has in `brand` today, in the brand's own zone.

    They are asked of the database, unless `known_roles` has told this very object.
    """
    remembered: dict[int, frozenset[str]] = getattr(user, _REMEMBERED, {})
    if brand.pk in remembered:
        return remembered[brand.pk]
    current = Membership.objects.current(brand.day(clock.now())).filter(user=user, brand=brand)
    return frozenset(current.values_list("role", flat=True))


def brand_seen_by(user: User, slug: str) -> Brand | None:
    """Return the brand of that slug, if there is one, and let `user` know the own roles in it: one query for both.

    The object knows them as long as it lives, which is one request: who writes has them asked anew.
    """
    mine = FilteredRelation("memberships", condition=Q(memberships__user=user))
    found: Any = Brand.objects.filter(slug=slug).annotate(mine=mine)
    # One row for each role that the person has or had, and one without a role for who never had any.
    rows = list(found.annotate(role=F("mine__role"), role_until=F("mine__expires_on")))
    if not rows:
        return None
    brand: Brand = rows[0]
    today = brand.day(clock.now())
    current = {each.role for each in rows if each.role_until is None or each.role_until >= today}
    remembered = {**getattr(user, _REMEMBERED, {}), brand.pk: frozenset(current - {None})}
    setattr(user, _REMEMBERED, remembered)
    return brand


def has_role(*wanted: Role) -> Any:
    """Return the predicate: this user has one of the roles `wanted` in this brand."""

    @rules.predicate(f"has_role:{','.join(wanted)}")
    def predicate(user: User, brand: Brand) -> bool:
        return user.is_active and not roles(user, brand).isdisjoint(wanted)

    return predicate


@rules.predicate
def is_administrator(user: User, brand: Brand | None = None) -> bool:
    """Return whether `user` runs the installation."""
    return user.is_active and user.is_superuser


is_lead = has_role(Role.LEAD)
is_member = has_role(*Role)

rules.add_perm("people.see_brand", is_administrator | is_member)
rules.add_perm("people.change_members", is_administrator | is_lead)
rules.add_perm("people.read_journal", is_administrator | is_lead | has_role(Role.PROTECTION_OFFICER))


def require(permission: str, *, by: By, brand: Brand) -> None:
    """Raise NotAllowed unless `by` has `permission` in `brand`; SYSTEM has every one."""
    # Not `user.has_perm`: that grants a superuser every permission, whatever its predicate says.
    if by == SYSTEM or (isinstance(by, User) and rules.has_perm(permission, by, brand)):
        return
    raise NotAllowed(_("Your role in this brand does not allow this. Nothing was changed; ask the lead."))


def require_appointment(brand: Brand, *, by: By) -> None:
    """Raise NotAllowed unless `by`, who may change the members of `brand`, may also make somebody its lead.

    A lead reads who holds a voice, and an administrator does not: only a brand that nobody leads is given one.
    """
    current = Membership.objects.current(brand.day(clock.now()))
    leads = current.filter(brand=brand, role=Role.LEAD, user__is_active=True)
    if by == SYSTEM or (isinstance(by, User) and is_lead(by, brand)) or not leads.exists():
        return
    raise NotAllowed(_("Only a lead of this brand makes another one. Nothing was changed; ask the lead."))


def require_oneself(user: User, *, by: By, or_system: bool = False) -> None:
    """Raise NotAllowed unless `by` is `user`, or, `or_system`, SYSTEM."""
    if by != user and not (or_system and by == SYSTEM):
        raise NotAllowed(_("Only the person may do this. Nothing was changed."))


def may_invite(user: User, *, by: User) -> bool:
    """Return whether `by` may have a link with which `user` comes in and chooses a password.

    Whoever has such a link is that person: it is for an account that awaits its password, that does not run the
    installation, and all of whose roles are and were in brands whose members `by` may change.
    """
    if not awaits_password(user):
        return False
    return all(rules.has_perm("people.change_members", by, brand) for brand in _brands_ever(user))


def _brands_ever(user: User) -> list[Brand]:
    """Return where `user` has or had a role: whoever lost one may hold a voice there still."""
    granted = JournalEntry.objects.filter(action="people.membership.granted", subject=f"user:{user.pk}")
    known = Q(memberships__user=user) | Q(pk__in=granted.values("brand"))
    return list(Brand.objects.filter(known).distinct())


def awaits_password(user: User) -> bool:
    """Return whether `user` was invited and has chosen no password yet, come in by a link or not."""
    return user.is_active and not user.is_superuser and not user.has_usable_password()


def require_invitation(user: User, brand: Brand, *, by: By) -> None:
    """Raise NotAllowed unless `by` may change the members of `brand` and have an invitation link of `user`."""
    require("people.change_members", by=by, brand=brand)
    if awaits_password(user) and (by == SYSTEM or (isinstance(by, User) and may_invite(user, by=by))):
        return
    raise NotAllowed(
        _(
            "A link made here could take over an account that is not yours to give. Nothing was changed; "
            "whoever runs the installation can make one."
        )
    )
