"""What a programme file may not say, by itself and beside what is stored."""

from datetime import date

import pytest

from portevoix.programme.file.entries import StoredBrand, StoredVoice
from tests.programme.reading import BRAND, lines, problems, reading, refused


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("{slug: a, first_name: No}", "quotes"),
        ("{slug: a, first_name: 2026}", "quotes"),
        ("{slug: a, first_name: [x]}", "quotes"),
        ('{slug: a, first_name: "a\\0b"}', "character"),
        ('{slug: a, first_name: "\\uD800"}', "character"),
        ('{slug: a, first_name: "two\\nlines"}', "character"),
        ("{slug: a, first_name: '  '}", "empty"),
        ('{slug: a, first_name: "\\u200d"}', "empty"),
        ('{slug: a, first_name: "\\u200b"}', "character"),
        ('{slug: a, first_name: "Ann\\u202Egro"}', "character"),
        ('{slug: a, biography: "two\\u2028lines"}', "character"),
        ('{slug: a, accounts: [{network: x, remote_id: 1, handle: "@"}]}', "empty"),
        (f"{{slug: a, first_name: {'x' * 61}}}", "60"),
        ("{slug: A}", "slug"),
        ("{slug: a--b}", "slug"),
        ('{slug: "*"}', "slug"),
        ("{first_name: A}", "slug"),
        ("{slug: a, slug: b}", "twice"),
        ("{slug: a, languages: [klingon]}", "ISO 639-1"),
        ("{slug: a, languages: [fr, fr]}", "twice"),
        ("{slug: a, languages: fr}", "list"),
        ("{slug: a, weekly_minutes: -1}", "whole number"),
        ("{slug: a, weekly_minutes: 1.5}", "whole number"),
        ("{slug: a, weekly_minutes: 10081}", "10080"),
        ("{slug: a, state: dead}", "dead"),
        ("{slug: a, range: chemistry}", "chemistry"),
        ("{slug: a, consent: {given_on: 2026-01-01}}", "named"),
        ("{slug: a, kind: named}", "consent"),
        ("{slug: a, kind: named, consent: {}}", "given_on"),
        ("{slug: a, kind: named, consent: {given_on: 2026-02-30}}", "day"),
        ("{slug: a, kind: named, consent: {given_on: 2027-01-01}}", "no consent counts"),
        ("{slug: a, kind: named, consent: {given_on: 2026-01-01, figures_shared: maybe}}", "true or false"),
        (
            "{slug: a, kind: named, state: paused, consent: {given_on: 2026-01-01, revoked_on: 2027-01-01} }",
            "today",
        ),
        ("{slug: a, accounts: [{remote_id: 1}]}", "network"),
        ("{slug: a, accounts: [{network: x}]}", "remote_id"),
        ("{slug: a, accounts: [{network: x, remote_id: 1.5}]}", "quotes"),
        ("{slug: a, accounts: [{network: x, remote_id: true}]}", "quotes"),
        ("{slug: a, accounts: [{network: x, remote_id: 1}, {network: x, remote_id: 1}]}", "same time"),
        ("{slug: a, accounts: [{network: x, remote_id: 1, from: 2026-02-01, to: 2026-02-01}]}", "later"),
        ("{slug: a, accounts: [{network: x, remote_id: 1, from: 2026-02-01T10:00:00}]}", "offset"),
        ("{slug: a, accounts: [{network: x, remote_id: 1, from: 0001-01-01T00:00:00+10:00}]}", "offset"),
        ("{slug: a, accounts: [{network: x, remote_id: 1, url: 'javascript:alert(1)'}]}", "https://"),
        ("[]", "mapping"),
        ("!!python/object/apply:os.system [id]", "mapping"),
    ],
)
def test_a_voice_is_refused_with_its_reason(entry: str, word: str) -> None:
    refused(BRAND + f"\nvoices:\n  - {entry}\n", 4, word)


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("{kind: test}", "from"),
        ("{from: 2026-01-01}", "kind"),
        ("{kind: test, from: 2026-02-01, to: 2026-01-01}", "later"),
        ("{kind: test, from: 2026-02-01, commercial_ceiling: 101}", "100"),
        ("{kind: test, from: 2026-02-01, targets: {Likes: 1}}", "metric"),
        ("{kind: test, from: 2026-02-01, targets: !!python/object:os.x {likes: 1}}", "mapping"),
        ("{kind: test, from: 2026-02-01, targets: !!set {likes}}", "mapping"),
        ("{kind: test, from: 2026-02-01, targets: {likes: many}}", "number"),
        ("{kind: test, from: 2026-02-01, targets: {likes: 1, likes: 2}}", "twice"),
        ("{kind: test, from: 2026-02-01, range: chemistry}", "chemistry"),
    ],
)
def test_a_phase_is_refused_with_its_reason(entry: str, word: str) -> None:
    refused(BRAND + f"phases:\n  - {entry}\n", 3, word)


@pytest.mark.parametrize("zone", ["localtime", "Factory", "Europe", "utc "])
def test_a_zone_that_says_nothing_is_refused(zone: str) -> None:
    refused(BRAND.replace("Europe/Paris", f"'{zone}x'" if zone == "utc " else zone), 1, "IANA")


def test_names_of_every_script_are_read() -> None:
    for name in ("نگار\u200cان", "👩\u200d🔬", "é", "Zoë", "愛"):
        (voice,) = reading(BRAND + f"voices: [{{slug: a, first_name: '{name}'}}]").voices
        assert voice.given["first_name"] == name


def test_what_stands_twice_says_where_it_stood_first() -> None:
    refused(BRAND + "voices:\n- {slug: a}\n- {slug: a}\n", 4, "“a”", "line 3")
    refused(BRAND + "ranges: [{slug: a}, {slug: a}]\n", 2, "“a”", "line 2")
    refused(BRAND + "spheres: [{key: sales}, {key: sales}]\n", 2, "“sales”")
    refused(
        BRAND + "phases:\n- {kind: test, from: 2026-01-01}\n- {kind: test, from: 2026-02-01}\n", 4, "“test”"
    )


def test_two_voices_never_hold_one_account_at_the_same_time() -> None:
    text = """\
voices:
  - {slug: a, accounts: [{network: x, remote_id: 1, to: 2026-03-02}]}
  - {slug: b, accounts: [{network: x, remote_id: "1", from: 2026-03-01}]}
"""
    refused(BRAND + text, 4, "“a”", "line 3")
    assert len(reading(BRAND + text.replace("03-02", "03-01")).accounts) == 2


def test_an_account_is_called_one_thing_throughout_the_file() -> None:
    text = """\
voices:
  - {slug: a, accounts: [{network: x, remote_id: 1, handle: old, to: 2026-03-01}]}
  - {slug: b, accounts: [{network: x, remote_id: 1, handle: new, from: 2026-03-01}]}
  - {slug: c, accounts: [{network: x, remote_id: 2, handle: new}]}
"""
    refused(BRAND + text, 4, "“handle”", "“old”", "line 3")
    assert len(reading(BRAND + text.replace("old", "new")).accounts) == 3


def test_a_long_holding_meets_every_one_inside_it() -> None:
    text = """\
voices:
  - {slug: a, accounts: [{network: x, remote_id: 1}]}
  - {slug: b, accounts: [{network: x, remote_id: 1, from: 2026-01-01, to: 2026-02-01}]}
  - {slug: c, accounts: [{network: x, remote_id: 1, from: 2026-03-01, to: 2026-04-01}]}
"""
    assert lines(problems(BRAND + text)) == [4, 5]


def test_the_same_id_on_two_networks_is_two_accounts() -> None:
    both = "[{network: x, remote_id: 1}, {network: mastodon, remote_id: 1}]"
    assert len(reading(BRAND + f"voices: [{{slug: a, accounts: {both}}}]").accounts) == 2


def test_a_stored_range_may_be_named_without_being_listed_again() -> None:
    stored = StoredBrand("UTC", ranges=frozenset({"physics"}))
    assert (
        reading(BRAND + "voices: [{slug: a, range: physics}]", stored).voices[0].given["product_range"]
        == "physics"
    )


def test_a_new_brand_needs_its_name_and_zone_and_a_stored_one_does_not() -> None:
    assert [problem.line for problem in problems("brand: {slug: a}")] == [1, 1]
    assert reading("brand: {slug: a}", StoredBrand("UTC")).brand.given == {}


def test_a_stored_voice_moves_only_as_its_life_allows() -> None:
    stored = StoredBrand("UTC", voices={"a": StoredVoice("persona", "closed")})
    refused(BRAND + "voices: [{slug: a, state: active}]", 2, "closed", stored=stored)
    assert reading(BRAND + "voices: [{slug: a}]", stored).voices[0].given == {}


def test_a_stored_voice_never_changes_its_kind() -> None:
    stored = StoredBrand("UTC", voices={"a": StoredVoice("persona", "active")})
    refused(BRAND + "voices: [{slug: a, kind: brand}]", 2, "persona", stored=stored)


def test_a_stored_consent_need_not_be_written_again() -> None:
    kept = StoredVoice("named", "active", {date(2026, 1, 1): None})
    revoked = StoredVoice("named", "paused", {date(2026, 1, 1): date(2026, 2, 1)})
    text = BRAND + "voices: [{slug: a, state: active}]"
    assert reading(text, StoredBrand("UTC", voices={"a": kept})).voices[0].consent is None
    refused(text, 2, "no consent counts", stored=StoredBrand("UTC", voices={"a": revoked}))


def test_a_consent_is_not_reopened_beside_another() -> None:
    consents = {date(2024, 1, 1): date(2025, 1, 1), date(2026, 1, 1): None}
    stored = StoredBrand("UTC", voices={"a": StoredVoice("named", "active", consents)})
    text = "voices: [{slug: a, consent: {given_on: 2024-01-01, revoked_on: ~}}]"
    refused(BRAND + text, 2, "two consents", stored=stored)


def test_a_consent_older_than_the_last_revocation_is_refused() -> None:
    revoked = StoredVoice("named", "paused", {date(2026, 1, 1): date(2026, 6, 1)})
    stored = StoredBrand("UTC", voices={"a": revoked})
    text = BRAND + "voices: [{slug: a, state: active, consent: {given_on: 2026-%s-01}}]"
    refused(text % "02", 2, "revoked", "since", stored=stored)
    assert reading(text % "06", stored).voices[0].consent is not None
