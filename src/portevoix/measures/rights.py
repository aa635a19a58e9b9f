"""Who may see the table of a brand, and who may see the figures of single voices.

A voice's figures are pseudonymised data about an employee: a line manager sees the brand's own line only,
and being a manager of the brand outweighs every other role but running the installation.
"""

from typing import Final

import rules

from portevoix.people.models import Brand, Role, User
from portevoix.people.rights import is_administrator, is_member, roles

_READERS: Final = frozenset({Role.LEAD, Role.AMBASSADOR, Role.CONSULTANT, Role.EXECUTIVE})


@rules.predicate
def reads_single_voices(user: User, brand: Brand) -> bool:
    """Return whether `user` has a role in `brand` that reads the figures of single voices, and manages nobody."""
    mine = roles(user, brand)
    return user.is_active and Role.MANAGER not in mine and not mine.isdisjoint(_READERS)


rules.add_perm("measures.see_table", is_administrator | is_member)
rules.add_perm("measures.see_voices", is_administrator | reads_single_voices)
