"""Entry points of the worker: scorecards that facts have overtaken, and reminders of months that are over.

Every process knows these tasks, so that a page can ring the bell; the engine behind them is loaded only
where they run.
"""

from contextlib import suppress
from datetime import datetime

from portevoix.core import clock, patience
from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.core.worker import queue, sweep
from portevoix.ledger.errors import ProjectionUnderWay
from portevoix.people.models import Brand


@sweep("measures.refresh")
def refresh_what_was_overtaken(now: datetime) -> None:
    """Compute the scorecards whose facts have changed since."""
    from portevoix.measures.actions import refresh_overtaken  # noqa: PLC0415

    refresh_overtaken(now=now)


@sweep("measures.remind")
def remind_of_months(now: datetime) -> None:
    """Send the reminders that are due."""
    from portevoix.measures.actions import remind  # noqa: PLC0415

    remind(now=now)


@sweep("measures.requests")
def do_what_was_asked(now: datetime) -> None:
    """Close and replay the months of which pages asked it, where the bell was missed."""
    from portevoix.measures.actions.requests import serve_requests  # noqa: PLC0415

    serve_requests(now=now)


def _serve_request(job_id: int) -> None:
    """Do what one page asked for, if it still waits."""
    from portevoix.measures.actions.requests import serve  # noqa: PLC0415

    job = Job.objects.filter(pk=job_id, state="waiting").first()
    if job:
        serve(job, now=clock.now())


def _refresh_month(brand_id: int, month: str) -> None:
    """Compute one scorecard, if it is stale or missing, unless somebody is writing the projection."""
    from portevoix.measures.actions import refresh  # noqa: PLC0415

    brand = Brand.objects.filter(pk=brand_id).first()
    # Every view of a page rings: were each to wait, none of the worker's threads would be left for the sweeps.
    if brand:
        with suppress(ProjectionUnderWay):
            refresh([brand], Month.parse(month), now=clock.now, patience=patience.NONE)


# What is rung must be what the queue returns: the plain function would run at once, in the page's own process.
refresh_month = queue.task(name="refresh_month")(_refresh_month)
serve_request = queue.task(name="serve_request")(_serve_request)
