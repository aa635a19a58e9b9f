"""Who takes part, as the page of members shows it."""

from dataclasses import dataclass
from datetime import date

from portevoix.people.models import GUESTS, Brand, Membership, User
from portevoix.people.queries import Member, members
from portevoix.people.rights import awaits_password
from portevoix.people.rules import ends_soon, has_ended


@dataclass(frozen=True)
class ShownRole:
    """A role in words, its last day, and whether one gesture prolongs it."""

    key: str
    label: str
    expires_on: date | None
    ends_soon: bool
    has_ended: bool
    lacks_end: bool

    @property
    def is_prolonged_by_a_gesture(self) -> bool:
        """Return whether it ends, or has to."""
        return self.expires_on is not None or self.lacks_end


@dataclass(frozen=True)
class ShownMember:
    """Somebody, and the roles to show; `awaits_password` says that the invitation waits."""

    user: User
    roles: tuple[ShownRole, ...]
    awaits_password: bool

    @property
    def ends_soon(self) -> bool:
        """Return whether one of the roles ends soon, or lacks the end that it must have."""
        return any(role.ends_soon or role.lacks_end for role in self.roles)


def shown_members(brand: Brand, *, on: date, has_ended: bool) -> list[ShownMember]:
    """Return who takes part in `brand` on the day `on`; or, where `has_ended`, whose access is past."""
    return [shown(member, on=on) for member in members(brand, on=on, has_ended=has_ended)]


def shown(member: Member, *, on: date) -> ShownMember:
    """Return `member` as pages show somebody on the day `on`."""
    roles = tuple(_role(each, on) for each in member.memberships)
    return ShownMember(member.user, roles, awaits_password(member.user))


def _role(membership: Membership, on: date) -> ShownRole:
    return ShownRole(
        key=membership.role,
        label=membership.get_role_display(),
        expires_on=membership.expires_on,
        ends_soon=ends_soon(membership.expires_on, on=on),
        has_ended=has_ended(membership.expires_on, on=on),
        lacks_end=membership.expires_on is None and membership.role in GUESTS,
    )
