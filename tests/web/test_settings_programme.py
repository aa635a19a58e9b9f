"""Settings, the programme: the brand, its spheres and its ranges, changed in their place."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from portevoix.people.models import Brand, Role
from portevoix.programme.models import Phase, ProductRange, Sphere, Voice
from tests.web.conftest import Company, SignIn
from tests.web.test_measures import HTML_BUDGET, SQL_BUDGET, text_of
from tests.web.undoing import told, undo

PATH = "/b/acme/settings/"
RANGE = {"name": "Law", "objectives": "Fill the sessions\r\nTwo webinars", "cadence": "5", "vocabulary": ""}
RANGE |= {"audience_segments": "buyers", "preferred_networks_0": "linkedin", "preferred_networks_1": "x"}


@pytest.fixture
def law(company: Company) -> ProductRange:
    """Return a range of the company."""
    return ProductRange.objects.create(
        brand=company.brand, slug="law", name="Law", objectives=["Fill it"], preferred_networks=["x"]
    )


def test_the_brand_is_changed_and_changed_back(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    sent = {"name": "Acme & Co", "time_zone": "UTC", "languages": "fr, en"}
    assert lead.post(f"{PATH}brand/", sent).headers["Location"] == PATH
    brand = Brand.objects.get(slug="acme")
    assert (brand.name, brand.time_zone, brand.languages) == ("Acme & Co", "UTC", ["fr", "en"])
    undo(lead, PATH)
    brand.refresh_from_db()
    assert (brand.name, brand.time_zone, brand.languages) == ("Acme", "Europe/Paris", [])


def test_a_zone_that_is_none_is_told_at_its_field_and_what_was_typed_stays(
    company: Company, signed_in: SignIn
) -> None:
    sent = {"name": "Acme Two", "time_zone": "Europe/Pariss", "languages": "fr"}
    answer = signed_in("lead").post(f"{PATH}brand/", sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="Acme Two"' in page
    error = re.search(r'id="brand-time_zone_error">(.*?)</div>', page, re.DOTALL)
    assert error
    assert "write one like Europe/Paris" in error[1]
    assert Brand.objects.get(slug="acme").name == "Acme"


def test_the_page_says_what_a_change_of_zone_does_to_months(company: Company, signed_in: SignIn) -> None:
    assert "closed months keep theirs" in text_of(signed_in("lead"), PATH)


def test_the_objectives_of_a_sphere_are_changed_and_changed_back(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    Sphere.objects.create(brand=company.brand, key="sales", objectives=["Old"])
    lead.post(f"{PATH}spheres/sales/", {"objectives": "First\r\n\r\n Second "})
    assert Sphere.objects.get(key="sales").objectives == ["First", "Second"]
    assert Sphere.objects.filter(brand=company.brand).count() == 4
    undo(lead, PATH)
    assert Sphere.objects.get(key="sales").objectives == ["Old"]
    assert lead.post(f"{PATH}spheres/marketing/", {"objectives": ""}).status_code == 404


def test_a_range_is_added_and_its_adding_undone(company: Company, signed_in: SignIn) -> None:
    lead = signed_in("lead")
    lead.post(f"{PATH}ranges/", RANGE)
    added = ProductRange.objects.get(brand=company.brand)
    assert (added.slug, added.cadence, added.preferred_networks) == ("law", 5, ["linkedin", "x"])
    assert added.objectives == ["Fill the sessions", "Two webinars"]
    undo(lead, PATH)
    assert not ProductRange.objects.exists()


def test_two_ranges_of_one_name_are_two(company: Company, signed_in: SignIn) -> None:
    for _time in range(2):
        signed_in("lead").post(f"{PATH}ranges/", RANGE)
    assert set(ProductRange.objects.values_list("slug", flat=True)) == {"law", "law-2"}


def test_a_range_is_changed_in_its_place_and_changed_back(
    company: Company, signed_in: SignIn, law: ProductRange
) -> None:
    lead = signed_in("lead")
    assert 'name="cadence" value=' not in lead.get(f"{PATH}?range=law").content.decode().split("new-range")[0]
    lead.post(f"{PATH}ranges/", {**RANGE, "slug": "law", "name": "Law and order"})
    law.refresh_from_db()
    assert (law.slug, law.name, law.cadence) == ("law", "Law and order", 5)
    undo(lead, PATH)
    law.refresh_from_db()
    assert (law.name, law.objectives, law.cadence, law.preferred_networks) == (
        "Law",
        ["Fill it"],
        None,
        ["x"],
    )


def test_a_wrong_range_is_shown_open_with_what_was_typed(
    company: Company, signed_in: SignIn, law: ProductRange
) -> None:
    answer = signed_in("lead").post(f"{PATH}ranges/", {**RANGE, "slug": "law", "cadence": "often"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="range-law-cadence"' in page
    assert 'value="often"' in page
    assert "this must be a whole number from 0 to 1000" in page


def test_a_range_is_taken_away_and_comes_back(company: Company, signed_in: SignIn, law: ProductRange) -> None:
    lead = signed_in("lead")
    lead.post(f"{PATH}ranges/law/remove/")
    assert not ProductRange.objects.exists()
    assert undo(lead, PATH) == "The range Law is taken away."
    assert ProductRange.objects.get().preferred_networks == ["x"]


def test_a_range_in_use_offers_no_way_to_take_it_away(
    company: Company, signed_in: SignIn, law: ProductRange
) -> None:
    Voice.objects.filter(pk=company.marion.pk).update(product_range=law)
    lead = signed_in("lead")
    assert "/ranges/law/remove/" not in lead.get(PATH).content.decode()
    lead.post(f"{PATH}ranges/law/remove/")
    sentence, action, _fields = told(lead, PATH)
    assert "It was kept" in sentence
    assert action == ""


@pytest.mark.parametrize("who", [role for role in Role if role != Role.LEAD])
def test_others_read_the_programme_and_change_nothing(
    company: Company, signed_in: SignIn, law: ProductRange, who: str
) -> None:
    client = signed_in(who)
    page = client.get(f"{PATH}?range=law").content.decode()
    assert "Law" in page
    assert "/settings/brand/" not in page
    assert "/settings/ranges/" not in page
    for address in ("brand/", "spheres/sales/", "ranges/", "ranges/law/remove/"):
        assert client.post(f"{PATH}{address}", RANGE).status_code == 404


def test_a_programme_without_ranges_is_shown_an_example(company: Company, signed_in: SignIn) -> None:
    assert "A training house might have" in text_of(signed_in("lead"), PATH)


def test_the_page_costs_little_with_thirty_ranges(
    company: Company, signed_in: SignIn, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(30):
        ProductRange.objects.create(
            brand=company.brand, slug=f"r{number}", name=f"Range {number}", objectives=["One", "Two"]
        )
    Phase.objects.create(brand=company.brand, slug="test", kind="test", from_on="2026-01-01")
    client = signed_in("lead")
    with django_assert_max_num_queries(SQL_BUDGET):
        page = client.get(f"{PATH}?range=r3")
    assert len(page.content) < HTML_BUDGET
