"""Storing facts that are already understood: from collectors, and figures handed down by other parts.

Each call is one intake, finished in the transaction that stores it.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction

from portevoix.core import clock
from portevoix.ledger import fitting, permitted
from portevoix.ledger.actions.forget import erase
from portevoix.ledger.actions.known import next_known_us
from portevoix.ledger.heard import Heard, write
from portevoix.ledger.models import Coverage, Intake
from portevoix.ledger.writing import FactWriter
from portevoix.networks.contracts import Event, Kind, Reading, SeenPost
from portevoix.networks.models import Account
from portevoix.networks.permits import Permit
from portevoix.people.models import Brand

log = structlog.get_logger(__name__)


@transaction.atomic
def record(
    brand: Brand,
    network: str,
    *,
    now: datetime,
    source: str,
    events: Sequence[Event] = (),
    posts: Sequence[SeenPost] = (),
    readings: Sequence[Reading] = (),
    permits: Sequence[Permit] | None = None,
) -> int:
    """Store what was heard from `network`, each fact once; return how many facts were new.

    What the network's `permits` do not allow to be kept is not kept, and what was deleted there is erased here;
    None is for what no network told us. `source` says who hands them down ("collector", "manual", …), `now` when
    they became known; they count in the order in which they are committed (`ledger.actions.known`). What can
    never be stored (`ledger.fitting`) is left out and logged: it must not keep the rest of its page out.
    """
    told = len(events) + len(posts) + len(readings)
    # Also where the fact itself may not be kept: what was deleted there is erased here.
    erase(brand, network, [event.object_id for event in events if event.kind is Kind.DELETED])
    if permits is not None:
        events, posts = permitted.events(events, permits), permitted.posts(posts, permits)
    events = [event for event in events if fitting.is_event(event)]
    posts = [post for post in posts if fitting.is_post(post)]
    readings = [reading for reading in readings if fitting.is_reading(reading)]
    if left_out := told - len(events) - len(posts) - len(readings):
        log.warning("facts_left_out", brand=brand.pk, network=network, source=source, count=left_out)
    keeping = permitted.Keeping.of(permits, brand.day(now))
    return _store(brand, network, Heard(events, posts, readings), now=now, source=source, keeping=keeping)


def _store(
    brand: Brand, network: str, heard: Heard, *, now: datetime, source: str, keeping: permitted.Keeping
) -> int:
    """Store facts that fit, in an intake of their own; return how many were new."""
    known_at_us = next_known_us(brand, now)
    intake = Intake.objects.create(brand=brand, network=network, source=source, started_at=now)
    writer = FactWriter(intake)
    added = write(writer, heard, keeping)
    writer.take_over_sightings()
    intake.known_at_us = known_at_us
    intake.save(update_fields=["known_at_us"])
    return added


def extend_coverage(account: Account, kinds: Sequence[str], *, from_at: datetime, to_at: datetime) -> None:
    """Note that a source told everything of `kinds` for `account` from `from_at` to `to_at`.

    A span that begins inside an earlier one lengthens it.
    """
    from_us, to_us = clock.to_us(from_at), clock.to_us(to_at)
    spans = Coverage.objects.filter(account=account, kind__in=kinds, intake=None)
    touching = spans.filter(from_us__lte=from_us, to_us__gte=from_us).order_by("to_us")
    last = {span.kind: span for span in touching}
    Coverage.objects.filter(pk__in=[span.pk for span in last.values() if span.to_us < to_us]).update(
        to_us=to_us
    )
    Coverage.objects.bulk_create(
        Coverage(
            brand=account.brand,
            network=account.network,
            account=account,
            kind=kind,
            from_us=from_us,
            to_us=to_us,
        )
        for kind in kinds
        if kind not in last
    )
