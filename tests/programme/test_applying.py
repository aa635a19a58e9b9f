"""Applying a programme file to what is stored."""

from datetime import date, datetime, timedelta
from itertools import combinations

import pytest

from portevoix.core.errors import NotAllowed
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import Brand, JournalEntry
from portevoix.programme import palette, queries
from portevoix.programme.actions import Applied, apply, journal_applied
from portevoix.programme.file.reader import read
from portevoix.programme.models import Consent, EditorialLine, Phase, ProductRange, Sphere, Voice
from portevoix.programme.states import VoiceState
from portevoix.programme.tally import Change
from tests.programme.conftest import NOW, TODAY, Cast

BRAND = "brand: {slug: higgs, name: Higgs Days, time_zone: Europe/Paris, languages: [fr, en]}\n"
WHOLE = (
    BRAND
    + """\
spheres: [{key: business, objectives: [Be known]}]
ranges: [{slug: physics, name: Physics, cadence: 5, vocabulary: [boson]}]
phases: [{kind: test, range: physics, from: 2026-01-01, targets: {likes: 10}}]
line: {topics: [quarks], tone: Plain}
voices:
  - {slug: marion, first_name: Marion, sphere: business, range: physics, languages: [fr]}
  - {slug: karim, kind: named, name: Karim B., consent: {given_on: 2026-01-01, figures_shared: true}}
"""
)

pytestmark = pytest.mark.django_db


def put(text: str, *, now: datetime = NOW, by: By = SYSTEM) -> Applied:
    file = read(text.encode(), networks=("x",), stored=queries.stored, now=now)
    applied = apply(file, by=by, now=now)
    journal_applied(applied, by=by)
    return applied


def counts(applied: Applied) -> tuple[int, int, int]:
    added, changed, unchanged = (applied.tally.total(change) for change in Change)
    return added, changed, unchanged


def test_a_whole_programme_is_written() -> None:
    applied = put(WHOLE)
    assert counts(applied) == (11, 0, 0)
    assert applied.tally.as_dict()["spheres"] == {"added": 4, "changed": 0, "unchanged": 0}
    marion = Voice.objects.get(slug="marion")
    assert (marion.kind, marion.state, marion.languages) == ("persona", "active", ["fr"])
    assert (str(marion.product_range), marion.sphere and marion.sphere.objectives) == (
        "Physics",
        ["Be known"],
    )
    assert ProductRange.objects.get().vocabulary == ["boson"]
    assert Phase.objects.get().targets == {"likes": 10}
    assert EditorialLine.objects.get().from_on == TODAY
    assert Consent.objects.get().is_sharing_figures


def test_the_second_time_nothing_is_added_or_changed_or_journalled() -> None:
    put(WHOLE)
    told = JournalEntry.objects.count()
    assert counts(put(WHOLE, now=NOW + timedelta(days=40))) == (0, 0, 11)
    assert JournalEntry.objects.count() == told


def test_the_journal_says_that_the_system_applied_it() -> None:
    put(WHOLE)
    entry = JournalEntry.objects.get(action="programme.file.applied")
    assert (entry.actor, entry.actor_kind, entry.facts) == (None, "system", {"added": 11, "changed": 0})


def test_what_changed_is_updated_and_what_is_left_out_is_kept() -> None:
    put(WHOLE)
    applied = put(
        "brand: {slug: higgs, name: Higgs}\nvoices: [{slug: marion, weekly_minutes: 90}, {slug: lea}]\n"
        "ranges: [{slug: physics, vocabulary: ~}]"
    )
    assert counts(applied) == (1, 3, 4)
    marion = Voice.objects.get(slug="marion")
    assert (marion.first_name, marion.weekly_minutes, marion.languages) == ("Marion", 90, ["fr"])
    assert Brand.objects.get(slug="higgs").time_zone == "Europe/Paris"
    physics = ProductRange.objects.get()
    assert (physics.vocabulary, physics.cadence) == ([], 5)
    assert Voice.objects.count() == 3


def test_a_range_is_taken_from_a_voice_by_saying_so() -> None:
    put(WHOLE)
    put("brand: {slug: higgs}\nvoices: [{slug: marion, range: ~}]")
    assert Voice.objects.get(slug="marion").product_range is None


def test_every_programme_has_its_four_spheres() -> None:
    put(BRAND)
    assert sorted(Sphere.objects.values_list("key", flat=True)) == [
        "business",
        "corporate",
        "people",
        "sales",
    ]


def test_voices_of_one_brand_have_colours_far_apart() -> None:
    put(BRAND + "voices: [{slug: a}, {slug: b}, {slug: c}, {slug: d}]")
    hues = list(Voice.objects.values_list("hue", flat=True))
    assert min(palette.distance(one, other) for one, other in combinations(hues, 2)) > 0.15


def test_a_voice_keeps_its_colour() -> None:
    put(BRAND + "voices: [{slug: a}, {slug: b}]")
    before = dict(Voice.objects.values_list("slug", "hue"))
    put(BRAND + "voices: [{slug: b, name: B}, {slug: c}, {slug: a}]")
    after = dict(Voice.objects.values_list("slug", "hue"))
    assert {slug: after[slug] for slug in before} == before


def test_two_brands_may_each_have_a_marion() -> None:
    put(WHOLE)
    put(WHOLE.replace("slug: higgs", "slug: other"))
    assert Voice.objects.filter(slug="marion").count() == 2
    marions = Voice.objects.filter(slug="marion").select_related("product_range")
    assert [voice.product_range and voice.product_range.brand_id == voice.brand_id for voice in marions] == [
        True,
        True,
    ]


# The editorial line


def versions() -> list[tuple[int, date, str]]:
    return list(EditorialLine.objects.values_list("version", "from_on", "tone"))


def test_a_changed_line_is_a_new_version_and_the_old_one_stays() -> None:
    put(BRAND + "line: {from: 2026-01-01, tone: Plain, topics: [quarks]}")
    applied = put(BRAND + "line: {from: 2026-01-01, tone: Warm}")
    assert applied.tally.as_dict()["lines"] == {"added": 0, "changed": 1, "unchanged": 0}
    assert versions() == [(1, date(2026, 1, 1), "Plain"), (2, TODAY, "Warm")]
    yesterday = TODAY - timedelta(days=1)
    assert [str(EditorialLine.objects.current(day)) for day in (yesterday, TODAY)] == ["v1", "v2"]
    assert EditorialLine.objects.get(version=2).topics == ["quarks"]
    assert counts(put(BRAND + "line: {from: 2026-01-01, tone: Warm}"))[:2] == (0, 0)


def test_a_line_whose_day_has_not_come_is_mended_in_place() -> None:
    put(BRAND + "line: {tone: Plain}")
    put(BRAND + "line: {from: 2027-01-01, tone: Warm}")
    put(BRAND + "line: {from: 2027-02-01, tone: Warmer}")
    assert versions() == [(1, TODAY, "Plain"), (2, date(2027, 2, 1), "Warmer")]
    assert EditorialLine.objects.current(date(2027, 1, 31)) == EditorialLine.objects.get(version=1)


def test_no_line_is_in_force_before_the_first() -> None:
    put(BRAND + "line: {tone: Plain}")
    assert EditorialLine.objects.current(TODAY - timedelta(days=1)) is None


# The life of voices, and consents


def test_a_voice_is_moved_through_its_life_and_the_journal_says_so() -> None:
    put(BRAND + "voices: [{slug: a, state: trial}]")
    put(BRAND + "voices: [{slug: a, state: active}]")
    assert Voice.objects.get().state == VoiceState.ACTIVE
    assert JournalEntry.objects.get(action="programme.voice.moved").facts == {
        "before": "trial",
        "after": "active",
    }


def test_a_state_that_is_not_written_is_kept() -> None:
    put(BRAND + "voices: [{slug: a, state: paused}]")
    put(BRAND + "voices: [{slug: a}]")
    assert Voice.objects.get().state == VoiceState.PAUSED


def test_a_revoked_consent_silences_the_voice() -> None:
    put(WHOLE)
    text = BRAND + "voices: [{slug: karim, consent: {given_on: 2026-01-01, revoked_on: 2026-11-20}}]"
    assert put(text).tally.as_dict()["voices"] == {"added": 0, "changed": 1, "unchanged": 0}
    assert Voice.objects.get(slug="karim").state == VoiceState.PAUSED
    assert JournalEntry.objects.filter(action="programme.consent.revoked").count() == 1
    assert counts(put(text))[:2] == (0, 0)


def test_a_person_may_consent_again() -> None:
    put(WHOLE)
    put(BRAND + "voices: [{slug: karim, consent: {given_on: 2026-01-01, revoked_on: 2026-11-20}}]")
    put(BRAND + "voices: [{slug: karim, state: active, consent: {given_on: 2026-11-21}}]")
    assert Voice.objects.get(slug="karim").state == VoiceState.ACTIVE
    assert Consent.objects.count() == 2


def test_the_day_of_an_open_consent_is_corrected() -> None:
    put(WHOLE)
    put(BRAND + "voices: [{slug: karim, consent: {given_on: 2026-01-02}}]")
    assert list(Consent.objects.values_list("given_on", "is_sharing_figures")) == [(date(2026, 1, 2), True)]


# Rights


def test_the_lead_applies_a_file_to_the_own_brand_and_founds_none(cast: Cast) -> None:
    assert counts(put("brand: {slug: acme, name: Acme SA}", by=cast.lead)) == (4, 1, 0)
    with pytest.raises(NotAllowed):
        put(BRAND, by=cast.lead)
    assert not Brand.objects.filter(slug="higgs").exists()


@pytest.mark.parametrize("who", ["ambassador", "manager", "stranger"])
def test_nobody_else_applies_a_file(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        put("brand: {slug: acme, name: Taken}", by=getattr(cast, who))
    assert Brand.objects.get(slug="acme").name == "Acme"


def test_the_administrator_founds_a_brand(cast: Cast) -> None:
    assert put(BRAND, by=cast.administrator).brand.slug == "higgs"


# Phases


def test_phases_are_found_by_day_and_range() -> None:
    put(
        BRAND
        + """\
ranges: [{slug: physics}, {slug: law}]
phases:
  - {kind: test, from: 2026-01-01, to: 2026-06-01}
  - {kind: expertise, range: physics, from: 2026-03-01}
"""
    )
    physics, law = ProductRange.objects.order_by("-slug")
    on = Phase.objects.current
    assert [str(phase) for phase in on(date(2026, 5, 31)).of_range(physics)] == ["test", "expertise-physics"]
    assert [str(phase) for phase in on(date(2026, 5, 31)).of_range(law)] == ["test"]
    assert [str(phase) for phase in on(date(2026, 6, 1))] == ["expertise-physics"]


def test_a_stored_phase_is_ended_by_one_key_and_not_before_it_began() -> None:
    put(BRAND + "phases: [{kind: test, from: 2026-01-01}]")
    put(BRAND + "phases: [{slug: test, to: 2026-06-01}]")
    assert Phase.objects.get().to_on == date(2026, 6, 1)
