"""Puts the treacherous ledger into a fresh installation and lets engines compute it.

`python -m tests.measures.evaluating ENGINE…` works in the data folder and database that the environment names,
and prints {when: {engine: {line: {metric: value}}}} as JSON. A process of its own, since engines read what is
committed.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from portevoix.cli.main import prepare
from tests.measures.treacherous import MONTHS, STORIES, Counted, Done, Posted, Story

KNOWN: Final = datetime(2026, 6, 1, tzinfo=UTC)
"""When all of the stories becomes known."""
LATE: Final = datetime(2026, 7, 1, tzinfo=UTC)
"""When facts become known that belong to no story."""
NETWORK: Final = "x"


def tell(story: Story) -> None:
    """Store a brand, its voices and holdings, and all that happened, in two intakes that overlap."""
    from portevoix.people.models import Brand  # noqa: PLC0415 - Django must be set up first
    from portevoix.programme.models import Voice  # noqa: PLC0415

    brand = Brand.objects.create(slug=story.slug, name=story.slug.title(), time_zone=story.zone)
    for slug, kind, state in story.voices:
        Voice.objects.create(brand=brand, slug=slug, kind=kind, state=state, first_name=slug)
    _hold(brand, story)
    half = len(story.done) // 2
    _record(brand, story.done[: half + 50], story.posted, story.counted)
    _record(brand, story.done[half:], story.posted[:10], story.counted[:3])


def _hold(brand: Any, story: Story) -> None:
    from portevoix.networks.models import Account, Holding  # noqa: PLC0415 - Django must be set up first
    from portevoix.programme.models import Voice  # noqa: PLC0415

    for held in story.held:
        account, _made = Account.objects.get_or_create(brand=brand, network=NETWORK, remote_id=held.account)
        voice = Voice.objects.get(brand=brand, slug=held.voice)
        Holding.objects.create(voice=voice, account=account, from_at=held.start, to_at=held.end)


def tell_late(story: Story) -> None:
    """Store facts that nobody knew before: everything is done once more by somebody else, and read anew."""
    from portevoix.people.models import Brand  # noqa: PLC0415 - Django must be set up first

    brand = Brand.objects.get(slug=story.slug)
    done = [
        replace(each, actor=f"late-{each.actor}", own_id=each.own_id and f"late-{each.own_id}")
        for each in story.done
    ]
    posted = [replace(each, own_id=f"late-{each.own_id}") for each in story.posted]
    counted = [
        replace(each, value=each.value + 1, at=each.at - timedelta(seconds=1)) for each in story.counted
    ]
    _record(brand, done, posted, counted, now=LATE)


def _record(
    brand: Any,
    done: Iterable[Done],
    posted: Iterable[Posted],
    counted: Iterable[Counted],
    *,
    now: datetime = KNOWN,
) -> None:
    from portevoix.ledger.actions.record import record  # noqa: PLC0415 - Django must be set up first
    from portevoix.networks import contracts  # noqa: PLC0415

    record(
        brand,
        NETWORK,
        now=now,
        source="test",
        events=[
            contracts.Event(
                contracts.Kind(each.kind),
                contracts.ActorRef(each.actor),
                each.target,
                each.at,
                object_id=each.post,
                remote_id=each.own_id,
            )
            for each in done
        ],
        posts=[
            contracts.SeenPost(
                each.own_id, contracts.ActorRef(each.author), each.at, contracts.PostKind(each.kind)
            )
            for each in posted
        ],
        readings=[
            contracts.Reading(each.account, contracts.Counted(each.counted), each.value, each.at, each.post)
            for each in counted
        ],
    )


def answers(engine_name: str, *, known_until: datetime | None = None) -> dict[str, dict[str, Any]]:
    """Return {line: {metric: value}} as an engine computes it, all brands together, month by month.

    With `known_until`, from what was known before that instant.
    """
    from portevoix.core import clock  # noqa: PLC0415 - Django must be set up first
    from portevoix.core.periods import Month  # noqa: PLC0415 - Django must be set up first
    from portevoix.ledger.engine import opened  # noqa: PLC0415
    from portevoix.measures.evaluate import Question, evaluate  # noqa: PLC0415
    from portevoix.measures.scopes import holdings_of, lines_of  # noqa: PLC0415
    from portevoix.people.models import Brand  # noqa: PLC0415

    found: dict[str, dict[str, Any]] = {}
    held = {brand: holdings_of(brand) for brand in Brand.objects.order_by("pk")}
    everyone = tuple(each for mine in held.values() for each in mine)
    brands = tuple(brand.pk for brand in held)
    known_us = clock.to_us(known_until) if known_until else None
    with opened(engine_name) as engine:
        for month in (Month(*each) for each in MONTHS):
            lines = tuple(line for brand, mine in held.items() for line in lines_of(brand, month, mine))
            values = evaluate(engine, Question(lines, everyone, brands, known_us))
            found |= {_name(line): value for line, value in zip(lines, values, strict=True)}
    return found


def _name(line: Any) -> str:
    from portevoix.people.models import Brand  # noqa: PLC0415 - Django must be set up first
    from portevoix.programme.models import Voice  # noqa: PLC0415

    voice = Voice.objects.get(pk=line.voice_id).slug if line.voice_id else "*"
    return f"{Brand.objects.get(pk=line.brand_id).slug} {voice} {line.month}"


def main(engines: list[str]) -> None:
    """Store the stories, project them, and print what each engine says.

    That is before there are facts ("empty"), with them ("told"), and once others became known: of all that is
    known then ("late") and of what was known before ("replayed").
    """
    prepare()
    from portevoix.ledger.actions.project import project  # noqa: PLC0415 - Django must be set up first

    *stories, silent = STORIES
    tell(silent)
    empty = {name: answers(name) for name in engines}
    for story in stories:
        tell(story)
    project()
    told = {name: answers(name) for name in engines}
    for story in stories:
        tell_late(story)
    project()
    late = {name: answers(name) for name in engines}
    replayed = {name: answers(name, known_until=LATE - timedelta(seconds=1)) for name in engines}
    print(json.dumps({"empty": empty, "told": told, "late": late, "replayed": replayed}))


if __name__ == "__main__":
    main(sys.argv[1:])
