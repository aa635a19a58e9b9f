"""Reading the programme file: what it says, and every error with its line."""

from collections.abc import Collection
from datetime import UTC, date, datetime

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from portevoix.programme.file.entries import ProgrammeFile, StoredBrand, StoredVoice
from portevoix.programme.file.nodes import MAX_BYTES
from portevoix.programme.file.problems import BadProgrammeFile, Problem
from portevoix.programme.file.reader import read
from tests.programme.conftest import NOW

NETWORKS = ("x", "mastodon", "manual")
BRAND = "brand: {slug: higgs, name: Higgs Days, time_zone: Europe/Paris, languages: [fr, en]}\n"


def reading(text: str | bytes, stored: StoredBrand | None = None) -> ProgrammeFile:
    content = text.encode() if isinstance(text, str) else text
    return read(content, networks=NETWORKS, stored=lambda _slug: stored, now=NOW)


def problems(text: str | bytes, stored: StoredBrand | None = None) -> tuple[Problem, ...]:
    with pytest.raises(BadProgrammeFile) as caught:
        reading(text, stored)
    return caught.value.problems


def lines(found: Collection[Problem]) -> list[int]:
    return [problem.line for problem in found]


def refused(text: str | bytes, line: int, *words: str, stored: StoredBrand | None = None) -> None:
    """Hold that `text` has one error, on `line`, whose reason holds all `words`."""
    (problem,) = problems(text, stored)
    assert problem.line == line
    for word in words:
        assert word in problem.reason


def test_the_smallest_file_names_a_brand() -> None:
    found = reading("brand: {slug: a, name: A, time_zone: UTC}")
    assert found.brand.slug == "a"
    assert found.brand.given == {"name": "A", "time_zone": "UTC"}
    assert found.voices == ()


def test_a_whole_file_is_read_with_its_lines() -> None:
    found = reading(
        BRAND
        + """\
spheres: [{key: business, objectives: [Be known]}]
ranges:
  - {slug: physics, name: Physics, cadence: 5, preferred_networks: [x]}
phases: [{kind: expertise, range: physics, from: 2026-01-01, commercial_ceiling: 20, targets: {likes: 10}}]
line: {from: 2026-01-01, topics: [quarks], tone: "Plain", forbidden_words: [miracle]}
voices:
  - {slug: marion, first_name: Marion, sphere: business, range: physics, weekly_minutes: 90,
     accounts: [{network: x, remote_id: "88", handle: "@u88"}]}
"""
    )
    assert found.spheres[0].given == {"objectives": ("Be known",)}
    assert found.ranges[0].given["preferred_networks"] == ("x",)
    assert (found.phases[0].slug, found.phases[0].given["from_on"]) == ("expertise-physics", date(2026, 1, 1))
    assert found.phases[0].given["targets"] == {"likes": 10}
    assert found.editorial_line is not None
    assert found.editorial_line.from_on == date(2026, 1, 1)
    (voice,) = found.voices
    assert (voice.line, voice.slug, voice.given["kind"], voice.given["state"]) == (
        8,
        "marion",
        "persona",
        "active",
    )
    (account,) = voice.accounts
    assert (account.line, account.voice, account.network, account.remote_id) == (9, "marion", "x", "88")
    assert account.given == {"handle": "u88"}
    assert account.dates == {}


def test_only_what_is_written_is_given() -> None:
    stored = StoredBrand("UTC", voices={"marion": StoredVoice("persona", "paused")})
    (voice,) = reading(
        "brand: {slug: a}\nvoices: [{slug: marion, biography: ''}]\n".replace("''", "~"), stored
    ).voices
    assert voice.given == {"biography": ""}


@pytest.mark.parametrize(
    ("written", "read_as"), [("88", "88"), ('"0088"', "0088"), ("0088", "0088"), ("abc", "abc")]
)
def test_an_id_is_read_as_it_is_written(written: str, read_as: str) -> None:
    found = reading(BRAND + f"voices: [{{slug: a, accounts: [{{network: x, remote_id: {written}}}]}}]")
    assert found.accounts[0].remote_id == read_as


def test_a_day_is_midnight_in_the_zone_of_the_brand_and_an_instant_is_itself() -> None:
    dates = "{network: x, remote_id: 1, from: 2026-07-01, to: 2026-08-01T00:00:00-05:00}"
    found = reading(BRAND + f"voices: [{{slug: a, accounts: [{dates}]}}]")
    assert found.accounts[0].dates == {
        "from_at": datetime(2026, 6, 30, 22, tzinfo=UTC),
        "to_at": datetime(2026, 8, 1, 5, tzinfo=UTC),
    }


def test_the_zone_already_stored_serves_when_the_file_does_not_name_it() -> None:
    text = "brand: {slug: a}\nvoices: [{slug: a, accounts: [{network: x, remote_id: 1, from: 2026-07-01}]}]"
    found = reading(text, StoredBrand("America/New_York"))
    assert found.accounts[0].dates["from_at"] == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_every_error_is_told_at_once_each_with_its_line() -> None:
    found = problems(
        """\
brand: {slug: Higgs Days, time_zone: Europe/Pari, nam: x}
range: []
voices:
  - {slug: marion, kind: person,
     sphere: busines}
  - {kind: persona, accounts: [{network: twiter, remote_id: 1},
                               {network: x}]}
"""
    )
    assert lines(found) == [1, 1, 1, 2, 4, 5, 6, 6, 7]


def test_the_nearest_key_is_proposed() -> None:
    refused(BRAND + "voices: [{slug: a, biografy: x}]", 2, "biografy", "biography")


def test_a_word_far_from_all_gets_the_list() -> None:
    refused(BRAND + "voices: [{slug: a, sphere: zzzzzz}]", 2, "business, corporate, people, sales")


def test_a_file_that_is_wrong_throughout_is_refused_in_a_moment() -> None:
    text = BRAND + "".join(f"key{number}: 1\n" for number in range(2000))
    assert len(problems(text)) == 2000


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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("# nothing\n", 1),
        ("[]", 1),
        ("just words", 1),
        ("brand: [\n", 2),
        ("brand: {slug: a}\n---\nbrand: {slug: b}\n", 2),
        ("brand:\n  slug: a\n\tname: b\n", 3),
        ('a: 1\nb: "\\UFFFFFFFF"\n', 2),
        ("a: 1\nb: \x01\n", 2),
        (b"a: 1\nb: \xff\n", 2),
        ("x: &a [1]\ny: *a\n", 1),
        ("a: 1\nb: " + "[" * 1000, 2),
        ("a: 1\nb: " + "{a: " * 1000, 2),
        ("- " * 10_000, 1),
        (b"#" * (MAX_BYTES + 1), 1),
        ("%YAML 1" + "9" * 5000 + ".0\n---\na: 1", 1),
    ],
)
def test_what_is_not_one_plain_document_is_refused_at_its_line(text: str | bytes, line: int) -> None:
    assert lines(problems(text))[0] == line


def test_a_byte_order_mark_is_no_error() -> None:
    assert reading(b"\xef\xbb\xbf" + BRAND.encode()).brand.slug == "higgs"


def test_a_reason_stays_on_one_line_whatever_was_written() -> None:
    (problem,) = problems(BRAND + '"new\\nline": 1\n')
    assert "\n" not in problem.reason


def problems_or_none(content: bytes) -> tuple[Problem, ...]:
    """Return what is wrong with `content`; nothing else than a refusal may come out of reading it."""
    try:
        reading(content)
    except BadProgrammeFile as bad:
        return bad.problems
    return ()


WORDS = 'brand voices slug accounts network x remote_id kind named consent ~ 1 [ ] { } &a *a !!map << | "'
PIECES = st.sampled_from([*WORDS.split(), ": ", ", ", "\n", "\n  ", "- "])


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(PIECES, max_size=40).map(lambda found: "".join(found).encode())
    )
)
def test_whatever_is_in_a_file_it_is_read_or_refused_at_a_line_it_has(content: bytes) -> None:
    breaks = (
        content.count(b"\n") + content.count(b"\r") + content.count(b"\xe2\x80") + content.count(b"\xc2\x85")
    )
    found = problems_or_none(content)
    assert found, "no random text is a programme"
    assert all(1 <= problem.line <= breaks + 2 for problem in found)


KEYS = (
    "slug key kind from to name range accounts consent given_on network remote_id targets languages state url"
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.dates(),
        st.datetimes(),
        st.text(),
        st.sampled_from(["named", "x", "closed", "business"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["spheres", "ranges", "phases", "line", "voices", "more"]), VALUES))
def test_whatever_values_the_right_keys_have_they_are_read_or_refused(tree: dict[str, object]) -> None:
    content = yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass")
    reasons = [problem.reason for problem in problems_or_none(content)]
    assert "“brand” is missing" in reasons or len(reasons) == 1
    assert all(reason and reason.isprintable() for reason in reasons)
