"""Writing the study: every gesture can be undone, and nobody writes over what another wrote."""

import re
from datetime import date

import pytest

from portevoix.core import clock
from portevoix.programme.actions import study as actions
from portevoix.programme.models import (
    StudiedRival,
    StudyFigure,
    StudySection,
    StudyStep,
)
from portevoix.programme.study import queries
from portevoix.programme.study.content import Coding
from tests.web import undoing
from tests.web.conftest import Company, SignIn
from tests.web.study_pages import STUDY
from tests.web.test_measures import text_of


def test_writing_a_section_can_be_undone_to_its_last_line(signed_in: SignIn) -> None:
    client = signed_in("lead")
    StudySection.objects.update(text='One.\r\n\r\n- "two" & <three>')
    client.post(f"{STUDY}sections/1/edit/", {"title": "Our trade", "text": "Other."})
    assert StudySection.objects.get().title == "Our trade"
    assert "“Our trade” is saved." in text_of(client, STUDY)
    client.post(f"{STUDY}sections/1/edit/", {"title": "Our trade", "text": "Other again."})
    undoing.undo(client, STUDY)
    assert StudySection.objects.get().text == "Other."


def shown_mark(page: str) -> str:
    """Return the mark of what a form shows."""
    found = re.search(r'name="read" value="(\w+)"', page)
    assert found
    return found[1]


def test_two_who_write_one_section_do_not_lose_each_others_text(signed_in: SignIn) -> None:
    path, lead = f"{STUDY}sections/1/edit/", signed_in("lead")
    read = shown_mark(lead.get(path).content.decode())
    StudySection.objects.update(text="What the guest wrote.")
    sent = {"title": "Our field", "text": "What the lead wrote.", "read": read}
    answer = lead.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Somebody changed this after you had opened it." in page
    assert "What the lead wrote.</textarea>" in page
    assert "What is written now" in page
    assert "What the guest wrote." in page
    assert StudySection.objects.get().text == "What the guest wrote."
    assert lead.post(path, {**sent, "read": shown_mark(page)}).status_code == 302
    assert StudySection.objects.get().text == "What the lead wrote."


def test_another_mistake_does_not_hide_that_somebody_else_wrote_meanwhile(signed_in: SignIn) -> None:
    path, lead = f"{STUDY}sections/1/edit/", signed_in("lead")
    read = shown_mark(lead.get(path).content.decode())
    StudySection.objects.update(text="What the guest wrote.")
    page = lead.post(path, {"title": "", "text": "Mine.", "read": read}).content.decode()
    assert "What the guest wrote." in page


def test_undo_does_not_write_over_what_somebody_else_wrote_since(signed_in: SignIn) -> None:
    lead = signed_in("lead")
    lead.post(f"{STUDY}sections/1/edit/", {"title": "Our trade", "text": "Other."})
    _sentence, action, fields = undoing.told(lead, STUDY)
    StudySection.objects.update(text="What the guest wrote.")
    assert lead.post(action, fields).status_code == 400
    assert StudySection.objects.get().text == "What the guest wrote."


def test_two_who_read_one_rival_do_not_lose_each_others_reading(company: Company, signed_in: SignIn) -> None:
    path, lead = f"{STUDY}rivals/1/edit/", signed_in("lead")
    read = shown_mark(lead.get(path).content.decode())
    rival = StudiedRival.objects.get()
    about = {"name": "Rival One", "country": "Belgium", "site": ""}
    theirs = [Coding("tone", 2, "Seen by the guest", "2012-06-02")]
    actions.write_rival(company.brand, rival, **about, codings=theirs, by=company.people["lead"])
    sent = {"name": "Rival One", "tone_grade": "4", "tone_evidence": "Seen by the lead", "read": read}
    answer = lead.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Seen by the lead</textarea>" in page
    assert "Seen by the guest" in page
    assert queries.rivals(company.brand)[0].codings == tuple(theirs)
    lead.post(path, {**sent, "read": shown_mark(page)})
    assert queries.rivals(company.brand)[0].codings[0].evidence == "Seen by the lead"
    undoing.undo(lead, STUDY)
    assert queries.rivals(company.brand)[0].codings == tuple(theirs)


def test_a_new_section_is_undone_by_removing_it_and_a_removed_one_comes_back(
    company: Company, signed_in: SignIn
) -> None:
    client = signed_in("lead")
    client.post(f"{STUDY}sections/new/", {"title": "New", "text": ""})
    undoing.undo(client, STUDY)
    assert [section.title for section in queries.sections(company.brand)] == ["Our field"]
    client.post(f"{STUDY}sections/1/keep/", {"kept": ""})
    assert queries.sections(company.brand) == ()
    undoing.undo(client, STUDY)
    assert client.get(f"{STUDY}sections/1/").status_code == 200
    client.post(f"{STUDY}sections/1/keep/", {"kept": ""})
    assert client.get(f"{STUDY}sections/1/").status_code == 404


def test_moving_a_section_can_be_undone(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    StudySection.objects.create(brand=company.brand, position=2, title="Second")
    client.post(f"{STUDY}sections/1/move/", {"to": "down"})
    assert [section.title for section in queries.sections(company.brand)] == ["Second", "Our field"]
    undoing.undo(client, STUDY)
    assert [section.title for section in queries.sections(company.brand)] == ["Our field", "Second"]


def test_setting_and_taking_a_figure_away_undo_each_other(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    told = {"metric": "mentions_received", "line": "hugo", "month": "2012-07"}
    client.post(f"{STUDY}sections/1/figures/", told)
    figure = StudyFigure.objects.get(voice=company.hugo)
    undoing.undo(client, STUDY)
    assert not StudyFigure.objects.filter(voice=company.hugo).exists()
    undoing.undo(client, STUDY)
    again = StudyFigure.objects.get(voice=company.hugo)
    assert (again.metric, again.month) == (figure.metric, figure.month)
    assert client.post(f"{STUDY}sections/1/figures/", {"hide": "999"}).status_code == 404


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"metric": "nothing", "line": "*"}, "nothing is not one of the available choices"),
        ({"metric": "likes_received", "line": "paul"}, "paul is not one of the available choices"),
        ({"metric": "likes_received", "line": "*", "month": "July"}, "This is not a month"),
    ],
)
def test_a_figure_that_there_is_not_is_refused_in_words(
    signed_in: SignIn, told: dict[str, str], sentence: str
) -> None:
    answer = signed_in("lead").post(f"{STUDY}sections/1/figures/", told)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert StudyFigure.objects.count() == 2


def test_a_step_moves_and_comes_back(signed_in: SignIn) -> None:
    client = signed_in("lead")
    client.post(f"{STUDY}steps/1/state/", {"state": "under_way"})
    assert "“Look abroad”: Under way." in text_of(client, STUDY)
    client.post(f"{STUDY}steps/1/state/", {"state": "done"})
    undoing.undo(client, STUDY)
    assert StudyStep.objects.get().state == "under_way"
    assert client.post(f"{STUDY}steps/1/state/", {"state": "lost"}).status_code == 404


def test_what_is_wrong_with_a_step_is_told_and_nothing_typed_is_lost(signed_in: SignIn) -> None:
    told = {"title": "Visit", "country": "Québec", "from_on": "2012-05-02", "until_on": "2012-05-01"}
    answer = signed_in("lead").post(f"{STUDY}steps/1/edit/", told)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "The last day must not lie before the first." in page
    assert 'value="Québec"' in page
    assert 'value="2012-05-02"' in page
    assert StudyStep.objects.get().title == "Look abroad"


def test_editing_a_step_can_be_undone_days_and_all(signed_in: SignIn) -> None:
    client = signed_in("lead")
    client.post(f"{STUDY}steps/1/edit/", {"title": "Visit", "until_on": "2012-06-01"})
    undoing.undo(client, STUDY)
    step = StudyStep.objects.get()
    assert (step.title, step.country, step.from_on, step.until_on) == (
        *("Look abroad", "Canada", date(2012, 5, 1)),
        None,
    )


def test_a_rival_is_read_again_and_the_reading_before_can_be_brought_back(
    company: Company, signed_in: SignIn
) -> None:
    client = signed_in("lead")
    told = {"name": "Rival One", "country": "Belgium", "tone_grade": "4", "tone_evidence": "Signed"}
    client.post(f"{STUDY}rivals/1/edit/", told)
    today = company.brand.day(clock.now()).isoformat()
    assert queries.rivals(company.brand)[0].codings == (Coding("tone", 4, "Signed", today),)
    undoing.undo(client, STUDY)
    assert queries.rivals(company.brand)[0].codings == (
        Coding("cadence", 3, "14 posts in May", "2012-06-01"),
    )
