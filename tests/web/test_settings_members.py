"""Members: invitations, roles, and the way back from each gesture."""

import re
from datetime import date, timedelta

from django.core import signing
from django.test import Client

from portevoix.core import clock
from portevoix.people.actions import is_incomplete
from portevoix.people.models import Membership, User
from portevoix.people.rules import months_later
from portevoix.programme.models import Tenure
from tests.web.conftest import Company, SignIn
from tests.web.settings_pages import HOLDERS, MEMBERS, begin, text_in, undone
from tests.web.test_measures import text_of


def today(company: Company) -> date:
    return company.brand.day(clock.now())


def roles_of(user: User) -> dict[str, date | None]:
    return dict(Membership.objects.filter(user=user).values_list("role", "expires_on"))


def test_members_stand_with_their_roles_and_an_ended_access_apart(
    company: Company, signed_in: SignIn
) -> None:
    Membership.objects.filter(role="consultant").update(expires_on=date(2020, 1, 2))
    lead = signed_in("lead")
    told = text_of(lead, MEMBERS)
    assert "expert@example.org Expert" in told
    assert "consultant@example.org" not in told
    assert "consultant@example.org Consultant ended on Jan. 2, 2020" in text_of(lead, f"{MEMBERS}?show=ended")


def test_a_guest_is_announced_for_the_last_fourteen_days_and_prolonged_in_one_gesture(
    company: Company, signed_in: SignIn
) -> None:
    guest, last = company.people["consultant"], today(company) + timedelta(days=14)
    Membership.objects.filter(user=guest).update(expires_on=last)
    lead = signed_in("lead")
    assert "consultant@example.org: access ends soon" in text_of(lead, MEMBERS)

    answer = lead.post(f"{MEMBERS}{guest.pk}/consultant/prolong/")
    assert roles_of(guest) == {"consultant": months_later(last, 3)}
    assert "It is as it was." in undone(lead, answer)
    assert roles_of(guest) == {"consultant": last}


def test_an_invitation_shows_its_link_once_and_lets_the_person_choose_a_password(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    form = {"name": "Ada", "email": "ada@example.org", "role": "expert", "expires_on": ""}
    answer = lead.post(f"{MEMBERS}invite/", form)
    page = answer.content.decode()
    link = re.search(r"http://testserver(/welcome/[\w-]+/)", page)
    assert link
    assert "no-store" in answer.headers["Cache-Control"]
    assert "mailto:ada@example.org?subject=" in page
    assert "/welcome/" not in lead.get(MEMBERS).content.decode()

    guest = Client()
    assert guest.post(link[1]).headers["Location"] == "/welcome/"
    assert 'value="ada@example.org"' in guest.get("/welcome/").content.decode()
    guest.post("/welcome/", {"name": "Ada", "email": "ada@example.org", "password": "seven-green-kettles"})
    assert not is_incomplete(User.objects.get(email="ada@example.org"))


def test_whoever_cannot_be_given_a_link_is_told_of_by_the_typed_name_and_in_one_sentence(
    company: Company, signed_in: SignIn
) -> None:
    waiting = User.objects.create_user("waiting@example.org", name="Secret")
    Membership.objects.create(user=waiting, brand=company.elsewhere, role="expert")
    User.objects.filter(email="stranger@example.org").update(name="Secret")
    lead = signed_in("lead")
    for email in ("stranger@example.org", "waiting@example.org"):
        answer = lead.post(f"{MEMBERS}invite/", {"name": "Ada", "email": email, "role": "expert"})
        assert answer.status_code == 302
        assert str(lead.session["toast"]["sentence"]) == (
            "Ada takes part. If there is no way in yet, whoever runs the installation makes a link with: "
            "portevoix sign-in-link"
        )
        assert "/welcome/" not in lead.get(MEMBERS).content.decode()


def test_a_number_that_no_key_can_be_is_not_found(company: Company, signed_in: SignIn) -> None:
    lead, number = signed_in("lead"), "9" * 24
    for gesture in ("link", "give", "expert/prolong", "expert/remove"):
        answer = lead.post(f"{MEMBERS}{number}/{gesture}/", {"role": "expert"})
        assert answer.status_code == 404, gesture


def test_the_last_day_of_the_calendar_is_refused_beside_its_field(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    begun = begin(lead, company.people["expert"], last_on="9999-12-31")
    assert (begun.status_code, b"too far away" in begun.content) == (400, True)
    held = Tenure.objects.get(voice=company.marion)
    lead.post(f"{HOLDERS}{held.pk}/end/", {"last_on": "9999-12-31"})
    held.refresh_from_db()
    assert held.to_on is None


def test_an_administrator_is_told_that_only_a_lead_makes_another(company: Company, signed_in: SignIn) -> None:
    client, expert = signed_in("administrator"), company.people["expert"]
    given = client.post(f"{MEMBERS}{expert.pk}/give/", {"role": "lead"})
    assert (given.status_code, b"Only a lead of this brand" in given.content) == (400, True)
    Membership.objects.create(user=expert, brand=company.brand, role="lead", expires_on=date(2020, 1, 1))
    renewed = client.post(f"{MEMBERS}{expert.pk}/lead/prolong/", follow=True)
    assert "Only a lead of this brand" in text_in(renewed.content.decode())


def test_an_invitation_that_cannot_be_says_why_and_keeps_what_was_typed(
    company: Company, signed_in: SignIn
) -> None:
    form = {"name": "Ada", "email": "ada@example.org", "role": "consultant"}
    answer = signed_in("lead").post(f"{MEMBERS}invite/", form)
    assert answer.status_code == 400
    assert b"choose a last day within 12 months" in answer.content
    assert b'value="ada@example.org"' in answer.content
    assert not User.objects.filter(email="ada@example.org").exists()


def test_a_new_link_is_made_for_whoever_has_never_come_in_and_for_nobody_else(
    company: Company, signed_in: SignIn
) -> None:
    lead = signed_in("lead")
    new = User.objects.create_user("new@example.org")
    Membership.objects.create(user=new, brand=company.brand, role="expert")
    assert b"/welcome/" in lead.post(f"{MEMBERS}{new.pk}/link/").content
    expert = company.people["expert"]
    assert b"Make a new link" not in lead.get(f"{MEMBERS}?person={expert.pk}").content
    refused = lead.post(f"{MEMBERS}{expert.pk}/link/", follow=True)
    assert "could take over" in text_in(refused.content.decode())


def test_a_role_is_given_and_taken_in_one_gesture_each_and_undone(
    company: Company, signed_in: SignIn
) -> None:
    lead, expert, last = signed_in("lead"), company.people["expert"], today(company) + timedelta(days=40)
    given = lead.post(f"{MEMBERS}{expert.pk}/give/", {"role": "reviewer", "expires_on": last.isoformat()})
    assert roles_of(expert) == {"expert": None, "reviewer": last}
    taken = lead.post(f"{MEMBERS}{expert.pk}/reviewer/remove/")
    assert roles_of(expert) == {"expert": None}
    undone(lead, taken)
    assert roles_of(expert) == {"expert": None, "reviewer": last}

    lead.get("/")
    given = lead.post(f"{MEMBERS}{expert.pk}/give/", {"role": "ambassador"})
    undone(lead, given)
    assert roles_of(expert) == {"expert": None, "reviewer": last}


def test_a_role_that_cannot_be_given_says_why_beside_its_field(company: Company, signed_in: SignIn) -> None:
    expert = company.people["expert"]
    for role in ("consultant", "king"):
        answer = signed_in("lead").post(f"{MEMBERS}{expert.pk}/give/", {"role": role})
        assert answer.status_code == 400
        assert b'class="wrong"' in answer.content


def test_the_only_lead_is_told_to_find_another_first(company: Company, signed_in: SignIn) -> None:
    lead = company.people["lead"]
    answer = signed_in("lead").post(f"{MEMBERS}{lead.pk}/lead/remove/", follow=True)
    assert "The brand would be left without a lead" in text_in(answer.content.decode())
    assert roles_of(lead) == {"lead": None}


def test_a_lead_who_leaves_is_led_home(company: Company, signed_in: SignIn) -> None:
    Membership.objects.create(user=company.people["expert"], brand=company.brand, role="lead")
    lead = company.people["lead"]
    answer = signed_in("lead").post(f"{MEMBERS}{lead.pk}/lead/remove/")
    assert answer.headers["Location"] == "/"


def test_an_undo_that_was_forged_or_is_of_another_brand_changes_nothing(
    company: Company, signed_in: SignIn
) -> None:
    from portevoix.web.settings.undo import sealed  # noqa: PLC0415 - the secret is the test's own

    expert = company.people["expert"]
    state: dict[str, str | int | None] = {
        "user": expert.pk,
        "role": "lead",
        "is_there": True,
        "expires_on": None,
    }
    forged = signing.dumps([company.brand.pk, state], salt="another")
    foreign = sealed(company.elsewhere, **state)["was"]
    for text in (forged, foreign, "", "nonsense"):
        answer = signed_in("lead").post(f"{MEMBERS}undo/", {"was": text}, follow=True)
        assert "can no longer be undone" in text_in(answer.content.decode())
    assert roles_of(expert) == {"expert": None}


def test_somebody_of_another_brand_has_no_page_and_no_role_of_that_name_exists(
    company: Company, signed_in: SignIn
) -> None:
    lead, stranger, expert = signed_in("lead"), company.people["stranger"], company.people["expert"]
    assert lead.get(f"{MEMBERS}?person={stranger.pk}").status_code == 404
    assert lead.get(f"{MEMBERS}?person=x").status_code == 404
    assert lead.post(f"{MEMBERS}{stranger.pk}/lead/remove/").status_code == 404
    assert lead.post(f"{MEMBERS}{expert.pk}/king/remove/").status_code == 404
