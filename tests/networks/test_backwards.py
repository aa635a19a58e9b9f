"""Lists told newest first are read as what happened since: each thing once, nothing lost without a word."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.networks.backwards import gather, page
from portevoix.networks.contracts import ActorRef, SeenPost
from portevoix.networks.errors import UnexpectedReply
from tests.networks.contract import START


def post(minutes: int, name: str = "") -> SeenPost:
    return SeenPost(name or f"p{minutes}", ActorRef("me"), START + timedelta(minutes=minutes))


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@given(st.lists(st.integers(0, 300), unique=True, max_size=40), st.lists(st.integers(0, 320), max_size=6))
def test_readings_one_after_the_other_tell_each_thing_once_and_in_order(
    minutes: list[int], sittings: list[int]
) -> None:
    cursor = ""
    told: list[str] = []
    for sitting in [*sorted(sittings), 400]:
        newest = [post(each) for each in sorted(minutes, reverse=True) if each <= sitting]
        pages = [newest[start : start + 5] for start in range(0, len(newest), 5)]
        found, has_gap = gather(pages, cursor, reach=10_000)
        assert not has_gap
        read = page(found, cursor, until=at(sitting - 2))
        cursor, told = read.cursor, told + [one.remote_id for one in read.items]
    assert told == [f"p{each}" for each in sorted(minutes)]


def test_what_stands_at_one_instant_is_told_once_each() -> None:
    both = [post(1, "b"), post(1, "a")]
    first = page(both, "", until=at(9))
    assert [one.remote_id for one in first.items] == ["a", "b"]
    assert page([*both, post(1, "c")], first.cursor, until=at(9)).items == (post(1, "c"),)


def test_reading_back_ends_well_before_the_cursor() -> None:
    cursor = page([post(1000)], "", until=at(2000)).cursor
    asked: list[int] = []

    def pages() -> Iterator[list[SeenPost]]:
        for minutes in (1010, 990, 930, 10):
            asked.append(minutes)
            yield [post(minutes)]

    found, has_gap = gather(pages(), cursor, reach=3)
    assert asked == [1010, 990, 930]
    assert (len(found), has_gap) == (3, False)


def test_a_list_that_ends_before_the_cursor_was_reached_has_a_gap() -> None:
    cursor = page([post(0)], "", until=at(1)).cursor
    assert gather([[post(1000), post(990)]], cursor, reach=2)[1]
    assert not gather([[post(1000), post(990)]], cursor, reach=3)[1]
    assert not gather([[post(1000), post(990)]], "", reach=2)[1]


@pytest.mark.parametrize("cursor", ["x", "1", "1 ", "1 a b", "-1 a", "9" * 18 + " a"])
def test_another_cursor_is_told_as_that(cursor: str) -> None:
    with pytest.raises(UnexpectedReply):
        page([], cursor, until=START)
