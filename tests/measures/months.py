"""A brand with one voice and the months that its tests close."""

from datetime import UTC, datetime

from portevoix.core.periods import Month
from portevoix.ledger.actions.record import record
from portevoix.networks.contracts import ActorRef, Event, Kind
from portevoix.people.models import Brand

JULY, JUNE = Month(2026, 7), Month(2026, 6)
MIDDLE = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)
AUGUST = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def liked(brand: Brand, count: int, *, at: datetime = MIDDLE, first: int = 0, now: datetime = AUGUST) -> None:
    """Record `count` likes of one instant on account 88, by people who are numbered from `first`."""
    events = [
        Event(Kind.LIKE, ActorRef(f"a{number}"), "88", at, f"p{at:%m%d}")
        for number in range(first, first + count)
    ]
    record(brand, "x", now=now, source="test", events=events)
