"""Changing a programme from a form: as a file would, with each problem at its field."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from portevoix.core.errors import NotAllowed, UserError
from portevoix.people.models import JournalEntry, User
from portevoix.programme.actions import Document, change, remove_phase, remove_range, withdraw_line
from portevoix.programme.file.problems import BadProgrammeFile
from portevoix.programme.file.typed import Number, field_at
from portevoix.programme.models import EditorialLine, Phase, ProductRange, Voice
from tests.programme.conftest import NOW, TODAY, Cast

NETWORKS = ("x", "linkedin")


def write(cast: Cast, document: Document, fields: Sequence[str] = (), by: User | None = None) -> Any:
    return change(cast.brand, document, fields, networks=NETWORKS, by=by or cast.lead, now=NOW)


def problems(cast: Cast, document: Document, fields: Sequence[str]) -> dict[str | None, str]:
    """Return what is wrong with `document`, by field."""
    with pytest.raises(BadProgrammeFile) as caught:
        write(cast, document, fields)
    return {field_at(problem.line, fields): problem.at_field for problem in caught.value.problems}


def test_a_form_writes_what_a_file_would(cast: Cast) -> None:
    typed = {"slug": "law", "name": "Law", "cadence": Number("5"), "preferred_networks": ["linkedin", "x"]}
    write(cast, {"ranges": [typed]}, ("name", "cadence"))
    stored = ProductRange.objects.get(brand=cast.brand)
    assert (stored.name, stored.cadence, stored.preferred_networks) == ("Law", 5, ["linkedin", "x"])


def test_what_is_left_empty_is_emptied_and_what_no_form_holds_is_kept(cast: Cast) -> None:
    ProductRange.objects.create(brand=cast.brand, slug="law", name="Law", cadence=5, vocabulary=["case"])
    write(cast, {"ranges": [{"slug": "law", "cadence": None}]}, ("cadence",))
    stored = ProductRange.objects.get(brand=cast.brand)
    assert (stored.name, stored.cadence, stored.vocabulary) == ("Law", None, ["case"])


def test_each_problem_is_told_at_its_field_without_the_files_key(cast: Cast) -> None:
    typed = {"slug": "law", "name": "", "cadence": Number("many"), "objectives": ["Same", "Same"]}
    assert problems(cast, {"ranges": [typed]}, ("name", "objectives", "cadence")) == {
        "name": "this is empty",
        "objectives": "“Same” stands twice in this list",
        "cadence": "this must be a whole number from 0 to 1000",
    }
    assert not ProductRange.objects.exists()


def test_a_problem_of_several_fields_is_told_at_the_one_to_mend(cast: Cast) -> None:
    phase = {"slug": "test", "kind": "test", "from": "2026-05-01", "to": "2026-04-01"}
    assert problems(cast, {"phases": [phase]}, ("kind", "from", "to")) == {
        "to": "“to” must be later than “from”"
    }


def test_a_problem_of_no_field_is_the_forms(cast: Cast, marion: Voice) -> None:
    document: Document = {"voices": [{"slug": "marion", "consent": {"given_on": "2026-01-01"}}]}
    assert list(problems(cast, document, ("given_on",))) == [None]


def test_a_change_is_written_down_with_what_it_concerns(cast: Cast, marion: Voice) -> None:
    write(cast, {"brand": {"name": "Acme & Co"}}, ("name",))
    write(cast, {"voices": [{"slug": "marion", "hue": Number("7")}]}, ("hue",))
    told = JournalEntry.objects.filter(action="programme.changed").order_by("pk")
    assert list(told.values_list("subject", "facts__kinds", "facts__written")) == [
        (f"brand:{cast.brand.pk}", "brands, spheres", "brands.name, spheres.+"),
        (f"voice:{marion.pk}", "voices", "voices.hue"),
    ]
    assert all(entry.actor == cast.lead for entry in told)


def test_a_change_that_changes_nothing_is_not_written_down(cast: Cast) -> None:
    write(cast, {"brand": {"name": "Acme"}}, ("name",))
    JournalEntry.objects.all().delete()
    write(cast, {"brand": {"name": "Acme"}}, ("name",))
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("who", ["ambassador", "manager", "stranger"])
def test_only_who_may_change_the_programme_does(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        write(cast, {"brand": {"name": "Other"}}, ("name",), by=getattr(cast, who))


def test_a_range_that_nothing_uses_is_taken_away(cast: Cast) -> None:
    stored = ProductRange.objects.create(brand=cast.brand, slug="law", name="Law")
    with pytest.raises(NotAllowed):
        remove_range(stored, by=cast.ambassador)
    remove_range(stored, by=cast.lead)
    assert not ProductRange.objects.exists()
    assert JournalEntry.objects.get().facts == {"name": "law"}


def test_a_range_with_a_voice_or_a_phase_in_it_stays(cast: Cast, marion: Voice) -> None:
    law, hr = (ProductRange.objects.create(brand=cast.brand, slug=slug, name=slug) for slug in ("law", "hr"))
    Voice.objects.filter(pk=marion.pk).update(product_range=law)
    Phase.objects.create(brand=cast.brand, slug="test", kind="test", product_range=hr, from_on=TODAY)
    for stored in (law, hr):
        with pytest.raises(UserError, match="was kept"):
            remove_range(stored, by=cast.lead)


def test_a_phase_is_taken_away_until_its_first_day(cast: Cast) -> None:
    phase = Phase.objects.create(brand=cast.brand, slug="test", kind="test", from_on=date(2026, 11, 24))
    with pytest.raises(UserError, match="has begun"):
        remove_phase(phase, by=cast.lead, on=date(2026, 11, 24))
    remove_phase(phase, by=cast.lead, on=TODAY)
    assert not Phase.objects.exists()


def test_a_version_of_the_line_is_taken_away_until_its_day(cast: Cast) -> None:
    for version, day in ((1, date(2026, 1, 1)), (2, date(2026, 12, 1))):
        EditorialLine.objects.create(brand=cast.brand, version=version, from_on=day)
    withdraw_line(cast.brand, by=cast.lead, on=TODAY)
    assert [line.version for line in EditorialLine.objects.all()] == [1]
    with pytest.raises(UserError, match="No version"):
        withdraw_line(cast.brand, by=cast.lead, on=TODAY)


def test_a_voice_has_the_colour_that_is_chosen_for_it(cast: Cast) -> None:
    write(cast, {"voices": [{"slug": "lea", "kind": "persona", "hue": Number("11")}]}, ("hue",))
    assert Voice.objects.get(slug="lea").hue == 11
    document: Document = {"voices": [{"slug": "lea", "hue": Number("24")}]}
    assert "0 to 23" in problems(cast, document, ("hue",))["hue"]
