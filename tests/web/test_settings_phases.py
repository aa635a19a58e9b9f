"""Settings, the phases: drawn on a line of time, and changed in their place."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from portevoix.core import clock
from portevoix.programme.models import Phase, ProductRange
from tests.web.conftest import Company, SignIn
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of
from tests.web.undoing import told, undo

PATH = "/b/acme/settings/phases/"
SENT = {"kind": "expertise", "range": "", "from": "2090-01-01", "to": "", "commercial_ceiling": "20"}
SENT |= {"targets_0": "likes_received", "targets_1": "120,5", "targets_2": "", "targets_3": ""}
SENT |= {"exit_criteria": "Ten articles"}


def a_phase(company: Company, slug: str = "test", **fields: Any) -> Phase:
    told_of = {"kind": "test", "from_on": date(2026, 1, 1), **fields}
    return Phase.objects.create(brand=company.brand, slug=slug, **told_of)


def test_a_phase_to_come_is_added_and_its_adding_undone(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    assert lead.post(f"{PATH}change/", SENT).headers["Location"] == PATH
    added = Phase.objects.get()
    assert (added.slug, added.from_on, added.to_on) == ("expertise", date(2090, 1, 1), None)
    assert (added.commercial_ceiling, added.targets) == (20, {"likes_received": 120.5})
    undo(lead, PATH)
    assert not Phase.objects.exists()


def test_a_second_phase_of_the_same_kind_is_another(company: Company, signed_in: SignIn) -> None:
    for day in ("2090-01-01", "2091-01-01"):
        signed_in("lead").post(f"{PATH}change/", {**SENT, "from": day})
    assert set(Phase.objects.values_list("slug", flat=True)) == {"expertise", "expertise-2"}


def test_a_phase_that_has_begun_is_added_without_a_way_back(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    lead.post(f"{PATH}change/", {**SENT, "from": "2020-01-01"})
    assert told(lead, PATH)[1] == ""


def test_a_phase_is_changed_in_its_place_and_changed_back(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    law = ProductRange.objects.create(brand=company.brand, slug="law", name="Law")
    phase = a_phase(company, product_range=law, targets={"likes_received": 5.0}, exit_criteria=["Old"])
    page = lead.get(f"{PATH}?phase=test").content.decode()
    assert 'value="2026-01-01"' in page
    lead.post(f"{PATH}change/", {**SENT, "slug": "test", "from": "2026-02-01", "to": "2026-05-01"})
    phase.refresh_from_db()
    assert (phase.kind, phase.product_range, phase.to_on) == ("expertise", None, date(2026, 5, 1))
    undo(lead, PATH)
    phase.refresh_from_db()
    assert (phase.kind, phase.product_range, phase.from_on, phase.to_on) == (
        "test",
        law,
        date(2026, 1, 1),
        None,
    )
    assert (phase.targets, phase.exit_criteria) == ({"likes_received": 5.0}, ["Old"])


def test_days_the_wrong_way_round_and_figures_that_are_none_are_told_at_their_field(
    company: Company, signed_in: SignIn
) -> None:
    wrong = {**SENT, "from": "2090-02-01", "to": "2090-01-01", "targets_1": "many"}
    answer = signed_in("lead").post(f"{PATH}change/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "must be later than" in page.split('id="phase--to_error"')[1].split("</div>")[0]
    assert "this must be a number" in page.split('id="phase--targets_error"')[1].split("</div>")[0]
    assert 'value="many"' in page


def test_only_a_phase_to_come_is_taken_away_and_it_comes_back(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    a_phase(company)
    a_phase(company, "later", from_on=date(2090, 1, 1))
    page = lead.get(PATH).content.decode()
    assert "phases/later/remove/" in page
    assert "phases/test/remove/" not in page
    lead.post(f"{PATH}later/remove/")
    assert undo(lead, PATH) == "The phase is taken away."
    assert Phase.objects.filter(slug="later").exists()
    lead.post(f"{PATH}test/remove/")
    assert "has begun" in told(lead, PATH)[0]


def test_each_phase_says_where_it_stands_and_what_is_asked_of_it(company: Company, signed_in: SignIn) -> None:
    today = company.brand.day(clock.now())
    a_phase(company, to_on=date(2026, 2, 1), exit_criteria=["Three voices kept"])
    a_phase(company, "now", kind="expertise", from_on=today, commercial_ceiling=20)
    a_phase(company, "later", kind="relations", from_on=today + timedelta(days=3), targets={"gone": 4.0})
    page = text_of(signed_in("manager"), PATH)
    assert "Test Over Jan. 1, 2026 to Jan. 31, 2026" in page
    assert "It ends when Three voices kept" in page
    assert "Expertise Running" in page
    assert "Commercial posts: 20% at most" in page
    assert "Relations Begins in 3 days" in page
    assert "gone: 4" in page
    assert "Add a phase" not in page


def test_a_programme_without_phases_is_shown_an_example(company: Company, signed_in: SignIn) -> None:
    assert "Begin with a test" in text_of(signed_in("lead"), PATH)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_costs_little_with_thirty_phases(
    company: Company,
    signed_in: SignIn,
    django_assert_max_num_queries: Callable[[int], Any],
    language: str,
) -> None:
    for number in range(30):
        law = ProductRange.objects.create(brand=company.brand, slug=f"r{number}", name=f"Range {number}")
        a_phase(company, f"p{number}", product_range=law, exit_criteria=["One", "Two"])
    client = signed_in("lead")
    with django_assert_max_num_queries(SQL_BUDGET):
        page = client.get(f"{PATH}?phase=p3", headers={"accept-language": language})
    assert len(page.content) < HTML_BUDGET
