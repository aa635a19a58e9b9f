"""The claim on the projection: one process at a time writes it, or looks at it while nobody does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from portevoix.core import jobs
from portevoix.core.models import Job
from portevoix.core.patience import Patience
from portevoix.ledger.errors import ProjectionUnderWay

KIND: Final = "ledger.projection"
PATIENT: Final = Patience(timedelta(minutes=5))
_REGROWING: Final = "is_regrowing"

Clock = Callable[[], datetime]


@dataclass
class Claim:
    """The projection, held by this process until another finds its lease run out."""

    job: Job
    now: Clock
    segments: int = 0
    """How many segments this process has written under the claim."""

    @property
    def attempt(self) -> int:
        """Return the number that no other claim has: part of the name of each file that is written under it."""
        return self.job.attempt

    @property
    def is_regrowing(self) -> bool:
        """Return whether what is written now will replace all that readers use, once it is whole."""
        return bool(self.job.cursor.get(_REGROWING))

    def keep(self) -> None:
        """Renew the lease when it is getting old; called after each piece of work. Raises LeaseLost."""
        lease_until = self.job.lease_until
        if lease_until is None or lease_until - self.now() < jobs.LEASE / 2:
            self.confirm()

    def confirm(self, *, is_regrowing: bool | None = None) -> None:
        """Make sure that the claim is still ours; called in each transaction of its holder. Raises LeaseLost.

        `is_regrowing` is remembered for whoever goes on after our death.
        """
        cursor = None if is_regrowing is None else {_REGROWING: is_regrowing}
        jobs.advance(self.job, self.now(), done=self.segments, cursor=cursor)


@contextmanager
def held(now: Clock, patience: Patience) -> Iterator[Claim]:
    """Hold the projection for a block of work.

    Raises ProjectionUnderWay when another process still holds it after `patience`, or has taken it over.
    """
    for _turn in patience.turns():
        job = jobs.recurring(KIND)
        with jobs.claimed(job, now()) as is_ours:
            if is_ours:
                try:
                    yield Claim(job, now)
                    jobs.finish(job, now())
                except jobs.LeaseLost as lost:
                    sentence = _("Another process took the projection over and goes on with it.")
                    raise ProjectionUnderWay(sentence) from lost
                return
    raise ProjectionUnderWay(_("The projection is being written by another process; it will be done soon."))
