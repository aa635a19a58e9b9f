"""Who may do what, as predicates of the `rules` library, used by actions and by templates alike.

The installation's administrator may do everything but learn who holds a persona. `SYSTEM` acts from the
command line, whose access is that of the machine itself.
"""

from typing import Any, Final

import rules
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotAllowed
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import Brand, Membership, Role, User

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
    mine = list(Membership.objects.filter(user=user, brand__slug=slug).select_related("brand"))
    brand = mine[0].brand if mine else Brand.objects.filter(slug=slug).first()
    if brand:
        now = clock.now()
        current = frozenset(each.role for each in mine if each.is_current(now))
        setattr(user, _REMEMBERED, {**getattr(user, _REMEMBERED, {}), brand.pk: current})
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


def require(permission: str, *, by: By, brand: Brand) -> None:
    """Raise NotAllowed unless `by` has `permission` in `brand`; SYSTEM has every one."""
    # Not `user.has_perm`: that grants a superuser every permission, whatever its predicate says.
    if by == SYSTEM or (isinstance(by, User) and rules.has_perm(permission, by, brand)):
        return
    raise NotAllowed(_("Your role in this brand does not allow this. Nothing was changed; ask the lead."))
