"""Inviting people, guests whose access ends, the last lead, and undoing."""

from datetime import date, timedelta
from typing import Any

import pytest

from portevoix.core import clock
from portevoix.core.errors import NotAllowed, NotFound, UserError
from portevoix.people.actions import (
    INVITATION_LIFE,
    change_password,
    choose_name,
    complete,
    grant,
    invite,
    invite_again,
    make_sign_in_link,
    prolong,
    put_back,
    remove,
    use_sign_in_link,
)
from portevoix.people.actions.links import make_invitation_link
from portevoix.people.journal import SYSTEM
from portevoix.people.models import JournalEntry, Membership, Role, SignInLink, User
from portevoix.people.queries import member, members, taking_part
from portevoix.people.rules import ends_soon, has_ended, lasts_less, latest_end, months_later, prolonged
from tests.people.conftest import NOW, Cast

TODAY = date(2026, 11, 23)
PASSWORD = "correct horse battery"


def test_a_month_that_is_too_short_gives_its_last_day() -> None:
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_later(date(2026, 11, 30), 12) == date(2027, 11, 30)
    assert months_later(date(2026, 12, 1), 1) == date(2027, 1, 1)


def test_a_gesture_prolongs_by_three_months_but_never_past_a_guests_limit() -> None:
    assert prolonged(date(2026, 12, 1), on=TODAY) == date(2027, 3, 1)
    assert prolonged(date(2025, 1, 1), on=TODAY) == date(2027, 2, 23)
    assert prolonged(None, on=TODAY) == date(2027, 2, 23)
    assert prolonged(date(2027, 10, 1), on=TODAY) == latest_end(TODAY) == date(2027, 11, 23)
    assert prolonged(date(2029, 1, 1), on=TODAY) == date(2029, 1, 1)


def test_the_last_day_of_the_calendar_is_prolonged_to_no_day_that_the_calendar_lacks() -> None:
    assert prolonged(date.max, on=TODAY) == date.max


def test_the_last_of_several_days_counts_and_no_end_outlasts_every_day() -> None:
    assert lasts_less([None], [date.max - timedelta(days=1)])
    assert lasts_less([TODAY], [])
    assert not lasts_less([], [TODAY])
    assert not lasts_less([TODAY, None], [None])
    assert not lasts_less([TODAY], [TODAY + timedelta(days=1)])


def test_a_role_is_said_to_end_soon_for_fourteen_days_and_to_have_ended_after_its_last() -> None:
    assert [ends_soon(TODAY + timedelta(days=n), on=TODAY) for n in (-1, 0, 14, 15)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [has_ended(TODAY + timedelta(days=n), on=TODAY) for n in (-1, 0)] == [True, False]
    assert not ends_soon(None, on=TODAY)
    assert not has_ended(None, on=TODAY)


def _invite(cast: Cast, email: str = "Ada@Example.org", **more: Any) -> tuple[User, str]:
    told: dict[str, Any] = {"name": " Ada ", "role": Role.AMBASSADOR, "by": cast.lead, "now": NOW, **more}
    done = invite(cast.brand, email=email, **told)
    return done.user, done.token


def test_whoever_is_invited_comes_in_once_by_the_link_and_chooses_a_password(cast: Cast) -> None:
    user, token = _invite(cast)
    assert (user.name, user.email, user.has_usable_password()) == ("Ada", "ada@example.org", False)
    assert use_sign_in_link(token, now=NOW + INVITATION_LIFE - timedelta(seconds=1)) == user
    with pytest.raises(NotFound):
        use_sign_in_link(token, now=NOW)
    lines = JournalEntry.objects.filter(subject=f"user:{user.pk}", brand=cast.brand).order_by("pk")
    assert [line.action for line in lines] == [
        "people.member.invited",
        "people.membership.granted",
        "people.sign_in_link.created",
    ]
    assert token not in str(list(JournalEntry.objects.values()))


def test_whoever_has_an_account_only_gets_the_role_and_nobody_a_link(cast: Cast) -> None:
    cast.stranger.set_password(PASSWORD)
    cast.stranger.save()
    assert _invite(cast, "STRANGER@example.org") == (cast.stranger, "")
    assert Membership.objects.filter(user=cast.stranger, brand=cast.brand, role="ambassador").exists()
    assert not SignInLink.objects.exists()


def test_nobody_gets_the_link_of_an_account_that_is_complete(cast: Cast) -> None:
    user, _token = _invite(cast)
    complete(user, name="Ada", email=user.email, password=PASSWORD, by=user)
    for by in (cast.lead, cast.administrator):
        with pytest.raises(NotAllowed, match="take over"):
            invite_again(user, cast.brand, by=by, now=NOW)


def test_whoever_came_in_and_chose_no_password_gets_a_new_link(cast: Cast) -> None:
    user, token = _invite(cast)
    use_sign_in_link(token, now=NOW)
    User.objects.filter(pk=user.pk).update(last_login=NOW)
    user.refresh_from_db()
    again = invite_again(user, cast.brand, by=cast.lead, now=NOW)
    assert use_sign_in_link(again, now=NOW) == user


def test_whoever_was_invited_keeps_the_address_of_the_invitation(cast: Cast) -> None:
    for address in ("ada@example.org", "ada@first.invalid"):
        user, _token = _invite(cast, address)
        with pytest.raises(UserError, match="invited with"):
            complete(user, name="Ada", email="chief@example.org", password=PASSWORD, by=user)
        stored = User.objects.get(pk=user.pk)
        assert (stored.email, stored.has_usable_password()) == (address, False)


def test_nobody_gets_the_link_of_whoever_runs_the_installation(cast: Cast) -> None:
    cast.administrator.set_unusable_password()
    cast.administrator.save()
    assert _invite(cast, cast.administrator.email) == (cast.administrator, "")


def test_a_lead_gets_no_link_of_somebody_whom_another_brand_invited(cast: Cast) -> None:
    user, token = _invite(cast)
    there = invite(
        cast.elsewhere, name="", email=user.email, role=Role.EXPERT, by=cast.stranger, now=clock.now()
    )
    assert (there.user, there.token) == (user, "")
    with pytest.raises(NotFound):
        use_sign_in_link(token, now=clock.now())
    for by, brand in ((cast.lead, cast.brand), (cast.stranger, cast.elsewhere)):
        with pytest.raises(NotAllowed):
            invite_again(user, brand, by=by, now=NOW)
    assert invite_again(user, cast.brand, by=cast.administrator, now=NOW)


def test_a_link_made_before_somebody_left_opens_no_brand_that_comes_later(cast: Cast) -> None:
    user = _invite(cast)[0]
    token = invite_again(user, cast.brand, by=cast.lead, now=clock.now())
    remove(user, cast.brand, Role.AMBASSADOR, by=cast.lead)
    grant(user, cast.elsewhere, Role.EXPERT, by=cast.stranger)
    with pytest.raises(NotFound):
        use_sign_in_link(token, now=clock.now())


def test_a_role_that_was_taken_away_still_keeps_the_link_from_another_brand(cast: Cast) -> None:
    user = _invite(cast)[0]
    remove(user, cast.brand, Role.AMBASSADOR, by=cast.lead)
    there = invite(
        cast.elsewhere, name="Ada", email=user.email, role=Role.EXPERT, by=cast.stranger, now=clock.now()
    )
    assert there.token == ""
    with pytest.raises(NotAllowed, match="take over"):
        invite_again(user, cast.elsewhere, by=cast.stranger, now=NOW)
    grant(cast.stranger, cast.brand, Role.LEAD, by=cast.lead)
    assert invite_again(user, cast.elsewhere, by=cast.stranger, now=NOW)


def test_taking_a_role_away_closes_the_link_of_whoever_has_no_password_yet(cast: Cast) -> None:
    user = _invite(cast)[0]
    grant(user, cast.brand, Role.EXPERT, by=cast.lead)
    token = invite_again(user, cast.brand, by=cast.lead, now=clock.now())
    remove(user, cast.brand, Role.EXPERT, by=cast.lead)
    with pytest.raises(NotFound):
        use_sign_in_link(token, now=clock.now())


def test_an_administrator_makes_a_lead_only_where_there_is_none(cast: Cast) -> None:
    run_by = cast.administrator
    for whom in (run_by, cast.members[Role.EXPERT]):
        with pytest.raises(NotAllowed, match="Only a lead"):
            grant(whom, cast.brand, Role.LEAD, by=run_by)
        with pytest.raises(NotAllowed, match="Only a lead"):
            put_back(whom, cast.brand, Role.LEAD, expires_on=None, by=run_by)
    with pytest.raises(NotAllowed, match="Only a lead"):
        _invite(cast, role=Role.LEAD, by=run_by)
    with pytest.raises(UserError, match="without a lead"):
        remove(cast.lead, cast.brand, Role.LEAD, by=run_by)
    assert grant(cast.lead, cast.brand, Role.LEAD, by=run_by)
    Membership.objects.filter(role=Role.LEAD, brand=cast.brand).delete()
    assert grant(run_by, cast.brand, Role.LEAD, by=run_by)


def test_an_administrator_renews_no_lead_whose_role_ended_where_another_leads(cast: Cast) -> None:
    past = Membership.objects.create(
        user=cast.members[Role.EXPERT], brand=cast.brand, role=Role.LEAD, expires_on=date(2020, 1, 1)
    )
    with pytest.raises(NotAllowed):
        prolong(past.user, cast.brand, Role.LEAD, by=cast.administrator, on=TODAY)
    assert prolong(past.user, cast.brand, Role.LEAD, by=cast.lead, on=TODAY)


@pytest.mark.parametrize("who", [Role.AMBASSADOR, Role.PROTECTION_OFFICER])
def test_only_who_may_change_members_invites(cast: Cast, who: Role) -> None:
    with pytest.raises(NotAllowed):
        _invite(cast, by=cast.members[who])
    user, _token = _invite(cast)
    with pytest.raises(NotAllowed):
        make_invitation_link(user, cast.brand, by=cast.members[who], now=NOW)
    with pytest.raises(NotAllowed):
        make_invitation_link(user, cast.brand, by=cast.stranger, now=NOW)
    assert make_invitation_link(user, cast.brand, by=SYSTEM, now=NOW)


def test_what_is_no_address_and_who_was_closed_are_not_invited(cast: Cast) -> None:
    User.objects.create_user("gone@example.org", is_active=False)
    for address in ("nobody", "gone@example.org"):
        with pytest.raises(UserError, match="Nobody was invited"):
            _invite(cast, address)


def test_a_link_for_whoever_has_no_role_here_is_not_made(cast: Cast) -> None:
    with pytest.raises(NotFound):
        invite_again(cast.stranger, cast.brand, by=cast.lead, now=NOW)


@pytest.mark.parametrize("until", [None, date(2027, 11, 24)])
def test_a_guest_has_a_last_day_within_a_year(cast: Cast, until: date | None) -> None:
    with pytest.raises(UserError, match="12 months"):
        grant(cast.stranger, cast.brand, Role.CONSULTANT, by=cast.lead, expires_on=until, on=TODAY)
    given = grant(
        cast.stranger, cast.brand, Role.CONSULTANT, by=cast.lead, expires_on=latest_end(TODAY), on=TODAY
    )
    assert given.expires_on == date(2027, 11, 23)


def test_an_invited_guest_without_a_last_day_is_not_invited_at_all(cast: Cast) -> None:
    with pytest.raises(UserError):
        _invite(cast, role=Role.CONSULTANT)
    assert not User.objects.filter(email="ada@example.org").exists()


def test_a_last_day_that_is_past_is_refused(cast: Cast) -> None:
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(UserError, match="already past"):
        grant(cast.stranger, cast.brand, Role.EXPERT, by=cast.lead, expires_on=yesterday, on=TODAY)


def test_the_day_is_that_of_the_brands_zone(cast: Cast) -> None:
    late = NOW.replace(hour=23, minute=30)
    assert cast.brand.day(late) == date(2026, 11, 24)
    with pytest.raises(UserError, match="already past"):
        _invite(cast, now=late, expires_on=date(2026, 11, 23))
    assert _invite(cast, now=late, expires_on=date(2026, 11, 24))


def test_one_gesture_prolongs_and_renews_and_leaves_what_does_not_end(cast: Cast) -> None:
    guest = cast.members[Role.CONSULTANT]
    Membership.objects.filter(user=guest).update(expires_on=date(2026, 1, 1))
    renewed = prolong(guest, cast.brand, Role.CONSULTANT, by=cast.lead, on=TODAY)
    assert renewed.expires_on == date(2027, 2, 23)
    assert prolong(cast.lead, cast.brand, Role.LEAD, by=cast.lead, on=TODAY).expires_on is None
    with pytest.raises(NotFound):
        prolong(guest, cast.brand, Role.EXPERT, by=cast.lead, on=TODAY)
    with pytest.raises(NotAllowed):
        prolong(guest, cast.brand, Role.CONSULTANT, by=guest, on=TODAY)


def test_the_only_lead_keeps_the_role_until_there_is_another(cast: Cast) -> None:
    with pytest.raises(UserError, match="without a lead"):
        remove(cast.lead, cast.brand, Role.LEAD, by=cast.lead)
    other = cast.members[Role.EXPERT]
    other.set_password("a-long-enough-secret")
    other.save()
    grant(other, cast.brand, Role.LEAD, by=cast.lead)
    assert remove(cast.lead, cast.brand, Role.LEAD, by=cast.lead)


def test_a_lead_does_not_leave_to_somebody_who_never_came_in(cast: Cast) -> None:
    other = cast.members[Role.EXPERT]
    other.set_unusable_password()
    other.save()
    grant(other, cast.brand, Role.LEAD, by=cast.lead)
    with pytest.raises(UserError, match="without a lead"):
        remove(cast.lead, cast.brand, Role.LEAD, by=cast.lead)
    token = make_sign_in_link(other, by=SYSTEM, now=NOW)
    use_sign_in_link(token, now=NOW)
    assert remove(cast.lead, cast.brand, Role.LEAD, by=cast.lead)


@pytest.mark.parametrize("by", [Role.LEAD, None])
def test_the_only_lead_is_given_no_last_day_until_another_lasts_as_long(cast: Cast, by: Role | None) -> None:
    author = cast.members[by] if by else cast.administrator
    today = cast.brand.day(clock.now())
    for last in (today, today + timedelta(days=400)):
        with pytest.raises(UserError, match="without a lead"):
            grant(cast.lead, cast.brand, Role.LEAD, by=author, expires_on=last)
        with pytest.raises(UserError, match="without a lead"):
            put_back(cast.lead, cast.brand, Role.LEAD, expires_on=last, by=author)
    grant(cast.members[Role.EXPERT], cast.brand, Role.LEAD, by=cast.lead)
    assert grant(cast.lead, cast.brand, Role.LEAD, by=author, expires_on=today)


def test_a_lead_whose_role_has_ended_is_no_other_lead(cast: Cast) -> None:
    other = cast.members[Role.EXPERT]
    Membership.objects.create(user=other, brand=cast.brand, role=Role.LEAD, expires_on=date(2020, 1, 1))
    with pytest.raises(UserError, match="without a lead"):
        remove(cast.lead, cast.brand, Role.LEAD, by=cast.lead)


def test_what_is_undone_has_the_last_day_that_it_had(cast: Cast) -> None:
    guest, last = cast.members[Role.CONSULTANT], date(2020, 1, 1)
    remove(guest, cast.brand, Role.CONSULTANT, by=cast.lead)
    assert put_back(guest, cast.brand, Role.CONSULTANT, expires_on=last, by=cast.lead).expires_on == last
    with pytest.raises(NotAllowed):
        put_back(guest, cast.brand, Role.LEAD, expires_on=None, by=guest)


def test_members_are_told_by_name_and_those_whose_access_ended_apart(cast: Cast) -> None:
    guest = cast.members[Role.CONSULTANT]
    Membership.objects.filter(user=guest).update(expires_on=TODAY - timedelta(days=1))
    grant(cast.lead, cast.brand, Role.EXPERT, by=cast.lead)
    current = members(cast.brand, on=TODAY)
    assert [len(each.memberships) for each in current if each.user == cast.lead] == [2]
    assert guest not in {each.user for each in current}
    assert [each.user for each in members(cast.brand, on=TODAY, has_ended=True)] == [guest]
    assert member(cast.brand, guest.pk).user == guest
    assert set(taking_part(cast.brand, on=TODAY)) == {each.user for each in current}
    with pytest.raises(NotFound):
        member(cast.brand, cast.stranger.pk)


def test_people_change_their_own_name_and_password_and_no_other(cast: Cast) -> None:
    cast.lead.set_password(PASSWORD)
    cast.lead.save()
    choose_name(cast.lead, " Ann ", by=cast.lead)
    change_password(cast.lead, old=PASSWORD, new="seven-green-kettles", by=cast.lead)
    stored = User.objects.get(pk=cast.lead.pk)
    assert (stored.name, stored.check_password("seven-green-kettles")) == ("Ann", True)
    with pytest.raises(UserError, match="at least one letter"):
        choose_name(cast.lead, " ", by=cast.lead)
    with pytest.raises(UserError, match="present password"):
        change_password(cast.lead, old="wrong", new="seven-green-kettles", by=cast.lead)
    with pytest.raises(UserError, match="Nothing was saved"):
        change_password(cast.lead, old="seven-green-kettles", new="short", by=cast.lead)
    with pytest.raises(NotAllowed):
        choose_name(cast.lead, "Bob", by=cast.administrator)
    with pytest.raises(NotAllowed):
        change_password(cast.lead, old="", new="seven-green-kettles", by=cast.administrator)
    said = list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))
    assert said == ["people.name.chosen", "people.password.changed"]
