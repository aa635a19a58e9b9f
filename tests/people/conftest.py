"""A cast of characters around one brand, and somebody of another."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from portevoix.people.models import Brand, Membership, Role, User

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Who takes part in the brand, by role, and who does not."""

    brand: Brand
    elsewhere: Brand
    members: dict[Role, User]
    administrator: User
    stranger: User

    @property
    def lead(self) -> User:
        """Return the lead of the brand."""
        return self.members[Role.LEAD]


@pytest.fixture
def cast(db: None) -> Cast:
    """Return one member for each role, the administrator, and the lead of another brand."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
    elsewhere = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    members = {}
    for role in Role:
        members[role] = User.objects.create_user(f"{role}@example.org")
        Membership.objects.create(user=members[role], brand=brand, role=role)
    stranger = User.objects.create_user("stranger@example.org")
    Membership.objects.create(user=stranger, brand=elsewhere, role=Role.LEAD)
    administrator = User.objects.create_user("administrator@example.org", is_superuser=True)
    return Cast(brand, elsewhere, members, administrator, stranger)
