"""Making the next item of a stream while waiting for something else, such as a disk."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Generic, TypeVar

from portevoix.core.disposable import Disposable

T = TypeVar("T")


class Ahead(Disposable, Generic[T]):
    """The items of a stream, one by one; `begin()` has the next one made in a thread of its own meanwhile.

    The stream is never used from two threads at once. What it raises is raised where its item is asked for.
    """

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._coming: Future[list[T]] | None = None

    def close(self) -> None:
        """End the thread, once the item that it makes is there."""
        self._thread.shutdown()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        """Return the next item, made meanwhile or now."""
        coming, self._coming = self._begun(), None
        for item in coming.result():
            return item
        raise StopIteration

    def begin(self) -> None:
        """Begin to make the next item, unless that has begun."""
        self._coming = self._begun()

    def _begun(self) -> "Future[list[T]]":
        return self._coming or self._thread.submit(self._made)

    def _made(self) -> list[T]:
        """Return a list of the next item, empty when there is none."""
        return list(islice(self._items, 1))
