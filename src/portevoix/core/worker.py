"""The worker's queue and timetable (Huey).

The queue is only a bell: a task carries an id, is idempotent, and may be lost. What is due stands in the
database, and each app registers a *sweep* that finds, once a minute, whatever the bell missed. Each sweep is a
task of its own, so that a slow one keeps no other waiting.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections
from huey import SqliteHuey, crontab

from portevoix.core import clock
from portevoix.core.locks import machine_lock

log = structlog.get_logger(__name__)

queue = SqliteHuey(
    "portevoix",
    filename=str(settings.QUEUE_FILE),
    results=False,
    utc=True,
    fsync=False,  # losing the queue loses nothing
)

Sweep = Callable[[datetime], object]
_sweeps: dict[str, Sweep] = {}


def sweep(name: str) -> Callable[[Sweep], Sweep]:
    """Register a function that finds and does what is due at the instant it is given."""

    def register(function: Sweep) -> Sweep:
        _sweeps[name] = function
        return function

    return register


def run_sweeps(now: datetime) -> list[str]:
    """Run every sweep once, as of `now`; return the names of those that failed.

    One sweep that fails is logged and never stops the others.
    """
    return [name for name in _sweeps if not run_sweep(name, now)]


def run_sweep(name: str, now: datetime) -> bool:
    """Run the sweep `name` as of `now`, unless this machine is still at it; return whether nothing failed."""
    with machine_lock(f"sweep.{name}") as is_mine:
        if not is_mine:
            log.info("sweep_still_running", sweep=name)
            return True
        close_old_connections()
        try:
            _sweeps[name](now)
        except Exception:
            log.exception("sweep_failed", sweep=name)
            return False
    return True


def schedule_sweeps() -> None:
    """Put every sweep on the timetable of this process, once a minute; only a worker does."""
    for name in _sweeps:
        _schedule(name)


def _schedule(name: str) -> None:
    def find() -> None:
        run_sweep(name, clock.now())

    # What waited for more than a minute is dropped: the next one finds the same.
    queue.periodic_task(crontab(minute="*"), name=f"sweep.{name}", expires=60)(find)


def ring(task: Callable[..., Any], *arguments: int | str) -> None:
    """Ask the worker to run `task` soon. A bell that cannot ring is logged: the sweep will find the work."""
    try:
        task(*arguments)
    except Exception:
        log.exception("bell_failed")
