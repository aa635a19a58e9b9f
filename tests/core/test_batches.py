"""A stream cut into pieces is the same stream."""

from collections.abc import Iterator
from itertools import chain, count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.core.batches import batches


@given(st.lists(st.integers()), st.integers(1, 20))
def test_nothing_is_lost_and_every_piece_but_the_last_is_full(items: list[int], size: int) -> None:
    pieces = list(batches(items, size))
    assert list(chain.from_iterable(pieces)) == items
    assert all(len(piece) == size for piece in pieces[:-1])
    assert all(pieces)


def test_only_what_is_needed_is_read() -> None:
    read: list[int] = []

    def stream() -> Iterator[int]:
        for number in count():
            read.append(number)
            yield number

    assert list(islice(batches(stream(), 3), 2)) == [[0, 1, 2], [3, 4, 5]]
    assert len(read) == 6


def test_a_piece_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        list(batches([1], 0))
