"""The study's pages and files: what they say to whom, what can be undone, at what cost."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portevoix.core import clock
from portevoix.people.models import Membership
from portevoix.programme.actions import study as actions
from portevoix.programme.actions.versions import make_version
from portevoix.programme.kinds import Criterion
from portevoix.programme.models import (
    EditorialLine,
    Phase,
    ProductRange,
    Sphere,
    StudiedRival,
    StudyFigure,
    StudyRevision,
    StudySection,
    StudyStep,
    Voice,
)
from portevoix.programme.study import queries
from portevoix.programme.study.content import Coding
from portevoix.web.strategy.page import beginning
from portevoix.web.strategy.prose import prose
from tests.web import undoing
from tests.web.conftest import COMPUTED, Company, SignIn
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of

STUDY = "/b/acme/strategy/"
READ = ("", "sections/1/", "objectives/", "rivals/", "rivals/1/", "versions/", "versions/1/")
FILES = ("export.html", "export.md")


def undone(client: Client) -> None:
    """Press Undo in what the next page says."""
    page = client.get(STUDY).content.decode().split('class="toasts"')[1]
    form = re.search(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    assert form, page
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    assert client.post(form[1], fields).status_code == 302


def test_the_study_tells_its_steps_countries_and_text_with_live_figures(signed_in: SignIn) -> None:
    told = text_of(signed_in("lead"), STUDY)
    assert "Our field" in told
    assert "We listen ." in told
    assert "Acme · Likes received 60 July 2012 June 2012: 7" in told
    assert "Marion · Likes received 60 July 2012" in told
    assert "Look abroad Canada · from May 1, 2012 Planned" in told
    assert "Canada one step" in told


def test_a_figure_opens_its_facts_and_one_for_which_nobody_looked_is_a_dash(
    company: Company, signed_in: SignIn
) -> None:
    section = StudySection.objects.get()
    StudyFigure.objects.create(section=section, metric="quotes_received")
    lead = signed_in("lead")
    page = lead.get(STUDY).content.decode()
    for line in ("marion", "*"):
        assert f'href="{company.path(f"{line}/likes_received/")}"' in page
        assert lead.get(company.path(f"{line}/likes_received/")).status_code == 200
    assert "Acme · Quotes received – July 2012" in text_of(lead, STUDY)
    assert "quotes_received/" not in page


def test_a_brand_of_which_nothing_is_known_says_that_nobody_looked(
    company: Company, signed_in: SignIn
) -> None:
    section = StudySection.objects.create(brand=company.elsewhere, position=1, title="Empty")
    StudyFigure.objects.create(section=section, metric="likes_received")
    assert "Likes received – Nobody has looked yet." in text_of(signed_in("stranger"), "/b/other/strategy/")


@pytest.mark.parametrize("who", ["manager", "expert", "reviewer", "protection_officer"])
def test_who_may_not_see_single_voices_is_told_that_there_is_one_more_figure(
    company: Company, signed_in: SignIn, who: str
) -> None:
    client = signed_in(who)
    for path in ("", "sections/1/", "versions/1/"):
        told = text_of(client, STUDY + path)
        assert "Acme · Likes received" in told, path
        assert "Marion · Likes received" not in told, path
        assert "One figure of a single voice is not shown to your role." in told, path
    for path in FILES:
        assert "Marion · Likes received" not in text_of(client, STUDY + path), path
    assert "likes_received/" not in client.get(STUDY).content.decode()


@pytest.mark.parametrize("who", ["ambassador", "manager", "executive", "reviewer"])
def test_who_only_reads_is_offered_no_change(signed_in: SignIn, who: str) -> None:
    for path in READ:
        page = signed_in(who).get(STUDY + path).content.decode().split("<main")[1].split("</main")[0]
        assert "<form" not in page, path
        assert not re.search(r'href="[^"]+/(edit|new|figures)/"', page), path


def test_a_consultant_writes_until_the_access_ends(company: Company, signed_in: SignIn) -> None:
    guest = signed_in("consultant")
    told = {"title": "Seen abroad", "text": "They answer."}
    assert guest.post(f"{STUDY}sections/new/", told).status_code == 302
    Membership.objects.filter(user=company.people["consultant"]).update(expires_on="2020-01-01")
    assert guest.post(f"{STUDY}sections/new/", told).status_code == 404
    assert {guest.get(STUDY + path).status_code for path in (*READ, *FILES)} == {404}


def test_nobody_who_holds_a_voice_and_no_named_voice_is_in_any_page_or_file(
    company: Company, signed_in: SignIn
) -> None:
    make_version(company.brand, reason="again", values={}, by=company.people["lead"], now=COMPUTED)
    Voice.objects.filter(pk=company.paul.pk).update(name="Paul Durand")
    for path in (*READ, *FILES, "versions/2/", "sections/1/figures/"):
        page = signed_in("executive" if "figures" not in path else "lead").get(STUDY + path).content.decode()
        page = page.split("<main")[-1]
        assert "Paul" not in page, path
        assert "ambassador@" not in page, path
        if path in FILES:
            assert "@example.org" not in page, path


def test_an_empty_study_proposes_an_outline_and_one_button_that_can_be_undone(
    company: Company, signed_in: SignIn
) -> None:
    client = signed_in("lead")
    StudySection.objects.all().delete()
    StudyStep.objects.all().delete()
    assert "Listen: what is said of us and of our field" in text_of(client, STUDY)
    client.post(f"{STUDY}begin/")
    assert len(queries.sections(company.brand)) == len(queries.steps(company.brand)) == 5
    undone(client)
    assert (queries.sections(company.brand), queries.steps(company.brand)) == ((), ())
    assert "A study in five steps" in text_of(client, STUDY)


def test_a_second_outline_is_refused_in_words(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    client.post(f"{STUDY}begin/")
    assert "This study has begun already." in text_of(client, STUDY)
    assert len(queries.sections(company.brand)) == 1


def test_writing_a_section_can_be_undone_to_its_last_line(signed_in: SignIn) -> None:
    client = signed_in("lead")
    StudySection.objects.update(text='One.\r\n\r\n- "two" & <three>')
    client.post(f"{STUDY}sections/1/edit/", {"title": "Our trade", "text": "Other."})
    assert StudySection.objects.get().title == "Our trade"
    assert "“Our trade” is saved." in text_of(client, STUDY)
    client.post(f"{STUDY}sections/1/edit/", {"title": "Our trade", "text": "Other again."})
    undone(client)
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
    undone(lead)
    assert queries.rivals(company.brand)[0].codings == tuple(theirs)


def test_a_new_section_is_undone_by_removing_it_and_a_removed_one_comes_back(
    company: Company, signed_in: SignIn
) -> None:
    client = signed_in("lead")
    client.post(f"{STUDY}sections/new/", {"title": "New", "text": ""})
    undone(client)
    assert [section.title for section in queries.sections(company.brand)] == ["Our field"]
    client.post(f"{STUDY}sections/1/keep/", {"kept": ""})
    assert queries.sections(company.brand) == ()
    undone(client)
    assert client.get(f"{STUDY}sections/1/").status_code == 200
    client.post(f"{STUDY}sections/1/keep/", {"kept": ""})
    assert client.get(f"{STUDY}sections/1/").status_code == 404


def test_moving_a_section_can_be_undone(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    StudySection.objects.create(brand=company.brand, position=2, title="Second")
    client.post(f"{STUDY}sections/1/move/", {"to": "down"})
    assert [section.title for section in queries.sections(company.brand)] == ["Second", "Our field"]
    undone(client)
    assert [section.title for section in queries.sections(company.brand)] == ["Our field", "Second"]


def test_setting_and_taking_a_figure_away_undo_each_other(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    told = {"metric": "mentions_received", "line": "hugo", "month": "2012-07"}
    client.post(f"{STUDY}sections/1/figures/", told)
    figure = StudyFigure.objects.get(voice=company.hugo)
    undone(client)
    assert not StudyFigure.objects.filter(voice=company.hugo).exists()
    undone(client)
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
    undone(client)
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
    undone(client)
    step = StudyStep.objects.get()
    assert (step.title, step.country, step.from_on, step.until_on) == (
        *("Look abroad", "Canada", date(2012, 5, 1)),
        None,
    )


def test_the_grid_shows_grades_in_words_and_a_dash_where_nobody_read(signed_in: SignIn) -> None:
    client = signed_in("ambassador")
    told = text_of(client, f"{STUDY}rivals/")
    assert "Rival One Belgium – several times a week – – – – – –" in told
    told = text_of(client, f"{STUDY}rivals/1/")
    assert "last read June 1, 2012" in told
    assert "Cadence several times a week June 1, 2012 14 posts in May" in told


def test_a_rival_is_read_again_and_the_reading_before_can_be_brought_back(
    company: Company, signed_in: SignIn
) -> None:
    client = signed_in("lead")
    told = {"name": "Rival One", "country": "Belgium", "tone_grade": "4", "tone_evidence": "Signed"}
    client.post(f"{STUDY}rivals/1/edit/", told)
    today = company.brand.day(clock.now()).isoformat()
    assert queries.rivals(company.brand)[0].codings == (Coding("tone", 4, "Signed", today),)
    undone(client)
    assert queries.rivals(company.brand)[0].codings == (
        Coding("cadence", 3, "14 posts in May", "2012-06-01"),
    )


def test_objectives_stand_at_both_edges_and_voices_where_they_meet(
    company: Company, signed_in: SignIn
) -> None:
    sphere = Sphere.objects.create(brand=company.brand, key="business", objectives=["Be asked"])
    offered = ProductRange.objects.create(
        brand=company.brand, slug="hr", name="Training", objectives=["Quoted"]
    )
    Voice.objects.filter(pk=company.marion.pk).update(sphere=sphere, product_range=offered)
    Voice.objects.filter(pk=company.paul.pk).update(sphere=sphere, product_range=offered)
    start = {"from_on": date(2012, 1, 1)}
    Phase.objects.create(
        brand=company.brand, slug="test", kind="test", targets={"likes_received": 1200}, **start
    )
    EditorialLine.objects.create(brand=company.brand, version=2, topics=["law"], tone="Plain.", **start)
    told = text_of(signed_in("manager"), f"{STUDY}objectives/")
    assert "Range Business Be asked In no sphere yet" in told
    assert "Training Quoted Marion In no range Hugo" in told
    assert "Test from Jan. 1, 2012 1,200 Likes received" in told
    assert "version 2 · since Jan. 1, 2012 law Plain." in told
    assert "Paul" not in told


def test_a_version_is_frozen_with_its_figures_and_says_what_changed_since(signed_in: SignIn) -> None:
    client = signed_in("lead")
    client.post(f"{STUDY}sections/1/edit/", {"title": "Our field", "text": "We *answer*."})
    client.post(f"{STUDY}steps/1/state/", {"state": "under_way"})
    figure = {"metric": "mentions_received", "line": "hugo", "month": "2012-07"}
    client.post(f"{STUDY}sections/1/figures/", figure)
    client.post(f"{STUDY}versions/new/", {"reason": "the committee decides"})
    assert "Version 2 is frozen." in text_of(client, f"{STUDY}versions/")
    told = text_of(client, f"{STUDY}versions/2/")
    assert "The committee decides" in told
    assert "What changed since version 1" in told
    assert "Step Look abroad has changed State Planned Under way" in told
    assert "Section Our field has changed Text We *listen*. We *answer*." in told
    assert "Figures beside it Hugo · Mentions received · July 2012" in told
    assert "Marion · Likes received 60 July 2012" in told
    assert "Hugo" not in text_of(signed_in("manager"), f"{STUDY}versions/2/").split("Objectives")[0]
    assert "/edit/" not in client.get(f"{STUDY}versions/2/").content.decode()
    StudySection.objects.update(text="Later.")
    Voice.objects.update(first_name="Renamed")
    assert text_of(client, f"{STUDY}versions/2/") == told


def test_a_version_without_a_reason_is_not_made(signed_in: SignIn) -> None:
    assert signed_in("lead").post(f"{STUDY}versions/new/", {"reason": " "}).status_code == 400
    assert StudyRevision.objects.count() == 1
    assert signed_in("lead").get(f"{STUDY}versions/9/").status_code == 404


def test_the_file_is_one_file_without_script_or_address_of_ours(signed_in: SignIn) -> None:
    answer = signed_in("lead").get(f"{STUDY}export.html")
    page = answer.content.decode()
    assert re.fullmatch(
        r'attachment; filename="acme-strategy-\d{4}-\d\d-\d\d.html"', answer.headers["Content-Disposition"]
    )
    assert not re.search(r"<script|<link|<form|src=|href=|url\(", page)
    assert "Written" in page
    for words in (
        "Our field",
        "60",
        "Look abroad",
        "Rival One",
        "several times a week",
        "July 2012",
        "14 posts in May",
    ):
        assert words in page, words


def test_the_files_speak_the_language_of_the_reader(company: Company, signed_in: SignIn) -> None:
    company.people["lead"].language = "fr"
    company.people["lead"].save()
    client = signed_in("lead")
    assert '<html lang="fr">' in client.get(f"{STUDY}export.html").content.decode()
    assert "# Acme · Stratégie" in client.get(f"{STUDY}export.md").content.decode()


def test_the_text_file_keeps_texts_as_typed_and_nothing_else_is_taken_for_markup(
    company: Company, signed_in: SignIn
) -> None:
    StudySection.objects.update(
        title="A | *b*", text="# Not a title\r\n\r\n- one\r\n- [two](https://x.example)"
    )
    StudiedRival.objects.update(name="R|val")
    told = signed_in("lead").get(f"{STUDY}export.md").content.decode()
    assert "## A \\| \\*b\\*\n\n\\# Not a title\n\n- one\n- [two](https://x.example)\n" in told
    assert "> - Marion · Likes received: **60** (July 2012 · June 2012: 7)" in told
    assert "| R\\|val (Belgium) | – | several times a week |" in told


def test_what_people_type_is_text_but_for_lists_links_and_emphasis() -> None:
    html = prose("<b>x</b> [bad](javascript:alert(1)) *so*\n\n- one\n- <https://x.example>\n\n# no title")
    assert "<b>" not in html
    assert 'href="javascript' not in html
    assert "<em>so</em>" in html
    assert '<li><a rel="noreferrer noopener external" href="https://x.example">' in html
    assert "<p># no title</p>" in html


@pytest.mark.parametrize(
    ("text", "size", "kept"),
    [
        ("One.\n\nTwo.", 100, "One.\n\nTwo."),
        ("One.\n\nTwo.\n\nThree.", 12, "One.\n\nTwo."),
        ("one two three", 8, "one two …"),
        ("été été", 6, "été …"),
    ],
)
def test_a_text_is_cut_between_paragraphs_or_else_between_words(text: str, size: int, kept: str) -> None:
    assert beginning(text, size) == kept


def _fill(company: Company) -> None:
    """Make the study as large as it may be, in words of more than one byte."""
    brand, lead = company.brand, company.people["lead"]
    words = "Été à l’étranger : écouter, répondre, remercier. " * 8
    for number in range(actions.MOST["study_section"] - 1):
        section = actions.write_section(
            brand, None, title=f"Section {number}", text=f"{words}\n\n" * 20, by=lead
        )
        for month in ("", "2012-06", "2012-07", "2012-05"):
            actions.show_figure(section, metric="likes_received", voice=company.hugo, month=month, by=lead)
    for number in range(actions.MOST["study_step"] - 1):
        actions.write_step(brand, None, title=f"Step {number}", country=f"Pays {number}", by=lead)
    codings = [Coding(str(each), 3, words, "2012-06-01") for each in Criterion]
    for number in range(actions.MOST["studied_rival"] - 1):
        about = {"name": f"Rival {number}", "country": "Québec", "site": ""}
        actions.write_rival(brand, None, **about, codings=codings, by=lead)
    make_version(brand, reason="large", values={}, by=lead, now=COMPUTED)


def test_the_largest_study_costs_little(
    company: Company, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    _fill(company)
    for path in (*READ, "sections/1/edit/", "rivals/1/edit/", "sections/1/figures/"):
        client = signed_in("lead")
        with django_assert_max_num_queries(SQL_BUDGET):
            page = client.get(STUDY + path)
        assert page.status_code == 200
        assert len(page.content) < HTML_BUDGET, (path, len(page.content))
    assert "Read “Section 3” to its end" in text_of(signed_in("lead"), STUDY)
    assert "Read “" not in text_of(signed_in("lead"), f"{STUDY}sections/1/")
