"""An import that a page tells of: while it runs, and once it has ended."""

from datetime import timedelta

from portevoix.core import clock
from portevoix.core.models import Job
from portevoix.ledger.models import Import, Intake
from portevoix.people.models import Brand


def an_import(brand: Brand, *, lease: timedelta) -> Import:
    now = clock.now()
    job = Job.objects.create(
        kind="ledger.import",
        owner=brand.owner,
        state="running",
        lease_until=now + lease,
        progress_done=30,
        progress_total=120,
    )
    intake = Intake.objects.create(brand=brand, network="x", source="import", started_at=now)
    return Import.objects.create(
        brand=brand, job=job, intake=intake, content_hash="h", file_name="days.csv.gz",
        read_count=20_000, added_count=19_000, known_count=900, rejected_count=100,
    )  # fmt: skip


def ended(run: Import, ago: timedelta) -> None:
    run.intake.known_at_us = clock.to_us(clock.now() - ago)
    run.intake.save()
