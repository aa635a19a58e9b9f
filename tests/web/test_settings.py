"""Settings: members, holders, the journal; and one's own page: who sees what, what stays hidden."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from portevoix.core import clock
from portevoix.networks.actions.holdings import let_go
from portevoix.networks.models import Account, Holding
from portevoix.people import journal
from portevoix.people.actions import is_incomplete
from portevoix.people.journal import ACTIONS, SYSTEM, ForVoice
from portevoix.people.models import JournalEntry, Membership, Role, User
from portevoix.people.rights import roles
from portevoix.people.rules import months_later
from portevoix.programme.models import Tenure, Voice
from portevoix.programme.rights import allows
from portevoix.web.settings.journal import lines
from portevoix.web.settings.journal_sentences import PARTS, SENTENCES
from portevoix.web.settings.powers import POWERS, table
from portevoix.web.settings.tabs import TABS
from tests.web.conftest import PASSWORD, Company, SignIn
from tests.web.rendered import without_tokens
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of

MEMBERS, HOLDERS = "/b/acme/settings/members/", "/b/acme/settings/holders/"
JOURNAL, MARION = "/b/acme/settings/journal/", "/b/acme/settings/holders/of/marion/"
EVERYBODY = (*(str(role) for role in Role), "administrator", "stranger")


def today(company: Company) -> date:
    return company.brand.day(clock.now())


def undone(client: Client, answer: Any) -> str:
    """Press the Undo button that the page after `answer` offers, and return what the next page says."""
    page = client.get(answer.headers["Location"]).content.decode()
    form = re.search(r'<div class="toast">.*?action="([^"]+)">.*?name="was" value="([^"]+)"', page, re.DOTALL)
    assert form, page
    after = client.post(form[1], {"was": form[2]}, follow=True)
    return text_in(after.content.decode())


def text_in(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def roles_of(user: User) -> dict[str, date | None]:
    return dict(Membership.objects.filter(user=user).values_list("role", "expires_on"))


# What each role may.


def test_the_table_of_roles_says_what_the_rights_say(company: Company) -> None:
    for power in POWERS:
        told = {
            who
            for who in EVERYBODY
            if power.is_of(roles(company.people[who], company.brand), is_administrator=who == "administrator")
        }
        having = {who for who in EVERYBODY if allows(power.permission, company.people[who], company.brand)}
        assert told == having, power.permission


def test_a_manager_is_told_to_see_no_single_voice_whatever_the_other_role(company: Company) -> None:
    manager = company.people["manager"]
    Membership.objects.create(user=manager, brand=company.brand, role=Role.AMBASSADOR)
    told = {
        power.permission
        for power in POWERS
        if power.is_of(roles(manager, company.brand), is_administrator=False)
    }
    assert "measures.see_voices" not in told


def test_the_table_has_a_row_for_each_role_and_the_administrator_looks_up_no_holder(company: Company) -> None:
    rows = {row.role: row.powers for row in table()}
    assert len(rows) == len(Role) + 1
    assert "say who holds a voice, and look it up" in rows["Lead"]
    assert "say who holds a voice, and look it up" not in rows["Administrator"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_is_offered_the_pages_of_settings_that_open(
    company: Company, signed_in: SignIn, who: str
) -> None:
    client = signed_in(who)
    for tab in TABS:
        path = reverse(tab.page, args=["acme"])
        is_open = client.get(path).status_code == 200
        assert is_open == allows(tab.permission, company.people[who], company.brand), path


# Members.


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
    begun = _begin(lead, company.people["expert"], last_on="9999-12-31")
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


# Holders.


def test_nothing_of_a_holder_is_on_a_page_before_it_is_asked(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    before = [without_tokens(lead.get(path).content.decode()) for path in (HOLDERS, MARION)]
    Tenure.objects.filter(voice=company.marion).update(holder=str(company.people["expert"].pk))
    after = [without_tokens(lead.get(path).content.decode()) for path in (HOLDERS, MARION)]
    assert before == after
    assert "ambassador@" not in before[0]
    assert "Held since Jan. 1, 2012" in text_in(before[0])
    assert "Hugo Persona · Active Held by nobody" in text_in(before[0])
    assert not JournalEntry.objects.filter(action="programme.holder.read").exists()


def test_each_look_shows_who_holds_and_is_written_down(company: Company, signed_in: SignIn) -> None:
    gone = User.objects.create_user("gone@example.org")
    Tenure.objects.create(
        voice=company.marion, holder=str(gone.pk), role="deputy", from_on="2011-01-01", to_on="2011-06-01"
    )
    gone.delete()
    lead = signed_in("lead")
    for count in (1, 2):
        answer = lead.post(MARION)
        told = text_in(answer.content.decode())
        assert "ambassador@example.org Principal holder since Jan. 1, 2012 now" in told
        assert "Nobody can tell any more" in told
        assert "Deputy from Jan. 1, 2011 to May 31, 2011" in told
        assert "no-store" in answer.headers["Cache-Control"]
        looks = JournalEntry.objects.filter(action="programme.holder.read")
        assert looks.count() == count
        assert {(look.actor, look.subject) for look in looks} == {
            (company.people["lead"], f"voice:{company.marion.pk}")
        }


def test_the_administrator_never_gets_there(company: Company, signed_in: SignIn) -> None:
    client = signed_in("administrator")
    for path in (HOLDERS, f"{HOLDERS}named/", MARION):
        assert client.get(path).status_code == 404
    assert client.post(MARION).status_code == 404
    assert not JournalEntry.objects.filter(action="programme.holder.read").exists()


def test_a_named_voice_stands_on_a_page_of_its_own(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    personas, named = text_of(lead, HOLDERS), text_of(lead, f"{HOLDERS}named/")
    assert "Marion" in personas
    assert "Paul" not in personas
    assert "Paul" in named
    assert "Marion" not in named
    assert "Hugo" not in named


def _begin(client: Client, person: User, **more: str) -> Any:
    form = {"person": str(person.pk), "role": "deputy", "from_on": "2026-01-01", **more}
    return client.post(f"{MARION}start/", form)


def test_somebody_begins_with_a_voice_the_toast_names_nobody_and_it_is_undone(
    company: Company, signed_in: SignIn
) -> None:
    lead, expert = signed_in("lead"), company.people["expert"]
    answer = _begin(lead, expert, last_on="2026-01-31")
    begun = Tenure.objects.get(voice=company.marion, role="deputy")
    assert (begun.holder, begun.to_on) == (str(expert.pk), date(2026, 2, 1))
    assert "expert" not in str(lead.session["toast"])

    assert "It is as it was." in undone(lead, answer)
    assert not Tenure.objects.filter(pk=begun.pk).exists()
    written = JournalEntry.objects.filter(action__startswith="programme.tenure.").order_by("pk")
    assert [line.action for line in written] == ["programme.tenure.started", "programme.tenure.withdrawn"]


def test_what_cannot_begin_says_why_beside_its_field(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    for person, more in (("expert", {"role": "principal"}), ("stranger", {}), ("expert", {"from_on": ""})):
        answer = _begin(lead, company.people[person], **more)
        assert answer.status_code == 400
        assert b'class="wrong"' in answer.content
    assert Tenure.objects.count() == 1


def test_a_time_with_a_voice_ends_after_its_last_day_and_goes_on_when_that_is_undone(
    company: Company, signed_in: SignIn
) -> None:
    lead, tenure = signed_in("lead"), Tenure.objects.get()
    answer = lead.post(f"{HOLDERS}{tenure.pk}/end/", {"last_on": "2026-01-31"})
    tenure.refresh_from_db()
    assert tenure.to_on == date(2026, 2, 1)
    undone(lead, answer)
    tenure.refresh_from_db()
    assert tenure.to_on is None


def test_an_end_is_not_undone_once_somebody_else_holds_the_voice(company: Company, signed_in: SignIn) -> None:
    lead, tenure = signed_in("lead"), Tenure.objects.get()
    answer = lead.post(f"{HOLDERS}{tenure.pk}/end/", {"last_on": "2026-01-31"})
    Tenure.objects.create(voice=company.marion, holder="9", role="principal", from_on="2026-02-01")
    assert "Somebody else is principal holder" in undone(lead, answer)
    tenure.refresh_from_db()
    assert tenure.to_on == date(2026, 2, 1)


def test_an_end_that_makes_no_sense_is_told_and_changes_nothing(company: Company, signed_in: SignIn) -> None:
    lead, tenure = signed_in("lead"), Tenure.objects.get()
    for day, told in (("soon", "This is no day"), ("2011-01-01", "must be later")):
        answer = lead.post(f"{HOLDERS}{tenure.pk}/end/", {"last_on": day}, follow=True)
        assert told in text_in(answer.content.decode())
    assert lead.post(f"{HOLDERS}999/end/").status_code == 404
    assert Tenure.objects.get().to_on is None


# The journal.


def test_every_action_of_the_journal_has_its_sentence_and_its_part() -> None:
    assert SENTENCES.keys() == ACTIONS
    assert PARTS.keys() == {action.partition(".")[0] for action in ACTIONS}


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_line_is_told_whatever_facts_it_has(company: Company, action: str, language: str) -> None:
    facts: dict[str, str | int | bool | None] = {
        "is_again": False,
        "version": 1200,
        "file": "a.csv",
        "none": None,
    }
    entry = journal.record(action, by=SYSTEM, brand=company.brand, subject="month:2026-10", **facts)
    with translation.override(language):
        told = lines(company.brand, [entry], is_named=False)[0].sentence
    assert told
    assert "%(" not in told


def test_lines_tell_names_roles_states_and_days(company: Company, signed_in: SignIn) -> None:
    lead, expert, brand = company.people["lead"], company.people["expert"], company.brand
    account = Account.objects.get(handle="u1")
    write = journal.record
    write("people.membership.granted", by=lead, brand=brand, subject=f"user:{expert.pk}", role="reviewer")
    marion = f"voice:{company.marion.pk}"
    write("programme.voice.moved", by=SYSTEM, brand=brand, subject=marion, before="trial", after="active")
    days: dict[str, str | None] = {"from_on": "2026-01-01", "to_on": None}
    write("programme.tenure.started", by=lead, brand=brand, subject=marion, role="deputy", **days)
    held = Tenure.objects.get(voice=company.marion)
    write("programme.holder.read", by=lead, brand=brand, subject=f"tenure:{held.pk}")
    write("networks.account.held", by=lead, brand=brand, subject=f"account:{account.pk}", voice="marion")
    write("ledger.month.archived", by=lead, brand=brand, subject="month:2026-10", version=2)
    write("people.language.chosen", by=lead, brand=company.elsewhere)
    told = text_of(signed_in("protection_officer"), JOURNAL)
    for sentence in (
        "lead@example.org gave expert@example.org the role “Reviewer”",
        "The installation moved Marion from “Trial” to “Active”.",
        "lead@example.org wrote down that somebody holds Marion (Deputy, since Jan. 1, 2026).",
        "lead@example.org looked up who holds Marion.",
        "lead@example.org wrote down when Marion speaks through u1 (X).",
        "lead@example.org archived the facts of October 2026 (version 2).",
    ):
        assert sentence in told
    assert "chose the language" not in told
    assert told.index("archived the facts") < told.index("gave expert")


def _acted(company: Company) -> JournalEntry:
    author = ForVoice(company.people["ambassador"], company.marion.pk)
    account = Account.objects.get(handle="u1")
    subject = f"account:{account.pk}"
    return journal.record("networks.connection.linked", by=author, brand=company.brand, subject=subject)


def test_a_voice_stands_for_whoever_acted_and_its_hour_is_not_told(
    company: Company, signed_in: SignIn
) -> None:
    JournalEntry.objects.all().delete()
    entry = _acted(company)
    hour = entry.at.astimezone(company.brand.zone).strftime("%H:%M")
    for who in ("lead", "administrator", "protection_officer"):
        page = signed_in(who).get(JOURNAL).content.decode()
        assert "The voice Marion connected the account u1 (X)." in page
        assert "ambassador@" not in page
        assert hour not in page
        assert ("Who really acted?" in page) == (who == "lead")


def test_the_lead_asks_who_really_acted_which_is_written_down(company: Company, signed_in: SignIn) -> None:
    entry = _acted(company)
    answer = signed_in("lead").post(f"{JOURNAL}{entry.pk}/who/")
    assert b"ambassador@example.org" in answer.content
    assert "no-store" in answer.headers["Cache-Control"]
    look = JournalEntry.objects.get(action="programme.actor.read")
    assert (look.actor, look.subject) == (company.people["lead"], f"entry:{entry.pk}")
    for who in ("administrator", "protection_officer", "ambassador"):
        assert signed_in(who).post(f"{JOURNAL}{entry.pk}/who/").status_code == 404
    assert signed_in("lead").post(f"{JOURNAL}{look.pk}/who/").status_code == 404
    assert JournalEntry.objects.filter(action="programme.actor.read").count() == 1


def test_what_touches_a_named_voice_never_stands_beside_a_persona(
    company: Company, signed_in: SignIn
) -> None:
    _acted(company)
    write, brand, lead = journal.record, company.brand, company.people["lead"]
    author = ForVoice(company.people["expert"], company.paul.pk)
    account = Account.objects.get(handle="u3")
    write("programme.consent.given", by=lead, brand=brand, subject=f"voice:{company.paul.pk}")
    write("networks.connection.linked", by=author, brand=brand, subject=f"account:{account.pk}")
    everything, named = (text_of(signed_in("lead"), path) for path in (JOURNAL, f"{JOURNAL}named/"))
    assert "Marion" in everything
    assert not re.search(r"Paul|u3", everything)
    assert "The voice Paul connected the account u3 (X)." in named
    assert not re.search(r"Marion|u1\b", named)


def test_an_account_taken_back_from_a_named_voice_stays_on_the_page_of_named_voices(
    company: Company, signed_in: SignIn
) -> None:
    brand, lead, holding = company.brand, company.people["lead"], Holding.objects.get(voice=company.paul)
    subject = f"account:{holding.account_id}"
    journal.record("networks.connection.linked", by=lead, brand=brand, subject=subject)
    let_go(holding, by=lead)
    assert "u3" not in text_of(signed_in("lead"), JOURNAL)
    named = text_of(signed_in("lead"), f"{JOURNAL}named/")
    assert "lead@example.org took back that Paul ever spoke through u3 (X)." in named
    assert "lead@example.org connected the account u3 (X)." in named


def test_lines_are_chosen_by_part_and_stand_fifty_a_page(company: Company, signed_in: SignIn) -> None:
    for _number in range(60):
        journal.record("people.language.chosen", by=company.people["lead"], brand=company.brand)
    journal.record("ledger.import.stopped", by=SYSTEM, brand=company.brand)
    lead = signed_in("lead")
    first, second = (lead.get(f"{JOURNAL}?part=people&page={n}").content.decode() for n in (1, 2))
    assert (first.count("chose the language"), second.count("chose the language")) == (50, 10)
    assert "asked a running import" not in first + second
    assert "The installation asked a running import to stop." in text_of(lead, f"{JOURNAL}?part=ledger")
    assert lead.get(f"{JOURNAL}?part=nothing").status_code == 404


# One's own page.


def test_people_find_their_own_roles_and_voices_and_nobody_elses(company: Company, signed_in: SignIn) -> None:
    own = text_of(signed_in("ambassador"), "/me/")
    assert "Marion Acme · Persona" in own
    assert "Acme Ambassador" in own
    assert "Marion" not in text_of(signed_in("lead"), "/me/")
    assert "You run the installation" in text_of(signed_in("administrator"), "/me/")


def test_a_named_voice_of_ones_own_never_stands_beside_a_persona(company: Company, signed_in: SignIn) -> None:
    holder = str(company.people["ambassador"].pk)
    Tenure.objects.create(voice=company.paul, holder=holder, role="principal", from_on="2012-01-01")
    assert "Paul" not in text_of(signed_in("ambassador"), "/me/")
    Tenure.objects.filter(voice=company.marion).delete()
    assert "Paul Acme · Named voice" in text_of(signed_in("ambassador"), "/me/")


def test_people_change_their_name_and_password_and_stay_here(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    assert client.post("/me/name/", {"name": "Ann"}).status_code == 302
    assert client.post("/me/name/", {"name": " "}).status_code == 400
    wrong = client.post("/me/password/", {"old": "wrong", "new": "seven-green-kettles"})
    assert (wrong.status_code, b"not your present password" in wrong.content) == (400, True)
    elsewhere = signed_in("lead")
    assert client.post("/me/password/", {"old": PASSWORD, "new": "seven-green-kettles"}).status_code == 302
    assert "Ann" in text_of(client, "/me/")
    assert elsewhere.get("/me/").status_code == 302
    assert User.objects.get(name="Ann").check_password("seven-green-kettles")


# Costs.


def test_the_pages_of_settings_cost_little_however_much_there_is(company: Company, signed_in: SignIn) -> None:
    brand, lead = company.brand, signed_in("lead")
    for number in range(60):
        user = User.objects.create_user(f"person{number}@example.org", name=f"Person of the number {number}")
        Membership.objects.create(user=user, brand=brand, role="ambassador")
        voice = Voice.objects.create(brand=brand, slug=f"v{number}", kind="persona")
        Tenure.objects.create(voice=voice, holder=str(user.pk), role="principal", from_on="2026-01-01")
        author = ForVoice(user, voice.pk)
        journal.record("networks.connection.linked", by=author, brand=brand, subject="account:1")
        journal.record("people.membership.granted", by=user, brand=brand, subject=f"user:{user.pk}", role="x")
    person = f"{MEMBERS}?person={company.people['expert'].pk}"
    paths = (MEMBERS, f"{MEMBERS}invite/", person, HOLDERS, f"{HOLDERS}named/", MARION, JOURNAL, "/me/")
    for path in (*paths, f"{JOURNAL}named/"):
        with CaptureQueriesContext(connection) as queries:
            page = lead.get(path)
        assert page.status_code == 200
        assert len(queries) <= SQL_BUDGET, (path, len(queries))
        assert len(page.content) < HTML_BUDGET, (path, len(page.content))
    with CaptureQueriesContext(connection) as queries:
        lead.post(MARION)
    assert len(queries) <= SQL_BUDGET


def test_the_pages_of_settings_speak_french(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    client.post("/language/", {"language": "fr"})
    assert "Ce que chaque rôle voit et fait" in text_of(client, MEMBERS)
    assert "Tenue depuis le 1er janvier 2012" in text_of(client, HOLDERS)
    assert "Du plus récent" not in text_of(client, JOURNAL)
    assert "Voix que vous tenez" in text_of(client, "/me/")
