"""What is going on with a brand's figures: imports under way, unfinished or just ended, figures being computed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from portevoix.core import clock, jobs
from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.ledger.models import Import
from portevoix.ledger.rejects import path_of
from portevoix.measures.freshness import stored
from portevoix.people.models import Brand, User
from portevoix.web.closings import Asked
from portevoix.web.coverage import Coverage

TOLD_FOR: Final = timedelta(hours=1)
"""For how long a page tells how an import ended."""


@dataclass(frozen=True)
class Running:
    """An import under way. `percent` is None where the size is unknown."""

    run: Import
    percent: int | None
    may_stop: bool
    is_asked_to_stop: bool


@dataclass(frozen=True)
class Ended:
    """An import that is all in. `rejects_file` is empty without refused lines, and for who may not import."""

    run: Import
    rejects_file: str

    @classmethod
    def last(cls, runs: Iterable[Import], brand: Brand, user: User) -> "Ended | None":
        """Return the one of `runs` that ended last, if one did."""
        ended = [run for run in runs if run.intake.known_at_us]
        if not ended:
            return None
        run = max(ended, key=lambda each: each.intake.known_at_us or 0)
        may_read = bool(run.rejected_count) and user.has_perm("ledger.import", brand)
        return cls(run, str(path_of(run)) if may_read else "")


@dataclass(frozen=True)
class News:
    """What a page tells besides the figures; `is_moving` while it will change by itself."""

    running: tuple[Running, ...]
    stopped: tuple[Import, ...]
    ended: Ended | None
    asked: Asked
    computed_at: datetime | None
    is_overtaken: bool

    @property
    def is_moving(self) -> bool:
        """Return whether something is under way, so that it is worth looking again."""
        return bool(self.running) or self.is_overtaken or self.asked.is_moving

    @classmethod
    def read(
        cls, brand: Brand, month: Month, user: User, *, now: datetime, coverage: Coverage, asked: Asked
    ) -> "News":
        """Read what is going on with `month` of `brand` at `now`, for `user`.

        A month that is not covered, of which no source told anything, has no figures to wait for.
        """
        card = stored(brand, month)
        runs = _runs(brand, now)
        is_running = [run for run in runs if run.is_running and not run.intake.known_at_us]
        may_stop = bool(is_running) and user.has_perm("ledger.import", brand)
        return cls(
            running=tuple(
                Running(run, run.job.progress_percent, may_stop, run.job.is_cancel_requested)
                for run in is_running
            ),
            stopped=tuple(run for run in runs if not run.is_running and not run.intake.known_at_us),
            ended=Ended.last(runs, brand, user),
            asked=asked,
            computed_at=card.scorecard.computed_at if card.scorecard else None,
            is_overtaken=bool(coverage.parts) and card.is_overtaken,
        )


def _runs(brand: Brand, now: datetime) -> list[Any]:
    """Return the imports of `brand` that are unfinished, and those that ended a moment ago, newest first."""
    return _told(brand=brand.pk, now=now, since_us=clock.to_us(now - TOLD_FOR))


@prepared
def _told(brand: Any, now: Any, since_us: Any) -> QuerySet[Import]:
    at_work = jobs.in_progress(Job.objects.filter(pk=OuterRef("job")), now)
    told = Q(intake__known_at_us=None) | Q(intake__known_at_us__gt=since_us)
    found = Import.objects.filter(told, brand=brand).select_related("job", "brand", "intake")
    return found.annotate(is_running=Exists(at_work))
