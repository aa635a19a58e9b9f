"""A brand with a lead and one voice, and a month of it that is closed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.measures.actions import close, comment
from portevoix.measures.models import Closing
from portevoix.networks.contracts import ActorRef, Counted, SeenPost
from portevoix.networks.contracts import Reading as Count
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Brand, Membership, Role, User
from portevoix.programme.models import Voice
from tests.measures.months import AUGUST, JULY, MIDDLE, liked


@pytest.fixture
def brand(db: None, data_folder: Path) -> Brand:
    """Return a brand of Paris."""
    return Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris", languages=["fr"])


@pytest.fixture
def lead(brand: Brand) -> User:
    """Return the lead of the brand."""
    user = User.objects.create_user("lead@example.org")
    Membership.objects.create(user=user, brand=brand, role=Role.LEAD)
    return user


@pytest.fixture
def marion(brand: Brand) -> Voice:
    """Return Marion, on account 88, of whom June and July are told: likes, a post, followers."""
    voice = Voice.objects.create(
        brand=brand, slug="marion", kind="persona", first_name="Marion", state="active"
    )
    account = Account.objects.create(brand=brand, network="x", remote_id="88")
    Holding.objects.create(voice=voice, account=account)
    start, end = datetime(2026, 5, 31, 22, tzinfo=UTC), datetime(2026, 7, 31, 22, tzinfo=UTC)
    extend_coverage(account, ["like", "post", "reply"], from_at=start, to_at=end)
    liked(brand, 3)
    liked(brand, 5, at=MIDDLE - timedelta(days=30))
    record(
        brand,
        "x",
        now=AUGUST,
        source="test",
        posts=[SeenPost("p0715", ActorRef("88"), MIDDLE - timedelta(hours=1))],
        readings=[
            Count("88", Counted.FOLLOWERS, value, MIDDLE + timedelta(days=days))
            for value, days in ((90, -50), (100, -30), (120, 0))
        ],
    )
    return voice


@pytest.fixture
def closing(brand: Brand, marion: Voice, lead: User) -> Closing:
    """Return July, closed on 1 August after Marion's comment."""
    comment(marion, JULY, "A calm month.", by=lead, now=AUGUST)
    return close(brand, JULY, by=lead, now=AUGUST)
