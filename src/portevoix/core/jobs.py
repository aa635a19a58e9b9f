"""Long work as a row: progress, cursor, cancellation, and a lease that a dead process loses by itself.

Whoever claims a job works on it and renews its lease at each step; every write carries the attempt's number,
so a process that wakes up after its lease can no longer touch the row.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q

from portevoix.core.locks import machine_lock
from portevoix.core.models import INSTALLATION, Job
from portevoix.core.states import StateGraph

LEASE = timedelta(seconds=60)

STATES = StateGraph(
    "job",
    initial="waiting",
    edges={
        "waiting": ("running", "cancelled"),
        "running": ("waiting", "done", "failed", "cancelled"),
        "failed": ("running",),
        "cancelled": ("running",),
        "done": ("running",),  # recurring work, such as the projection, keeps its one row
    },
)


class LeaseLost(Exception):
    """Another process has taken the job over: stop at once and write nothing more."""


def recurring(kind: str) -> Job:
    """Return the one row of the recurring work `kind`, made when it is first asked for."""
    # The database allows one: whoever loses the race to make it finds the winner's.
    return Job.objects.get_or_create(kind=kind, owner=INSTALLATION)[0]


def _claimable(now: datetime, *, is_alone: bool) -> Q:
    lost = Q(lease_until__lt=now) | Q(lease_until=None)
    if is_alone:
        lost |= Q(host=socket.gethostname())
    return Q(state__in=STATES.sources("running")) | (Q(state="running") & lost)


def claim(job: Job, now: datetime, *, is_alone: bool = False, lease: timedelta = LEASE) -> bool:
    """Take `job` if nobody else holds it at `now`; return whether it is ours. One conditional UPDATE.

    `lease` is for how long, unless it is renewed: longer than LEASE for work that has no steps at which to do so.
    `is_alone`: the caller holds this machine's lock of the job, so whoever is written down as its holder
    on this machine is dead, however fresh the lease.
    """
    mine = Job.objects.filter(_claimable(now, is_alone=is_alone), pk=job.pk, attempt=job.attempt)
    taken = mine.update(
        state="running",
        attempt=F("attempt") + 1,
        host=socket.gethostname(),
        lease_until=now + lease,
        started_at=now,
        finished_at=None,
        is_cancel_requested=False,
        detail="",
    )
    if taken:
        job.refresh_from_db()
    return bool(taken)


@contextmanager
def claimed(job: Job, now: datetime, *, lease: timedelta = LEASE) -> Iterator[bool]:
    """Hold `job` for a block of work; yield whether it is ours. Leaving the block gives the lease back."""
    with machine_lock(f"job-{job.pk}") as is_alone:
        is_ours = is_alone and claim(job, now, is_alone=True, lease=lease)
        try:
            yield is_ours
        finally:
            if is_ours:
                release(job)


def _write(job: Job, **values: Any) -> None:
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state="running")
    if not mine.update(**values):
        raise LeaseLost(str(job))
    for name, value in values.items():
        setattr(job, name, value)


def advance(job: Job, now: datetime, *, done: int, cursor: dict[str, Any] | None = None) -> bool:
    """Write progress and renew the lease; return False when someone asked to cancel. Raises LeaseLost."""
    values: dict[str, Any] = {"progress_done": done, "lease_until": now + LEASE}
    if cursor is not None:
        values["cursor"] = cursor
    _write(job, **values)
    return not Job.objects.values_list("is_cancel_requested", flat=True).get(pk=job.pk)


def finish(job: Job, now: datetime, *, state: str = "done", detail: str = "") -> None:
    """End `job` in `state` (done, failed or cancelled) with `detail`. Raises LeaseLost."""
    if not STATES.allows("running", state):
        raise ValueError(f"a running job does not become {state}")
    _write(job, state=state, detail=detail, finished_at=now, lease_until=None)


def release(job: Job) -> None:
    """Give the lease of an unfinished job back, so that anybody may go on with it at once."""
    Job.objects.filter(pk=job.pk, attempt=job.attempt, state="running").update(lease_until=None)


def ask_to_cancel(job: Job) -> bool:
    """Ask whoever works on `job` to stop at the next step; return whether it was still at work."""
    return bool(Job.objects.filter(pk=job.pk, state="running").update(is_cancel_requested=True))


def in_progress(jobs: models.QuerySet[Job], now: datetime) -> models.QuerySet[Job]:
    """Return those of `jobs` that a living process is working on at `now`."""
    return jobs.filter(state="running", lease_until__gte=now)
