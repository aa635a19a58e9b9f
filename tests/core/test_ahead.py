"""The next item is made meanwhile, and never more than one."""

import threading
from collections.abc import Iterator

import pytest

from portevoix.core.ahead import Ahead


def _counted(made: list[int], until: int = 5) -> Iterator[int]:
    for number in range(until):
        made.append(number)
        yield number


def test_items_come_in_order_to_the_end() -> None:
    with Ahead(iter("abc")) as items:
        assert list(items) == ["a", "b", "c"]


def test_nothing_is_made_before_somebody_asks_or_begins() -> None:
    made: list[int] = []
    with Ahead(_counted(made)) as items:
        assert made == []
        assert next(items) == 0
        assert made == [0]


def test_one_item_and_no_more_is_made_meanwhile() -> None:
    made: list[int] = []
    with Ahead(_counted(made)) as items:
        items.begin()
        items.begin()
    assert made == [0]


def test_it_is_made_in_a_thread_of_its_own() -> None:
    here = threading.get_ident()
    with Ahead(threading.get_ident() for _turn in range(2)) as items:
        assert here not in set(items)


def test_what_the_stream_raises_is_raised_where_its_item_is_asked_for() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("the file is gone")

    with Ahead(broken()) as items:
        assert next(items) == 1
        items.begin()
        with pytest.raises(OSError, match="gone"):
            next(items)
