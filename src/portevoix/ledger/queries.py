"""Readings of facts and of how they came in, for pages and commands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, QuerySet

from portevoix.core import clock, jobs
from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.core.prepared import prepared
from portevoix.ledger.models import Actor, Coverage, Import, Intake, Interaction, Publication, Reading
from portevoix.networks.contracts import Counted
from portevoix.networks.models import Account
from portevoix.people.models import Brand


def unfinished_imports(brand: Brand | None = None) -> QuerySet[Import]:
    """Return imports whose facts do not count yet, newest first, with their job and brand."""
    found = Import.objects.unfinished().select_related("job", "brand", "intake")
    return found.filter(brand=brand) if brand else found


def is_running(run: Import, now: datetime) -> bool:
    """Return whether a living process is working on `run`."""
    return jobs.in_progress(Job.objects.filter(pk=run.job_id), now).exists()


def latest_import(brand: Brand) -> Import | None:
    """Return the newest import of `brand`, finished or not."""
    return Import.objects.filter(brand=brand).select_related("job", "intake").first()


def watermark(brand: Brand) -> list[int]:
    """Return numbers that change whenever a fact of `brand` becomes visible."""
    return [Intake.objects.finished().filter(brand=brand).count(), known_until_us(brand)]


def known_until_us(brand: Brand) -> int:
    """Return the greatest instant from which facts of `brand` count, 0 without any.

    Intakes count in the order in which they are committed: whatever counts later has a greater instant.
    """
    last = Intake.objects.finished().filter(brand=brand).aggregate(last=Max("known_at_us"))["last"]
    return last or 0


def is_covered(brand: Brand, month: Month) -> bool:
    """Return whether some source told something of `month`, in the brand's zone."""
    return Coverage.objects.filter(brand=brand).overlapping(*month.bounds_us(brand.zone)).exists()


def told_until(brand: Brand) -> dict[tuple[str, int | None], int]:
    """Return {(network, row id of an account, or None for all of the network): until when something was told}.

    Instants are UTC microseconds, excluded; what is claimed for later than tomorrow does not count.
    """
    until = clock.to_us(clock.now()) + clock.DAY_US
    rows = _told_until(brand=brand.pk, until=until)
    return {(network, account): min(last, until) for network, account, last in rows}


@prepared
def _told_until(brand: Any, until: Any) -> QuerySet[Any, tuple[str, int | None, int]]:
    counted = Coverage.objects.filter(brand=brand).overlapping(0, until).order_by()
    return counted.values_list("network", "account").annotate(last=Max("to_us"))


def covered_months(brand: Brand) -> list[Month]:
    """Return the months, in the brand's zone, of which some source told something, oldest first.

    Of what a source claims before 1970 UTC, or for later than tomorrow, no month is made.
    """
    until = clock.to_us(clock.now()) + clock.DAY_US
    counted = Coverage.objects.filter(brand=brand).overlapping(0, until)
    span = counted.aggregate(first=Min("from_us"), last=Max("to_us"))
    if span["first"] is None:
        return []
    month = Month.of(clock.from_us(max(span["first"], 0)), brand.zone)
    last = Month.of(clock.from_us(min(span["last"], until) - 1), brand.zone)
    months = []
    while month <= last:
        months.append(month)
        month = month.next
    return months


@dataclass(frozen=True)
class Told:
    """What is known of some accounts: their posts, what others did to them, and their followers."""

    posts: int
    interactions: int
    followers: int


def told_of(brand: Brand, accounts: Collection[Account]) -> Told:
    """Return what was collected or imported of `accounts` of `brand`, with three queries.

    Followers are those last read; whoever follows two accounts counts twice.
    """
    ids = [account.remote_id for account in accounts]
    networks = {account.network for account in accounts}
    ours = Actor.objects.filter(brand=brand, network__in=networks, remote_id__in=ids)
    read = Reading.objects.filter(actor__in=ours, object_id="", counted=Counted.FOLLOWERS)
    followers = dict(read.order_by("at_us").values_list("actor", "value"))
    return Told(
        Publication.objects.filter(author__in=ours).count(),
        Interaction.objects.filter(target__in=ours).count(),
        sum(followers.values()),
    )
