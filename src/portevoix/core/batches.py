"""Cutting a stream into pieces of a known size (itertools has it from Python 3.12 on)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of `size` items, the last one shorter. Raises ValueError when `size` is below 1."""
    if size < 1:
        raise ValueError("a batch holds at least one item")
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
