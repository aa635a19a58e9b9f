"""Queries that are compiled once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from portevoix.core import prepared as module
from portevoix.core.prepared import prepared
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@prepared
def lasting(brand: Any, on: Any) -> QuerySet[Any]:
    """Return memberships with all sorts of columns: joins, an outer one's absence, annotations."""
    mine = Membership.objects.filter(Q(expires_on=None) | Q(expires_on__gt=on), brand__slug=brand)
    leads = Membership.objects.filter(user=OuterRef("user"), role=Role.LEAD, expires_on__gt=on)
    return mine.select_related("user", "brand").annotate(leads=Exists(leads)).order_by("pk")


@prepared
def names(since: Any) -> QuerySet[Any, Any]:
    """Return values."""
    return User.objects.filter(created_at__gt=since).order_by("email").values_list("email", "created_at")


@pytest.fixture
def brand() -> Brand:
    made = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris", languages=["fr"])
    for place, role in enumerate((Role.LEAD, Role.EXPERT)):
        user = User.objects.create(email=f"{role}@example.org", created_at=NOW + timedelta(days=place))
        end = date(2026, 4, 1) if role is Role.LEAD else None
        Membership.objects.create(user=user, brand=made, role=role, expires_on=end)
    return made


@pytest.mark.django_db
def test_it_says_what_the_same_query_says_written_anew(brand: Brand) -> None:
    for on in (date(2026, 3, 1), date(2026, 5, 1)):
        told, anew = lasting(brand="acme", on=on), list(lasting.build(brand="acme", on=on))
        assert told == anew
        for one, other in zip(told, anew, strict=True):
            assert (one.user, one.brand.languages, one.leads) == (other.user, ["fr"], other.leads)
            assert one.expires_on == other.expires_on


@pytest.mark.django_db
def test_values_come_as_their_fields_tell_them(brand: Brand) -> None:
    assert names(since=NOW) == [("expert@example.org", NOW + timedelta(days=1))]
    assert len(names(since=NOW - timedelta(1))) == 2


@pytest.mark.django_db
def test_what_is_read_with_it_is_one_query_and_is_read_each_time(brand: Brand) -> None:
    lasting(brand="acme", on=date(2026, 3, 1))
    User.objects.filter(email="lead@example.org").update(name="Ada")
    with CaptureQueriesContext(connection) as asked:
        (lead, _expert) = lasting(brand="acme", on=date(2026, 3, 1))
        assert (lead.user.name, lead.brand.name) == ("Ada", "Acme")
    assert len(asked) == 1


@pytest.mark.django_db
def test_it_is_compiled_once() -> None:
    built = []

    def build(slug: Any) -> QuerySet[Brand]:
        built.append(slug)
        return Brand.objects.filter(slug=slug)

    question = prepared(build)
    assert (question(slug="one"), question(slug="two")) == ([], [])
    assert [type(each) for each in built] == [module.Given]


@pytest.mark.django_db
def test_what_is_told_is_a_value_and_never_becomes_part_of_the_query(brand: Brand) -> None:
    assert lasting(brand="acme' OR '1'='1", on=date(2026, 3, 1)) == []


@pytest.mark.django_db
def test_a_value_that_is_not_told_is_an_error() -> None:
    with pytest.raises(KeyError):
        lasting(brand="acme")


@pytest.mark.django_db
def test_an_outer_join_that_finds_nothing_gives_none() -> None:
    JournalEntry.objects.create(
        at=NOW, actor_kind="system", action="people.language.chosen", subject="user:1"
    )
    asked = prepared(
        lambda since: JournalEntry.objects.filter(at__gte=since).select_related("actor", "brand")
    )
    (line,) = asked(since=NOW)
    assert (line.actor, line.brand, line.facts) == (None, None, {})
