"""Who holds which voice: asked one by one, written down, begun, ended and undone."""

from datetime import date

from portevoix.people.models import JournalEntry, User
from portevoix.programme.models import Tenure
from tests.web.conftest import Company, SignIn
from tests.web.rendered import without_tokens
from tests.web.settings_pages import HOLDERS, MARION, begin, text_in, undone
from tests.web.test_measures import text_of


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


def test_somebody_begins_with_a_voice_the_toast_names_nobody_and_it_is_undone(
    company: Company, signed_in: SignIn
) -> None:
    lead, expert = signed_in("lead"), company.people["expert"]
    answer = begin(lead, expert, last_on="2026-01-31")
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
        answer = begin(lead, company.people[person], **more)
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
