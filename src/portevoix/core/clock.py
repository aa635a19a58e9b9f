"""Instants: aware datetimes at the surface, UTC microseconds (BIGINT) in the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US


_LIVED: ContextVar[datetime | None] = ContextVar("lived", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC. Rules take it as an argument; only entry points call this."""
    return _LIVED.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let it be `instant` (aware) within a block of this thread: the demonstration lives months that are past.

    Nothing else of the product may call it. Raises ValueError when `instant` is naive.
    """
    to_us(instant)
    before = _LIVED.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _LIVED.reset(before)


def to_us(instant: datetime) -> int:
    """Return `instant` (aware) as microseconds since 1970 in UTC, exactly. Raises ValueError when naive."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime is no instant")
    return (instant - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    """Return the aware UTC datetime of `us` microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)
