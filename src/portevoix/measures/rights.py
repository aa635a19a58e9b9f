"""Who may see the table of a brand and the figures of single voices, who comments on a month, who closes it.

A voice's figures are pseudonymised data about an employee: a line manager sees the brand's own line only,
and being a manager of the brand outweighs every other role but running the installation.
"""

from typing import Final

import rules

from portevoix.people.journal import Author, By, ForVoice
from portevoix.people.models import Brand, Role, User
from portevoix.people.rights import is_administrator, is_lead, is_member, roles
from portevoix.programme import rights as programme
from portevoix.programme.models import Voice

_READERS: Final = frozenset({Role.LEAD, Role.AMBASSADOR, Role.CONSULTANT, Role.EXECUTIVE})


@rules.predicate
def reads_single_voices(user: User, brand: Brand) -> bool:
    """Return whether `user` has a role in `brand` that reads the figures of single voices, and manages nobody."""
    mine = roles(user, brand)
    return user.is_active and Role.MANAGER not in mine and not mine.isdisjoint(_READERS)


rules.add_perm("measures.see_table", is_administrator | is_member)
rules.add_perm("measures.see_voices", is_administrator | reads_single_voices)
rules.add_perm("measures.comment_all", is_lead)
rules.add_perm("measures.comment", programme.is_lead_of_voice | programme.holds_voice)
rules.add_perm("measures.close", is_administrator | is_lead)
rules.add_perm("measures.verify", is_administrator | is_member)


def require_comment(voice: Voice, *, by: By) -> Author:
    """Return as whom `by` comments on a month of `voice`: its holder does it for the voice. Raises NotAllowed."""
    programme.require("measures.comment", by=by, on=voice)
    if isinstance(by, User) and not programme.is_lead_of_voice(by, voice):
        return ForVoice(by, voice.pk)
    return by
