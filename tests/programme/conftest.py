"""A cast of characters around one brand, and a second brand that must never be seen from the first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from portevoix.people.models import Brand, Membership, Role, User
from portevoix.programme.models import Voice, VoiceKind
from portevoix.programme.states import VoiceState

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Cast:
    """Who takes part in the brand, and who does not."""

    brand: Brand
    lead: User
    ambassador: User
    other_ambassador: User
    manager: User
    administrator: User
    stranger: User


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the characters, each with the role that the name says."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
    elsewhere = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    roles = {
        "lead": Role.LEAD,
        "ambassador": Role.AMBASSADOR,
        "other_ambassador": Role.AMBASSADOR,
        "manager": Role.MANAGER,
    }
    people = {name: User.objects.create_user(f"{name}@example.org") for name in (*roles, "stranger")}
    for name, role in roles.items():
        Membership.objects.create(user=people[name], brand=brand, role=role)
    Membership.objects.create(user=people["stranger"], brand=elsewhere, role=Role.LEAD)
    administrator = User.objects.create_user("administrator@example.org", is_superuser=True)
    return Cast(brand=brand, administrator=administrator, **people)


@pytest.fixture
def marion(cast: Cast) -> Voice:
    """Return a persona that is active."""
    return Voice.objects.create(
        brand=cast.brand,
        slug="marion",
        kind=VoiceKind.PERSONA,
        first_name="Marion",
        state=VoiceState.ACTIVE,
        hue=3,
    )


@pytest.fixture
def karim(cast: Cast) -> Voice:
    """Return a named voice on trial, whose consent is still to be given."""
    return Voice.objects.create(
        brand=cast.brand, slug="karim", kind=VoiceKind.NAMED, name="Karim B.", state=VoiceState.TRIAL, hue=9
    )
