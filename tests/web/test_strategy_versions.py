"""Versions of the study, the files it leaves as, and the markup of its texts."""

import re
from typing import Any

import pytest

from portevoix.programme.actions import study as actions
from portevoix.programme.actions.versions import make_version
from portevoix.programme.kinds import Criterion
from portevoix.programme.models import (
    StudiedRival,
    StudyRevision,
    StudySection,
    Voice,
)
from portevoix.programme.study.content import Coding
from portevoix.web.strategy.page import beginning
from portevoix.web.strategy.prose import prose
from tests.web.conftest import COMPUTED, Company, SignIn
from tests.web.study_pages import READ, STUDY
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of


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
