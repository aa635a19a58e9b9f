"""Users, brands, memberships, sign-in links and the journal."""

from portevoix.people.models.brands import GUESTS, Brand, Membership, Role
from portevoix.people.models.journal import ActorKind, JournalEntry
from portevoix.people.models.users import SignInLink, User

__all__ = ("GUESTS", "ActorKind", "Brand", "JournalEntry", "Membership", "Role", "SignInLink", "User")
