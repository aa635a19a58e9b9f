"""Who may do what, until when, and how it is written down."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import rules
from django.db import IntegrityError, transaction

from portevoix.core import clock
from portevoix.core.errors import InternalError, NotAllowed, NotFound
from portevoix.people import journal
from portevoix.people.actions import grant, remove
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Membership, Role, User
from portevoix.people.queries import brand_of_slug, brands_of
from portevoix.people.rights import require, roles
from tests.people.conftest import Cast

EVERYONE = frozenset(Role)
ALLOWED = {
    "people.see_brand": EVERYONE,
    "people.change_members": frozenset({Role.LEAD}),
    "people.read_journal": frozenset({Role.LEAD, Role.PROTECTION_OFFICER}),
}
EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"
"""Twenty-six hours apart: whatever the hour, it is a later day in the east."""


@pytest.mark.parametrize("permission", ALLOWED)
def test_each_role_has_its_rights_and_no_other(cast: Cast, permission: str) -> None:
    having = {role for role, user in cast.members.items() if rules.has_perm(permission, user, cast.brand)}
    assert having == ALLOWED[permission]
    assert rules.has_perm(permission, cast.administrator, cast.brand)
    assert not rules.has_perm(permission, cast.stranger, cast.brand)


def test_the_table_of_rights_is_whole(cast: Cast) -> None:
    known = {name for name in rules.permissions.permissions if name.startswith("people.")}
    assert known == ALLOWED.keys()


@pytest.mark.parametrize("permission", ALLOWED)
def test_a_role_elsewhere_counts_for_nothing_here(cast: Cast, permission: str) -> None:
    for user in cast.members.values():
        assert not rules.has_perm(permission, user, cast.elsewhere)


@pytest.mark.parametrize("permission", ALLOWED)
def test_whoever_was_deactivated_has_no_right_left(cast: Cast, permission: str) -> None:
    for user in (cast.lead, cast.administrator):
        user.is_active = False
        assert not rules.has_perm(permission, user, cast.brand)


def test_an_action_asks_whoever_calls_it(cast: Cast) -> None:
    require("people.change_members", by=SYSTEM, brand=cast.brand)
    require("people.change_members", by=cast.lead, brand=cast.brand)
    for by in (cast.members[Role.AMBASSADOR], cast.stranger, "somebody"):
        with pytest.raises(NotAllowed, match="Nothing was changed"):
            require("people.change_members", by=by, brand=cast.brand)


def test_an_unknown_permission_is_nobodys_but_the_system_s(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        require("people.fly", by=cast.administrator, brand=cast.brand)


def test_a_role_is_given_prolonged_and_taken_away(cast: Cast) -> None:
    ann = User.objects.create_user("ann@example.org")
    until, today = date(2026, 12, 31), date(2026, 11, 23)
    grant(ann, cast.brand, Role.CONSULTANT, by=cast.lead, expires_on=today, on=today)
    given = grant(ann, cast.brand, Role.CONSULTANT, by=cast.lead, expires_on=until, on=today)
    assert given.expires_on == until
    assert Membership.objects.filter(user=ann).count() == 1
    assert remove(ann, cast.brand, Role.CONSULTANT, by=cast.lead)
    assert not remove(ann, cast.brand, Role.CONSULTANT, by=cast.lead)
    entries = JournalEntry.objects.filter(subject=f"user:{ann.pk}").order_by("pk")
    assert [(entry.action, entry.actor, entry.facts["role"]) for entry in entries] == [
        ("people.membership.granted", cast.lead, "consultant"),
        ("people.membership.granted", cast.lead, "consultant"),
        ("people.membership.removed", cast.lead, "consultant"),
    ]


def test_the_database_itself_knows_the_roles(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=cast.stranger, brand=cast.brand, role="king")


def test_who_may_not_change_members_changes_nothing(cast: Cast) -> None:
    before = list(Membership.objects.order_by("pk").values_list("pk", flat=True))
    ambassador = cast.members[Role.AMBASSADOR]
    with pytest.raises(NotAllowed):
        grant(ambassador, cast.brand, Role.LEAD, by=ambassador)
    with pytest.raises(NotAllowed):
        remove(cast.lead, cast.brand, Role.LEAD, by=ambassador)
    assert list(Membership.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert not JournalEntry.objects.exists()


def test_a_role_counts_to_the_end_of_its_last_day(cast: Cast) -> None:
    last = date(2026, 11, 23)
    guest = Membership.objects.get(user=cast.members[Role.CONSULTANT])
    guest.expires_on = last
    guest.save()
    assert guest in Membership.objects.current(last)
    assert guest not in Membership.objects.current(last + timedelta(days=1))


def test_the_last_day_ends_when_it_ends_where_the_brand_lives(cast: Cast) -> None:
    guest = cast.members[Role.CONSULTANT]
    cast.brand.time_zone = WEST
    today_in_the_west = clock.now().astimezone(cast.brand.zone).date()
    Membership.objects.filter(user=guest).update(expires_on=today_in_the_west)
    assert roles(guest, cast.brand) == {Role.CONSULTANT}
    cast.brand.time_zone = EAST
    assert roles(guest, cast.brand) == frozenset()


def test_the_list_of_brands_knows_the_same_last_day_as_the_roles(cast: Cast) -> None:
    guest = cast.members[Role.CONSULTANT]
    today_in_the_west = clock.now().astimezone(ZoneInfo(WEST)).date()
    Membership.objects.filter(user=guest).update(expires_on=today_in_the_west)
    for zone, seen in ((WEST, [cast.brand]), (EAST, [])):
        Brand.objects.filter(pk=cast.brand.pk).update(time_zone=zone)
        assert list(brands_of(guest)) == seen
        assert bool(roles(guest, Brand.objects.get(pk=cast.brand.pk))) is bool(seen)


def test_a_person_sees_the_brands_of_current_roles_and_the_administrator_all(cast: Cast) -> None:
    assert list(brands_of(cast.lead)) == [cast.brand]
    assert set(brands_of(cast.administrator)) == {cast.brand, cast.elsewhere}
    Membership.objects.create(user=cast.lead, brand=cast.brand, role=Role.AMBASSADOR)
    assert list(brands_of(cast.lead)) == [cast.brand]
    Membership.objects.update(expires_on=clock.now().date() - timedelta(days=3))
    assert list(brands_of(cast.lead)) == []


def test_a_brand_is_found_by_its_slug_or_told_to_be_unknown(cast: Cast) -> None:
    assert brand_of_slug("acme") == cast.brand
    with pytest.raises(NotFound, match="nowhere"):
        brand_of_slug("nowhere")


def test_a_brand_knows_its_zone_and_under_which_name_its_work_is_kept(cast: Cast) -> None:
    assert cast.brand.zone.key == "Europe/Paris"
    assert cast.brand.owner == f"brand:{cast.brand.pk}"


def test_two_people_never_share_an_address(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=cast.lead.email.upper())


def test_the_journal_refuses_what_is_not_on_its_list(cast: Cast) -> None:
    with pytest.raises(InternalError, match=r"people\.brand\.burnt"):
        journal.record("people.brand.burnt", by=SYSTEM, brand=cast.brand)
    assert not JournalEntry.objects.exists()


def test_a_line_of_the_journal_tells_who_what_and_where(cast: Cast) -> None:
    granted = "people.membership.granted"
    by_lead = journal.record(granted, by=cast.lead, brand=cast.brand, subject="user:7", role="lead")
    by_system = journal.record("people.administrator.created", by=SYSTEM, brand=None)
    assert (by_lead.actor, by_lead.actor_kind, by_lead.facts) == (cast.lead, "user", {"role": "lead"})
    assert (by_system.actor, by_system.actor_kind, by_system.brand) == (None, "system", None)
    assert list(JournalEntry.objects.all()) == [by_system, by_lead]


def test_the_journal_outlives_whoever_is_written_in_it(cast: Cast) -> None:
    journal.record("people.membership.granted", by=cast.stranger, brand=cast.brand, subject="user:7")
    cast.stranger.delete()
    assert JournalEntry.objects.get().actor is None


def test_a_user_is_told_by_name_else_by_address() -> None:
    assert str(User(name="Ann", email="ann@example.org")) == "Ann"
    assert str(User(email="ann@example.org")) == "ann@example.org"
    assert str(Brand(name="Acme")) == "Acme"
