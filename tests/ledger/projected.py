"""Likes of one brand in a July, and what reaches the disk."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portevoix.ledger.actions.record import record
from portevoix.networks.contracts import ActorRef, Event, Kind
from portevoix.people.models import Brand
from tests.ledger.conftest import NOW

JULY = datetime(2026, 7, 1, tzinfo=NOW.tzinfo)


def heard(brand: Brand, count: int, *, start: datetime = JULY, first: int = 0, step: int = 3600) -> None:
    """Record `count` likes, `step` seconds apart."""
    events = [
        Event(Kind.LIKE, ActorRef(f"a{number}"), "88", start + timedelta(seconds=step * number), f"p{number}")
        for number in range(first, first + count)
    ]
    record(brand, "x", now=NOW, source="test", events=events)


def synced(work: Callable[[], object]) -> set[str]:
    """Return the paths that `work` put on disk before it ended."""
    synced: set[str] = set()
    system_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        synced.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        system_fsync(descriptor)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        work()
    return synced
