"""A line becomes one fact, or a reason why it is none."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.core import clock
from portevoix.ledger.lines import Line
from portevoix.ledger.rejects import REASON_SENTENCES
from portevoix.ledger.rows import MOST_LINES, REASONS, Act, Layout, Refused, act, reader, records
from portevoix.networks.contracts import Kind
from tests.ledger.conftest import NOW, START

LATEST = clock.to_us(NOW) + clock.DAY_US
SPACED = Layout(("actor", "target", "at", "kind"), " ", {"RT": "repost", "RE": "reply"})
FULL = Layout(("kind", "at", "actor", "target", "object", "-", "id"), ",")


def _read(text: str | bytes, layout: Layout = SPACED) -> Act:
    content = text.encode() if isinstance(text, str) else text
    return reader(layout, LATEST)(Line(2, content))


def _reason(text: str | bytes, layout: Layout = SPACED) -> str:
    with pytest.raises(Refused) as refused:
        _read(text, layout)
    return refused.value.reason


def test_a_line_of_the_real_file_is_understood() -> None:
    assert _read(f"376989 50329 {START} RT") == act("376989", "50329", START * 1_000_000, "repost")


def test_columns_may_stand_in_any_order_and_some_be_passed_over() -> None:
    found = _read('reply,2012-07-01T02:02:52+02:00,anna,"88","post 1",whatever,r1', FULL)
    assert found == act("anna", "88", START * 1_000_000 + 0, "reply", object_id="post 1", remote_id="r1")


@pytest.mark.parametrize(
    ("at", "us"),
    [
        ("0", 0),
        ("1.5", 1_500_000),
        ("1.0000019", 1_000_001),
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1970-01-01T01:00:00.000002+01:00", 2),
    ],
)
def test_instants_are_exact_to_the_microsecond(at: str, us: int) -> None:
    assert _read(f"7 88 {at} RT").at_us == us


@pytest.mark.parametrize(
    "at",
    [
        "-5",
        "1e9",
        "nan",
        "inf",
        "0x10",
        "1_000",
        "٣٤",
        "9" * 13,
        "1341100972000",
        "2012-07-01",
        "2012-07-01T00:00:00",
        "1969-12-31T23:59:59Z",
        "99999-01-01T00:00:00Z",
        str(clock.to_us(NOW) // 1_000_000 + 86_401),
    ],
)
def test_an_impossible_date_is_refused(at: str) -> None:
    assert _reason(f"7 88 {at} RT") == "impossible_date"


def test_an_instant_one_day_ahead_is_still_possible() -> None:
    assert _read(f"7 88 {LATEST // 1_000_000} RT").at_us == LATEST


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("7 88 5", "missing_field"),
        ("7  5 RT", "missing_field"),
        ("7 88 5 ", "missing_field"),
        ("7 88 5 RT RT", "too_many_fields"),
        ("7 88 5 XX", "unknown_kind"),
        ("7 88 5 repost", "unknown_kind"),
        (b"7 88 5 \xff\xfe", "not_text"),
        ("7 8\x008 5 RT", "bad_id"),
        (f"{'7' * 501} 88 5 RT", "bad_id"),
        ('7 "88 5 RT', "bad_quotes"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_reason(text: str | bytes, reason: str) -> None:
    assert _reason(text) == reason


def test_a_picture_character_in_a_column_that_is_passed_over_refuses_nothing() -> None:
    assert _read("like,5,anna,88,p1,👩\u200d🔬,", FULL).object_id == "p1"


def test_every_reason_has_its_sentence() -> None:
    assert set(REASON_SENTENCES) == set(REASONS)


@given(st.binary(max_size=300))
def test_any_noise_is_a_fact_or_a_refusal_and_never_an_accident(noise: bytes) -> None:
    told: Act | Refused
    try:
        told = _read(noise)
    except Refused as refused:
        told = refused
    if isinstance(told, Refused):
        assert told.reason in REASONS
    else:
        assert told.kind in set(Kind)
        assert 0 <= told.at_us <= LATEST


@given(
    st.text(string.ascii_letters + string.digits + "é@:/", min_size=1, max_size=30),
    st.text(string.ascii_letters + string.digits + "é@:/", min_size=1, max_size=30),
    st.integers(0, LATEST // 1_000_000),
)
def test_what_was_written_is_what_is_read(actor: str, target: str, second: int) -> None:
    assert _read(f"{actor} {target} {second} RT") == act(actor, target, second * 1_000_000, "repost")


TEXTS = Layout(("actor", "target", "at", "kind", "text"), ",")


def _records(*lines: str, layout: Layout = TEXTS) -> list[tuple[int, str]]:
    numbered = (Line(number, line.encode()) for number, line in enumerate(lines, 1))
    return [(record.number, record.content.decode()) for record in records(numbered, layout)]


def test_a_quoted_field_goes_on_over_lines_that_are_never_facts_of_their_own() -> None:
    lines = (
        f'ann,88,{START},mention,"She wrote ""hello"",',
        f"bob,88,{START},repost,forged",
        'and no more"',
        f"eve,88,{START},like,",
    )
    assert [number for number, _record in _records(*lines)] == [1, 4]
    assert _records(*lines)[0][1] == "\n".join(lines[:3])
    assert _read("\n".join(lines[:3]), TEXTS).actor == "ann"


def test_a_record_over_several_lines_that_is_no_fact_is_refused_as_one() -> None:
    lines = (f'ann,88,{START},LOVE,"one', f"bob,88,{START},repost,forged", 'two"')
    assert [number for number, _record in _records(*lines)] == [1]
    assert _reason("\n".join(lines), TEXTS) == "unknown_kind"


@pytest.mark.parametrize(
    "stray",
    [
        f'"ann,88,{START},mention,never closed',
        f'ann,88,{START},mention,a screen of 5" wide',
        f'ann,"88,{START},mention,an id that is broken',
    ],
)
def test_a_stray_quotation_mark_spoils_no_line_but_its_own(stray: str) -> None:
    good = [f"bob,88,{START},repost,{number}" for number in range(MOST_LINES + 5)]
    closing = f'eve,88,{START},like,and "later'
    told = _records(stray, *good, closing, *good)
    assert [number for number, _record in told] == list(range(1, len(told) + 1))
    assert len(told) == 2 * len(good) + 2


def test_two_stray_quotation_marks_take_nothing_in_between() -> None:
    lines = (f'"ann,88,{START},mention,x', f"bob,88,{START},repost,y", f'eve",88,{START},like,z')
    assert [number for number, _record in _records(*lines)] == [1, 2, 3]


@given(st.lists(st.text(alphabet='ab",\n', max_size=12), max_size=8))
def test_records_lose_no_line(texts: list[str]) -> None:
    lines = "\n".join(texts).split("\n")
    assert "\n".join(record for _number, record in _records(*lines)).split("\n") == lines
