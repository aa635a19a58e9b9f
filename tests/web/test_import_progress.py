"""Imports on the page of a month: how far they are, how they ended, and what moves by itself."""

from datetime import timedelta

import pytest
from django.test import Client

from portevoix.ledger.models import Import
from tests.web.conftest import Company, SignIn
from tests.web.imports import an_import, ended
from tests.web.rendered import without_tokens
from tests.web.test_measures import text_of


def test_a_running_import_shows_its_progress_and_can_be_stopped(
    company: Company, signed_in: SignIn, running: Import
) -> None:
    page = signed_in("lead").get(company.path()).content.decode()

    assert "20,000 lines read: 19,000 new, 900 already known, 100 refused" in page
    assert '<progress max="100" value="25"' in page
    assert 'hx-trigger="every 2s"' in page
    answer = signed_in("lead").post(f"/b/acme/imports/{running.pk}/stop/")
    running.job.refresh_from_db()
    assert answer.headers["Location"] == "/b/acme/measures/"
    assert running.job.is_cancel_requested
    assert "It stops after the lines" in text_of(signed_in("lead"), company.path())


def test_who_may_not_import_sees_the_progress_without_a_button(
    company: Company, signed_in: SignIn, running: Import
) -> None:
    page = signed_in("ambassador").get(company.path()).content.decode()

    assert "20,000 lines read" in page
    assert "/stop/" not in page


def test_an_import_of_another_brand_is_neither_shown_nor_stopped(company: Company, signed_in: SignIn) -> None:
    foreign = an_import(company.elsewhere, lease=timedelta(minutes=1))

    assert "days.csv.gz" not in text_of(signed_in("lead"), company.path())
    assert signed_in("lead").post(f"/b/acme/imports/{foreign.pk}/stop/").status_code == 404


def test_a_stopped_import_tells_how_to_go_on_or_accept(company: Company, signed_in: SignIn) -> None:
    left = an_import(company.brand, lease=timedelta(minutes=-1))

    told = text_of(signed_in("lead"), company.path())

    assert f"portevoix ledger imports --accept {left.pk}" in told
    assert (
        "The import stopped after 20,000 lines. 19,000 new facts are kept, and count in no figure yet."
        in told
    )


@pytest.mark.parametrize(
    ("language", "running", "stopped"),
    [
        ("en", "1 line read: 1 new", "after 1 line. 1 new fact is kept, and counts in"),
        ("fr", "1 ligne lue", "après 1 ligne. 1 fait nouveau est conservé et ne compte"),
    ],
)
def test_one_line_is_told_as_one(
    company: Company, signed_in: SignIn, language: str, running: str, stopped: str
) -> None:
    an_import(company.brand, lease=timedelta(minutes=1))
    an_import(company.brand, lease=timedelta(minutes=-1))
    Import.objects.update(read_count=1, added_count=1, known_count=0, rejected_count=0)

    told = text_of(signed_in("lead"), company.path(), HTTP_ACCEPT_LANGUAGE=language)

    assert running in told
    assert stopped in told


def test_an_import_that_has_ended_says_what_came_in_and_where_the_refused_lines_are(
    company: Company, signed_in: SignIn, running: Import
) -> None:
    ended(running, timedelta(minutes=5))

    told = text_of(signed_in("lead"), company.path())
    to_others = text_of(signed_in("ambassador"), company.path())

    assert "days.csv.gz is in 20,000 lines read: 19,000 new, 900 already known, 100 refused" in told
    assert f"imports/{running.pk}-rejects.csv" in told
    assert "100 refused" in to_others
    assert "rejects.csv" not in to_others


def test_how_an_import_ended_is_told_for_an_hour(
    company: Company, signed_in: SignIn, running: Import
) -> None:
    ended(running, timedelta(minutes=61))

    assert "days.csv.gz" not in text_of(signed_in("lead"), company.path())


def test_how_an_import_of_another_brand_ended_is_not_told(company: Company, signed_in: SignIn) -> None:
    ended(an_import(company.elsewhere, lease=timedelta(minutes=1)), timedelta(0))

    assert "days.csv.gz" not in text_of(signed_in("lead"), company.path())


def test_an_import_without_refused_lines_names_no_list(
    company: Company, signed_in: SignIn, running: Import
) -> None:
    Import.objects.update(rejected_count=0, is_accepted_early=True)
    ended(running, timedelta(0))

    told = text_of(signed_in("lead"), company.path())

    assert "rejects.csv" not in told
    assert "It was accepted as it was" in told


def test_the_fragment_is_the_part_of_the_page_that_moves(
    company: Company, signed_in: SignIn, running: Import
) -> None:
    lead = signed_in("lead")
    page = lead.get(company.path())
    fragment = lead.get(company.path("news/"), HTTP_HX_REQUEST="true")

    assert "<html" not in fragment.content.decode()
    assert without_tokens(fragment.content.decode()) in without_tokens(page.content.decode())
    assert "HX-Refresh" not in fragment.headers


def test_once_nothing_moves_the_page_is_read_again(company: Company, signed_in: SignIn) -> None:
    fragment = signed_in("lead").get(company.path("news/"), HTTP_HX_REQUEST="true")

    assert fragment.headers["HX-Refresh"] == "true"
    assert "hx-get" not in fragment.content.decode()


def test_a_session_that_ends_while_the_page_looks_has_the_page_read_again(
    company: Company, client: Client
) -> None:
    fragment = client.get(company.path("news/"), headers={"HX-Request": "true"})

    assert (fragment.status_code, fragment.content) == (204, b"")
    assert fragment.headers["HX-Refresh"] == "true"
