"""What is going on with a brand's figures: imports under way, unfinished or just ended, figures being computed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef

from portevoix.core import clock, jobs
from portevoix.core.models import Job
from portevoix.ledger.models import Import
from portevoix.ledger.queries import unfinished_imports
from portevoix.ledger.rejects import path_of
from portevoix.measures.freshness import Stored
from portevoix.people.models import Brand, User

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
    def last(cls, brand: Brand, user: User, *, now: datetime) -> "Ended | None":
        """Return the import of `brand` that ended last, if that was a moment ago."""
        since_us = clock.to_us(now - TOLD_FOR)
        ended = Import.objects.filter(brand=brand, intake__known_at_us__gt=since_us)
        run = ended.order_by("-intake__known_at_us").first()
        if run is None:
            return None
        may_read = bool(run.rejected_count) and user.has_perm("ledger.import", brand)
        return cls(run, str(path_of(run)) if may_read else "")


@dataclass(frozen=True)
class News:
    """What a page tells besides the figures; `is_moving` while it will change by itself."""

    running: tuple[Running, ...]
    stopped: tuple[Import, ...]
    ended: Ended | None
    computed_at: datetime | None
    is_overtaken: bool

    @property
    def is_moving(self) -> bool:
        """Return whether something is under way, so that it is worth looking again."""
        return bool(self.running) or self.is_overtaken

    @classmethod
    def of(cls, brand: Brand, stored: Stored, user: User, *, now: datetime, is_covered: bool) -> "News":
        """Read what is going on with `brand` at `now`, for `user`.

        A month that is not covered, of which no source told anything, has no figures to wait for.
        """
        at_work = jobs.in_progress(Job.objects.filter(pk=OuterRef("job")), now)
        runs: list[Any] = list(unfinished_imports(brand).annotate(is_running=Exists(at_work)))
        is_running = [run for run in runs if run.is_running]
        may_stop = bool(is_running) and user.has_perm("ledger.import", brand)
        return cls(
            running=tuple(
                Running(run, run.job.progress_percent, may_stop, run.job.is_cancel_requested)
                for run in is_running
            ),
            stopped=tuple(run for run in runs if not run.is_running),
            ended=Ended.last(brand, user, now=now),
            computed_at=stored.scorecard.computed_at if stored.scorecard else None,
            is_overtaken=is_covered and stored.is_overtaken,
        )
