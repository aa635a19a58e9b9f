"""The worker's queue and timetable (Huey).

The queue is only a bell: a task carries an id, is idempotent, and may be lost. What is due stands in the
database, and each app registers a *sweep* that finds, once a minute, whatever the bell missed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections
from huey import SqliteHuey, crontab

from portevoix.core import clock

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
    failed = []
    for name, function in _sweeps.items():
        close_old_connections()
        try:
            function(now)
        except Exception:
            log.exception("sweep_failed", sweep=name)
            failed.append(name)
    return failed


def sweep_each_minute() -> None:
    """Find whatever the bell missed."""
    run_sweeps(clock.now())


queue.periodic_task(crontab(minute="*"))(sweep_each_minute)


def ring(task: Callable[..., Any], *arguments: int | str) -> None:
    """Ask the worker to run `task` soon. A bell that cannot ring is logged: the sweep will find the work."""
    try:
        task(*arguments)
    except Exception:
        log.exception("bell_failed")
