"""A brand with figures and facts, everybody who may look at it, and a second brand that must never be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.ledger.actions.record import extend_coverage, record
from portevoix.ledger.models import Import
from portevoix.measures.catalogue import METRICS
from portevoix.measures.facts import facts_of
from portevoix.measures.freshness import mark_of
from portevoix.measures.metric import Opens
from portevoix.measures.models import Scorecard, ScorecardLine
from portevoix.networks.contracts import ActorRef, Counted, Draft, Event, Kind, Reading, SeenPost
from portevoix.networks.models import Account, Connection, Holding
from portevoix.networks.registry import connector_class
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, Membership, Role, User
from portevoix.programme.actions.versions import make_version
from portevoix.programme.models import (
    PublicPage,
    RivalCoding,
    StudiedRival,
    StudyFigure,
    StudySection,
    StudyStep,
    Tenure,
    Voice,
)
from tests.web.imports import an_import

JULY = Month(2012, 7)
COMPUTED = datetime(2012, 8, 2, 7, 30, tzinfo=UTC)
PASSWORD = "a-long-enough-secret"


@dataclass(frozen=True)
class Company:
    """The brand `acme` with its voices, one user a role, an administrator, and a stranger from elsewhere."""

    brand: Brand
    elsewhere: Brand
    marion: Voice
    hugo: Voice
    paul: Voice
    people: dict[str, User]

    def path(self, rest: str = "") -> str:
        """Return the address of the July table, or of something below it."""
        return f"/b/{self.brand.slug}/measures/2012-07/{rest}"


def _voice(brand: Brand, slug: str, hue: int, account: str, kind: str = "persona") -> Voice:
    voice = Voice.objects.create(
        brand=brand, slug=slug, first_name=slug.title(), kind=kind, state="active", hue=hue
    )
    held = Account.objects.create(
        pk=int(account), brand=brand, network="x", remote_id=account, handle=f"u{account}"
    )
    Holding.objects.create(voice=voice, account=held)
    kinds = ["mention", "reply", "repost", "quote", "like", "post"]
    extend_coverage(held, kinds, from_at=at(1), to_at=at(8))
    return voice


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """Return an instant of July 2012, UTC."""
    return datetime(2012, 7, day, hour, minute, tzinfo=UTC)


def _facts(brand: Brand) -> None:
    fan = ActorRef("f1", handle="fan_one", url="https://x.example/fan_one")
    trap = ActorRef("f2", handle="<b>bold</b>", url="javascript:alert(1)")
    events = [
        Event(
            Kind.MENTION, fan, "1", at(2, 22, 15), remote_id="e1", text="Hello", url="https://x.example/e1"
        ),
        Event(Kind.REPLY, fan, "1", at(2, 22, 15), remote_id="e2"),
        Event(Kind.REPOST, trap, "1", at(3), object_id="p1"),
        Event(Kind.REPOST, ActorRef("2"), "1", at(4, 9, 41)),
        Event(Kind.LIKE, ActorRef("3", handle="jean.dupont"), "1", at(4)),
    ]
    events += [Event(Kind.LIKE, ActorRef(f"f{n}"), "1", at(5) + timedelta(minutes=n)) for n in range(60)]
    post = SeenPost("p1", ActorRef("1"), at(2, 9, 41), url="https://x.example/p1")
    readings = [Reading("1", Counted.FOLLOWERS, 1234567, at(6))]
    record(brand, "x", now=at(9), source="manual", events=events, posts=[post], readings=readings)


def _scorecard(brand: Brand, voices: list[Voice]) -> None:
    """Store a scorecard whose counts are those of the lists, so that no engine is needed."""
    card = Scorecard.objects.create(
        brand=brand,
        month="2012-07",
        fingerprint="f",
        mark=mark_of(brand),
        time_zone=brand.time_zone,
        computed_at=COMPUTED,
    )
    for voice in (*voices, None):
        for metric in METRICS:
            total = facts_of(brand, JULY, metric, voice=voice).total
            is_read = metric.opens is Opens.READINGS
            value: float | None = 1234567.0 if is_read and total else None if is_read else float(total)
            if metric.id == "quotes_received":
                value = None
            line = {"metric": metric.id, "metric_version": metric.version, "value": value, "previous": 7.5}
            ScorecardLine.objects.create(scorecard=card, voice=voice, **line)


def _study(brand: Brand, voice: Voice) -> None:
    """Store a study with a section, a figure of the brand and one of a voice, a step, a rival and a version."""
    section = StudySection.objects.create(
        pk=1, brand=brand, position=1, title="Our field", text="We *listen*."
    )
    StudyFigure.objects.create(section=section, metric="likes_received", month="2012-07")
    StudyFigure.objects.create(section=section, metric="likes_received", voice=voice)
    StudyStep.objects.create(
        pk=1, brand=brand, title="Look abroad", country="Canada", from_on=date(2012, 5, 1)
    )
    rival = StudiedRival.objects.create(pk=1, brand=brand, name="Rival One", country="Belgium")
    coding = {"criterion": "cadence", "grade": 3, "evidence": "14 posts in May", "read_on": date(2012, 6, 1)}
    RivalCoding.objects.create(rival=rival, **coding)
    make_version(brand, reason="the visits are over", values={}, by=SYSTEM, now=COMPUTED)


@pytest.fixture
def company(db: None) -> Company:
    """Return the company with a month of facts, its figures computed in August 2012, and its public page open."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
    elsewhere = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    marion, hugo = _voice(brand, "marion", 3, "1"), _voice(brand, "hugo", 9, "2")
    paul = _voice(brand, "paul", 12, "3", kind="named")
    people = {str(role): User.objects.create_user(f"{role}@example.org", PASSWORD) for role in Role}
    for role, user in people.items():
        Membership.objects.create(user=user, brand=brand, role=role)
    people["stranger"] = User.objects.create_user("stranger@example.org", PASSWORD)
    Membership.objects.create(user=people["stranger"], brand=elsewhere, role=Role.LEAD)
    people["administrator"] = User.objects.create_user("boss@example.org", PASSWORD, is_superuser=True)
    Tenure.objects.create(
        voice=marion,
        holder=str(people["ambassador"].pk),
        role="principal",
        from_on=date(2012, 1, 1),
    )
    PublicPage.objects.create(
        brand=brand, is_open=True, charter="We credit our sources.", contact_email="ask@acme.example"
    )
    _facts(brand)
    _scorecard(brand, [hugo, marion])
    _study(brand, marion)
    return Company(brand, elsewhere, marion, hugo, paul, people)


@pytest.fixture
def trial(company: Company, data_folder: Path) -> Account:
    """Return an account of Marion in the sandbox of this test's data folder, with a post that people answered."""
    voice = company.marion
    now = clock.now()
    name = f"{voice.brand.slug}.{voice.slug}"
    door = connector_class("sandbox")
    opened = door.open_account(name, name=voice.display_name, language="en", now=now - timedelta(days=3))
    account = Account.objects.create(
        brand=voice.brand, network="sandbox", remote_id=opened.remote_id, handle=opened.handle
    )
    Holding.objects.create(voice=voice, account=account)
    Connection.objects.create(
        account=account,
        options=dict(opened.options),
        credentials=opened.credentials,
        linked_at=now,
        last_success_at=now,
        collect_at=now,
    )
    with door(opened.options, opened.credentials) as sandbox:
        draft = Draft("Three questions to ask before a training?", "en")
        sandbox.publish(draft, key="first", now=now - timedelta(days=2))
    return account


SignIn = Callable[[str], Client]


@pytest.fixture
def signed_in(company: Company) -> SignIn:
    """Return the function that gives the browser of somebody of the cast."""

    def browser(who: str, **headers: Any) -> Client:
        client = Client(**headers)
        client.force_login(company.people[who], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


@pytest.fixture(autouse=True)
def _quick_and_fresh(settings: Any) -> None:
    """Hash passwords quickly, and forget earlier attempts to sign in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def us(instant: datetime) -> int:
    """Return the instant as the ledger keeps it."""
    return clock.to_us(instant)


@pytest.fixture
def running(company: Company) -> Import:
    """Return an import that a living process is working on."""
    return an_import(company.brand, lease=timedelta(minutes=1))
