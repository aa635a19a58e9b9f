"""Storing facts that are already understood: from collectors, and figures handed down by other parts.

Each call is one intake, finished in the transaction that stores it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import structlog
from django.db import transaction

from portevoix.core import clock
from portevoix.ledger import fitting, permitted
from portevoix.ledger.actions.forget import erase
from portevoix.ledger.actions.known import next_known_us
from portevoix.ledger.models import Coverage, Intake
from portevoix.ledger.rows import Act, Acts, act
from portevoix.ledger.writing import FactWriter
from portevoix.networks.contracts import ActorRef, Event, Kind, Reading, SeenPost
from portevoix.networks.models import Account
from portevoix.networks.permits import Permit
from portevoix.people.models import Brand

LONGEST_MAKER: Final = 120

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
    if permits is not None:
        events, posts = permitted.events(events, permits), permitted.posts(posts, permits)
    events = [event for event in events if fitting.is_event(event)]
    posts = [post for post in posts if fitting.is_post(post)]
    readings = [reading for reading in readings if fitting.is_reading(reading)]
    if left_out := told - len(events) - len(posts) - len(readings):
        log.warning("facts_left_out", brand=brand.pk, network=network, source=source, count=left_out)
    keeping = permitted.Keeping.of(permits, brand.day(now))
    erase(brand, network, [event.object_id for event in events if event.kind is Kind.DELETED])
    return _store(
        brand, network, now=now, source=source, events=events, posts=posts, readings=readings, keeping=keeping
    )


def _store(
    brand: Brand,
    network: str,
    *,
    now: datetime,
    source: str,
    events: Sequence[Event],
    posts: Sequence[SeenPost],
    readings: Sequence[Reading],
    keeping: permitted.Keeping,
) -> int:
    """Store facts that fit, in an intake of their own; return how many were new."""
    known_at_us = next_known_us(brand, now)
    intake = Intake.objects.create(brand=brand, network=network, source=source, started_at=now)
    writer = FactWriter(intake)
    added = writer.acts(Acts.of([_act(event) for event in events]))
    added += writer.publications([_publication(post) for post in posts])
    added += writer.readings([_reading(reading) for reading in readings])
    writer.contents(_contents(events, posts, keeping))
    writer.actors.describe(_actors(events, posts))
    writer.take_over_sightings()
    intake.known_at_us = known_at_us
    intake.save(update_fields=["known_at_us"])
    return added


def _actors(events: Sequence[Event], posts: Sequence[SeenPost]) -> list[ActorRef]:
    told = [event.actor for event in events] + [post.author for post in posts]
    return [
        ActorRef(
            actor.remote_id,
            fitting.text(actor.handle),
            fitting.text(actor.display_name),
            fitting.address(actor.url),
        )
        for actor in told
    ]


def _act(event: Event) -> Act:
    return act(
        actor=event.actor.remote_id,
        target=event.target_id,
        at_us=clock.to_us(event.at),
        kind=str(event.kind),
        object_id=event.object_id,
        remote_id=event.remote_id,
    )


def _publication(post: SeenPost) -> tuple[str, str, str, int, str, str, str]:
    at_us, maker = clock.to_us(post.at), fitting.text(post.made_with)[:LONGEST_MAKER]
    url = fitting.address(post.url)
    return (post.author.remote_id, post.remote_id, str(post.kind), at_us, url, post.in_reply_to, maker)


def _reading(reading: Reading) -> tuple[str, str, str, int, int]:
    at_us = clock.to_us(reading.at)
    return (reading.account_id, reading.object_id, str(reading.counted), reading.value, at_us)


def _contents(
    events: Sequence[Event], posts: Sequence[SeenPost], keeping: permitted.Keeping
) -> list[tuple[str, str, str, str, str, date | None]]:
    said = [_said(event, event.actor, keeping.words) for event in events if event.text and event.remote_id]
    return said + [_said(post, post.author, keeping.own_posts) for post in posts if post.text]


def _said(
    told: Event | SeenPost, author: ActorRef, delete_on: date | None
) -> tuple[str, str, str, str, str, date | None]:
    language, url = fitting.language(told.language), fitting.address(told.url)
    return (author.remote_id, told.remote_id, fitting.text(told.text), language, url, delete_on)


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
