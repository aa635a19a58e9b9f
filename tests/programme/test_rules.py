"""Rules of a programme: no database here."""

from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.programme import palette, rules
from portevoix.programme.states import VOICE, VoiceState

DAY = date(2026, 11, 23)


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour, tzinfo=UTC)


def test_the_same_slug_always_gets_the_same_first_colour() -> None:
    assert [rules.choose_hue(slug, []) for slug in ("marion", "paul", "marion")] == [5, 7, 5]


def test_the_second_voice_is_as_far_from_the_first_as_the_palette_allows() -> None:
    second = rules.choose_hue("paul", [3])
    assert palette.distance(3, second) == max(palette.distance(3, hue) for hue in range(24) if hue != 3)


def test_a_family_of_eight_is_told_apart_by_every_eye() -> None:
    taken: list[int] = []
    for slug in ("marion", "hugo", "ines", "paul", "nadia", "olivier", "sarah", "lucie"):
        taken.append(rules.choose_hue(slug, taken))
    assert min(palette.distance(one, other) for one, other in combinations(taken, 2)) > 0.055


@given(st.lists(st.text(min_size=1), min_size=24, max_size=24))
def test_twenty_four_voices_use_the_whole_palette(slugs: list[str]) -> None:
    taken: list[int] = []
    for slug in slugs:
        taken.append(rules.choose_hue(slug, taken))
    assert sorted(taken) == list(range(24))


def test_a_first_line_may_reach_back_and_a_later_one_may_not() -> None:
    past = date(2020, 1, 1)
    assert rules.line_start(past, today=DAY, is_first=True) == past
    assert rules.line_start(past, today=DAY, is_first=False) == DAY
    assert rules.line_start(date(2027, 1, 1), today=DAY, is_first=False) == date(2027, 1, 1)
    assert rules.line_start(None, today=DAY, is_first=True) == DAY


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((None, None), (at(1), at(2)), True),
        ((at(1), at(2)), (at(2), at(3)), False),
        ((at(1), at(3)), (at(2), at(4)), True),
        ((None, at(2)), (at(2), None), False),
        ((None, at(2)), (None, at(1)), True),
        ((at(5), None), (at(1), at(4)), False),
    ],
)
def test_stretches_overlap_when_they_share_an_instant(
    one: tuple[datetime | None, datetime | None],
    other: tuple[datetime | None, datetime | None],
    expected: bool,
) -> None:
    assert rules.overlap(one, other) is expected
    assert rules.overlap(other, one) is expected


def test_a_consent_given_on_another_day_corrects_the_open_one() -> None:
    stored = {date(2024, 1, 1): date(2025, 1, 1), date(2026, 1, 1): None}
    merged = rules.merge_consents(stored, date(2026, 2, 1), None, is_revocation_told=False)
    assert merged == {date(2024, 1, 1): date(2025, 1, 1), date(2026, 2, 1): None}


def test_a_consent_keeps_the_revocation_that_is_not_told_again() -> None:
    stored = {date(2024, 1, 1): date(2025, 1, 1)}
    assert rules.merge_consents(stored, date(2024, 1, 1), None, is_revocation_told=False) == stored


def test_a_consent_counts_from_its_day_until_the_day_it_is_revoked() -> None:
    consents = {date(2026, 1, 1): date(2026, 2, 1)}
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert [rules.has_consent(consents, day) for day in days] == [False, True, True, False]


def test_losing_consent_pauses_where_a_pause_may_be_and_closes_elsewhere() -> None:
    calm = {state: rules.silence(state) for state in VOICE.states}
    assert calm == {
        VoiceState.CANDIDATE: VoiceState.CANDIDATE,
        VoiceState.TRIAL: VoiceState.CLOSED,
        VoiceState.ACTIVE: VoiceState.PAUSED,
        VoiceState.PAUSED: VoiceState.PAUSED,
        VoiceState.CLOSED: VoiceState.CLOSED,
    }


def test_a_closed_voice_never_comes_back() -> None:
    assert VOICE.final == {VoiceState.CLOSED}


@pytest.mark.parametrize(
    ("name", "taken", "slug"),
    [
        ("Léa d’Acme", (), "lea-d-acme"),
        ("Marion", ("marion", "marion-2"), "marion-3"),
        ("中文", (), "voice"),
        ("x" * 200, (), "x" * 56),
    ],
)
def test_a_slug_is_made_of_the_name_and_is_nobody_elses(name: str, taken: tuple[str, ...], slug: str) -> None:
    assert rules.choose_slug(name, taken, otherwise="voice") == slug


def test_the_brands_name_counts_as_a_word_whatever_its_case_and_accents() -> None:
    assert rules.names_brand("Une voix d’ÉCOLE Acmé, tenue par son équipe", "école acme")
    assert not rules.names_brand("Acmeology", "Acme")
    assert not rules.names_brand("Anything", "")
