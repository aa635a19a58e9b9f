"""What the terminal says of the company's life, and how it lets people in."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.demo.atelier import telling
from portevoix.demo.atelier.cast import LEAD
from portevoix.demo.atelier.life import Progress
from portevoix.people.actions import grant, use_sign_in_link
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, Membership, Role, User


@pytest.fixture
def people(db: None, settings: Any) -> None:
    """Make a lead, two ambassadors, a manager, and a consultant whose access has expired."""
    settings.DATA = Path("my demo")
    brand = Brand.objects.create(slug="atelier", name="Atelier Formation", time_zone="Europe/Paris")
    yesterday = clock.now().date() - timedelta(days=2)
    for email, role, until in (
        (LEAD, Role.LEAD, None),
        ("first@example.org", Role.AMBASSADOR, None),
        ("second@example.org", Role.AMBASSADOR, None),
        ("chief@example.org", Role.MANAGER, None),
    ):
        grant(User.objects.create_user(email), brand, role, by=SYSTEM, expires_on=until)
    guest = User.objects.create_user("guest@example.org")
    Membership.objects.create(user=guest, brand=brand, role=Role.CONSULTANT, expires_on=yesterday)


@pytest.mark.usefixtures("people")
def test_the_greeting_lets_the_lead_in_and_says_how_others_come_in() -> None:
    said = telling.greeting("http://h")

    found = re.search(r"http://h/welcome/(\S+)/", said)
    assert found is not None
    assert use_sign_in_link(found[1], now=clock.now()).email == LEAD
    assert "PORTEVOIX_DATA='my demo' portevoix sign-in-link" in said
    assert "first@example.org" in said
    assert "chief@example.org" in said
    assert "second@example.org" not in said
    assert "guest@example.org" not in said


def test_months_are_counted_up_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for done, month in enumerate((Month(2026, 10), Month(2026, 11))):
        telling._draw(Progress(done, 2, month))

    told = capsys.readouterr().err
    assert "\n" not in told
    assert re.findall(r"Month (\d) of 2: (\w+ \d+)", told) == [("1", "October 2026"), ("2", "November 2026")]
