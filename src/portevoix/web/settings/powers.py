"""What each role may see and do, in words: the table of the page of members.

The rights themselves are predicates (`rights.py` of each part); a test holds this list against them.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.people.models import Role

EVERYBODY: Final = frozenset(Role)


@dataclass(frozen=True)
class Power:
    """A permission in words, the roles that have it, and the one that takes it away from whoever has it too."""

    permission: str
    label: str
    roles: frozenset[Role]
    unless: Role | None = None
    is_administrators: bool = True

    def is_of(self, roles: frozenset[str], *, is_administrator: bool) -> bool:
        """Return whether somebody with these roles, or who runs the installation, has it."""
        if is_administrator and self.is_administrators:
            return True
        return self.unless not in roles and not roles.isdisjoint(self.roles)


_READERS: Final = frozenset({Role.LEAD, Role.AMBASSADOR, Role.CONSULTANT, Role.EXECUTIVE})
_LEAD: Final = frozenset({Role.LEAD})
POWERS: Final = (
    Power("programme.see", gettext_noop("see the family and who each voice is"), EVERYBODY),
    Power("measures.see_table", gettext_noop("see the brand's own figures"), EVERYBODY),
    Power(
        "measures.see_voices",
        gettext_noop("see the figures of each voice, and the facts behind them"),
        _READERS,
        unless=Role.MANAGER,
    ),
    Power(
        "programme.change_study",
        gettext_noop("write the study, and freeze its versions"),
        _LEAD | {Role.CONSULTANT},
    ),
    Power("measures.close", gettext_noop("close a month"), _LEAD),
    Power("ledger.import", gettext_noop("bring facts in, and stop an import"), _LEAD),
    Power("programme.change", gettext_noop("change the programme and its voices"), _LEAD),
    Power("people.change_members", gettext_noop("invite people, give and take roles"), _LEAD),
    Power(
        "people.read_journal",
        gettext_noop("read the journal"),
        _LEAD | {Role.PROTECTION_OFFICER},
    ),
    Power(
        "programme.change_holders",
        gettext_noop("say who holds a voice, and look it up"),
        _LEAD,
        is_administrators=False,
    ),
)


@dataclass(frozen=True)
class RolePowers:
    """One row of the table: a role's name, and what it may see and do beyond what every role may, in words."""

    role: str
    powers: tuple[str, ...]


def of_every_role() -> tuple[str, ...]:
    """Return what every role may, in words."""
    return tuple(_(power.label) for power in POWERS if power.roles == EVERYBODY)


def table() -> list[RolePowers]:
    """Return what each role may beyond that, role by role, and whoever runs the installation last."""
    rows = [RolePowers(str(role.label), _words(frozenset({role}))) for role in Role]
    return [*rows, RolePowers(_("Administrator"), _words(frozenset(), is_administrator=True))]


def _words(roles: frozenset[str], *, is_administrator: bool = False) -> tuple[str, ...]:
    return tuple(
        _(power.label)
        for power in POWERS
        if power.roles != EVERYBODY and power.is_of(roles, is_administrator=is_administrator)
    )
