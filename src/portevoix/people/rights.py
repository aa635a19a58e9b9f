"""Who may do what, as predicates of the `rules` library, used by actions and by templates alike.

The installation's administrator may do everything but learn who holds a persona. `SYSTEM` acts from the
command line, whose access is that of the machine itself.
"""

from typing import Any

import rules
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotAllowed
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import Brand, Membership, Role, User


def roles(user: User, brand: Brand) -> frozenset[str]:
    """Return the roles that `user` has in `brand` today, in the brand's own zone."""
    current = Membership.objects.current(brand.day(clock.now())).filter(user=user, brand=brand)
    return frozenset(current.values_list("role", flat=True))


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
