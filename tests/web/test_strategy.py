"""The study as its readers see it, role by role."""

import re
from datetime import date

import pytest

from portevoix.people.models import Membership
from portevoix.programme.actions.versions import make_version
from portevoix.programme.models import (
    EditorialLine,
    Phase,
    ProductRange,
    Sphere,
    StudyFigure,
    StudySection,
    StudyStep,
    Voice,
)
from portevoix.programme.study import queries
from tests.web import undoing
from tests.web.conftest import COMPUTED, Company, SignIn
from tests.web.study_pages import READ, STUDY
from tests.web.test_measures import text_of

FILES = ("export.html", "export.md")


def test_the_study_tells_its_steps_countries_and_text_with_live_figures(signed_in: SignIn) -> None:
    told = text_of(signed_in("lead"), STUDY)
    assert "Our field" in told
    assert "We listen ." in told
    assert "The whole brand · Likes received 60 July 2012 June 2012: 7" in told
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
    assert "The whole brand · Quotes received – July 2012" in text_of(lead, STUDY)
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
        assert "The whole brand · Likes received" in told, path
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
    undoing.undo(client, STUDY)
    assert (queries.sections(company.brand), queries.steps(company.brand)) == ((), ())
    assert "A study in five steps" in text_of(client, STUDY)


def test_a_second_outline_is_refused_in_words(company: Company, signed_in: SignIn) -> None:
    client = signed_in("lead")
    client.post(f"{STUDY}begin/")
    assert "This study has begun already." in text_of(client, STUDY)
    assert len(queries.sections(company.brand)) == 1


def test_the_grid_shows_grades_in_words_and_a_dash_where_nobody_read(signed_in: SignIn) -> None:
    client = signed_in("ambassador")
    told = text_of(client, f"{STUDY}rivals/")
    assert "Rival One Belgium – several times a week – – – – – –" in told
    told = text_of(client, f"{STUDY}rivals/1/")
    assert "last read June 1, 2012" in told
    assert "Cadence several times a week June 1, 2012 14 posts in May" in told


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


def test_a_study_without_objectives_leads_to_where_they_are_written(
    company: Company, signed_in: SignIn
) -> None:
    StudyFigure.objects.all().delete()
    Voice.objects.filter(brand=company.brand).update(state="closed")
    lead, manager = (
        signed_in(who).get(f"{STUDY}objectives/").content.decode() for who in ("lead", "manager")
    )

    assert "to be asked before a purchase" in lead
    assert "/b/acme/settings/#spheres" in lead
    assert "programme.yaml" not in lead
    assert "/b/acme/settings/" not in manager.split("<main")[1]
    assert "The lead writes them, in Settings." in manager
