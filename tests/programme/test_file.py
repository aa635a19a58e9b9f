"""Reading a programme file: every fault at once, each with its line; whatever stands in it, nothing breaks."""

from datetime import UTC, date, datetime

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from portevoix.programme.file.entries import StoredBrand, StoredVoice
from portevoix.programme.file.nodes import MAX_BYTES
from portevoix.programme.file.problems import BadProgrammeFile, Problem
from tests.programme.reading import BRAND, lines, problems, reading, refused


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
