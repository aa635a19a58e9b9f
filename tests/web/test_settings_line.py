"""Settings, the editorial line: in force, to come, before; and writing the next version."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from portevoix.core import clock
from portevoix.programme.models import EditorialLine
from tests.web.conftest import Company, SignIn
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of
from tests.web.undoing import told, undo

PATH = "/b/acme/settings/line/"
SENT = {"from": "2090-01-01", "topics": "law\r\nschools", "tone": "Plain", "languages": "fr"}
SENT |= {"forbidden_words": "", "disclosure": "", "commercial_ceiling": "20", "courtesy": "Thank"}


def a_version(company: Company, version: int, from_on: date, **fields: Any) -> EditorialLine:
    return EditorialLine.objects.create(brand=company.brand, version=version, from_on=from_on, **fields)


def test_the_next_version_is_written_for_its_day_and_its_writing_undone(
    company: Company, signed_in: SignIn
) -> None:
    a_version(company, 1, date(2026, 1, 1), topics=["law"])
    lead = signed_in("lead")
    assert lead.post(f"{PATH}write/", SENT).headers["Location"] == PATH
    written = EditorialLine.objects.get(version=2)
    assert (written.from_on, written.topics, written.commercial_ceiling) == (
        date(2090, 1, 1),
        ["law", "schools"],
        20,
    )
    assert undo(lead, PATH) == "Version 2 counts from Jan. 1, 2090."
    assert [line.version for line in EditorialLine.objects.all()] == [1]
    assert undo(lead, PATH) == "The version to come is taken away."
    assert EditorialLine.objects.get(version=2).topics == ["law", "schools"]


def test_the_version_to_come_is_changed_in_its_place_and_changed_back(
    company: Company, signed_in: SignIn
) -> None:
    a_version(company, 1, date(2026, 1, 1), topics=["law"])
    coming = a_version(company, 2, date(2090, 6, 1), topics=["work"])
    lead = signed_in("lead")
    lead.post(f"{PATH}write/", SENT)
    coming.refresh_from_db()
    assert (coming.topics, coming.from_on) == (["law", "schools"], date(2090, 1, 1))
    undo(lead, PATH)
    coming.refresh_from_db()
    assert (coming.topics, coming.from_on) == (["work"], date(2090, 6, 1))


def test_a_version_whose_day_has_come_is_never_changed(company: Company, signed_in: SignIn) -> None:
    first = a_version(company, 1, date(2026, 1, 1), topics=["law"])
    lead = signed_in("lead")
    lead.post(f"{PATH}write/", {**SENT, "from": "2020-01-01"})
    first.refresh_from_db()
    assert (first.topics, first.from_on) == (["law"], date(2026, 1, 1))
    assert EditorialLine.objects.get(version=2).from_on == company.brand.day(clock.now())
    assert told(lead, PATH)[1] == ""
    lead.post(f"{PATH}withdraw/")
    assert "nothing was taken away" in told(lead, PATH)[0]


def test_the_same_words_make_no_new_version(company: Company, signed_in: SignIn) -> None:
    a_version(company, 1, date(2026, 1, 1), topics=["law", "schools"], tone="Plain", languages=["fr"])
    EditorialLine.objects.update(commercial_ceiling=20, courtesy=["Thank"])
    lead = signed_in("lead")
    lead.post(f"{PATH}write/", SENT)
    assert told(lead, PATH)[0].startswith("Nothing differs")
    assert EditorialLine.objects.count() == 1


def test_the_next_version_begins_with_the_words_of_the_last_one_tomorrow(
    company: Company, signed_in: SignIn
) -> None:
    a_version(company, 1, date(2026, 1, 1), topics=["law", "work"])
    page = signed_in("lead").get(PATH).content.decode()
    assert "law\nwork</textarea>" in page
    assert f'value="{company.brand.day(clock.now()) + timedelta(days=1)}"' in page


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(
    company: Company, signed_in: SignIn
) -> None:
    answer = signed_in("lead").post(f"{PATH}write/", {**SENT, "languages": "french", "from": ""})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "is no language" in page.split('id="id_languages_error"')[1].split("</div>")[0]
    assert "this must be a day" in page.split('id="id_from_error"')[1].split("</div>")[0]
    assert 'value="french"' in page
    assert not EditorialLine.objects.exists()


def test_versions_tell_what_they_changed(company: Company, signed_in: SignIn) -> None:
    a_version(company, 1, date(2025, 1, 1), topics=["old"])
    a_version(company, 2, date(2026, 1, 1), topics=["new"])
    a_version(company, 3, date(2090, 1, 1), topics=["newest"])
    page = text_of(signed_in("ambassador"), PATH)
    assert "In force version 2, since Jan. 1, 2026 Topics new" in page
    assert "To come version 3, from Jan. 1, 2090 Topics Added: newest Left out: new" in page
    assert "Version 2, since Jan. 1, 2026 Topics Added: new Left out: old" in page
    assert "Version 1, Jan. 1, 2025 to Dec. 31, 2025" in page
    assert "Take this version away" not in page


def test_a_programme_without_a_line_is_shown_an_example(company: Company, signed_in: SignIn) -> None:
    assert "A first version can be this short" in text_of(signed_in("lead"), PATH)


def test_the_page_costs_little_with_forty_versions(
    company: Company, signed_in: SignIn, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(1, 41):
        a_version(company, number, date(2020, 1, number % 28 + 1), topics=[f"topic {number}"], tone="Plain")
    client = signed_in("lead")
    with django_assert_max_num_queries(SQL_BUDGET):
        page = client.get(PATH)
    assert len(page.content) < HTML_BUDGET
