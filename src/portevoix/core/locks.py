"""Locks of this machine: held by a process, and given back by the system the instant it dies.

They complement the leases of `core.jobs`, which work across machines but only end with time.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


@contextmanager
def machine_lock(name: str, *, is_patient: bool = False) -> Iterator[bool]:
    """Hold the lock `name` of this machine; yield whether it is held. `is_patient` waits until it is."""
    folder = settings.DATA / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
