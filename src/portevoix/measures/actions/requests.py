"""What a page asks the worker to do about a month: close it, or replay it, which both read a great many facts.

A request is a job of the brand. Its cursor names the month and who asked, and keeps what came of it; it can be
left and found again, and whoever asks twice finds the one that is under way.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portevoix.core import jobs
from portevoix.core.errors import UserError
from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.ledger.actions.known import take_turn
from portevoix.measures.actions.closing import close
from portevoix.measures.actions.verify import Outcome, Verification, verify
from portevoix.measures.errors import NotClosable, NotClosed
from portevoix.measures.queries import CLOSE, VERIFY, closing_of, closing_state, request_of
from portevoix.measures.rules import Obstacle
from portevoix.people import rights
from portevoix.people.models import Brand, User

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(hours=1)
"""For how long a request is held. Closing and replaying have no step at which to say that one is still at it: what
takes longer is begun again elsewhere. A process that dies is found at once by the next one on its machine."""
TOLD: Final = 50
"""How many differing figures a request keeps; there are seldom any."""


@transaction.atomic
def ask_to_close(brand: Brand, month: Month, *, by: User, now: datetime) -> Job:
    """Ask the worker to close `month`. Raises NotAllowed, and NotClosable where it could not be closed."""
    rights.require(CLOSE, by=by, brand=brand)
    state = closing_state(brand, month, now=now)
    if state.obstacle not in (None, Obstacle.NOT_COMPUTED):  # the worker computes first
        raise NotClosable(state.reason)
    return _asked(CLOSE, brand, month, by)


@transaction.atomic
def ask_to_verify(brand: Brand, month: Month, *, by: User) -> Job:
    """Ask the worker to replay the closed `month`. Raises NotAllowed and NotClosed."""
    rights.require(VERIFY, by=by, brand=brand)
    if closing_of(brand, month) is None:
        raise NotClosed(_("%(month)s is not closed: there is nothing to compare with.") % {"month": month})
    return _asked(VERIFY, brand, month, by)


def _asked(kind: str, brand: Brand, month: Month, by: User) -> Job:
    """Return the request that is under way, else a new one, in the caller's transaction."""
    take_turn(brand)
    known = request_of(kind, brand, month)
    if known and known.state in ("waiting", "running"):
        return known
    cursor = {"month": str(month), "user": by.pk}
    return Job.objects.create(kind=kind, owner=brand.owner, cursor=cursor, progress_total=1)


def serve_requests(*, now: datetime) -> int:
    """Do what was asked for and waits, or was left by a process that died; return how much was done."""
    open_ones = Job.objects.filter(kind__in=_DOERS, state__in=("waiting", "running")).order_by("pk")
    return sum(serve(job, now=now) for job in open_ones)


def serve(job: Job, *, now: datetime) -> bool:
    """Do what `job` asks for, unless somebody is at it; return whether it was ours. The row tells what fails."""
    with jobs.claimed(job, now, lease=LEASE) as is_ours:
        if not is_ours:
            return False
        try:
            _do(job, now)
        except jobs.LeaseLost:
            return False
        except Exception:
            log.exception("request_failed", job=job.pk)
            return _fail(job, now)
    return True


def _fail(job: Job, now: datetime) -> bool:
    """Tell that `job` went wrong; return whether it still was ours to tell."""
    with suppress(jobs.LeaseLost):
        jobs.finish(job, now, state="failed", detail=_("Something went wrong here; nothing was changed."))
        return True
    return False


def _do(job: Job, now: datetime) -> None:
    """Do what `job` asks for, and keep what came of it. A refusal is told in the words of whoever asked."""
    by = User.objects.get(pk=job.cursor["user"])
    brand = Brand.objects.get(pk=int(job.owner.removeprefix("brand:")))
    with translation.override(by.language or settings.LANGUAGE_CODE):
        try:
            outcome = _DOERS[job.kind](brand, Month.parse(job.cursor["month"]), by, now)
        except UserError as problem:
            jobs.finish(job, now, state="failed", detail=str(problem))
            return
    jobs.advance(job, now, done=1, cursor={**job.cursor, "outcome": outcome})
    jobs.finish(job, now)


def _close(brand: Brand, month: Month, by: User, now: datetime) -> dict[str, Any]:
    return {"digest": close(brand, month, by=by, now=now).digest}


def _verify(brand: Brand, month: Month, by: User, now: datetime) -> dict[str, Any]:
    return told(verify(brand, month, by=by, now=lambda: now))


def told(found: Verification) -> dict[str, Any]:
    """Return what a verification found as JSON: whether all is sound, and the figures that differ."""
    return {
        "is_sound": found.is_sound,
        "is_sealed": found.is_sealed,
        "has_its_facts": found.has_its_facts,
        "same": len(found.those(Outcome.SAME)),
        "not_replayed": len(found.those(Outcome.NOT_REPLAYED)),
        "different": [
            [each.voice_slug, each.metric, each.closed[0], each.replayed[0]]
            for each in found.those(Outcome.DIFFERENT)[:TOLD]
        ],
    }


_DOERS: Final[dict[str, Callable[[Brand, Month, User, datetime], dict[str, Any]]]] = {
    CLOSE: _close,
    VERIFY: _verify,
}
