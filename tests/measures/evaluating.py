"""Puts the treacherous ledger into a fresh installation and lets engines compute it.

`python -m tests.measures.evaluating ENGINE…` works in the data folder and database that the environment names,
and prints {engine: {line: {metric: value}}} as JSON. A process of its own, since engines read what is committed.
"""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from portevoix.cli.main import prepare
from tests.measures.treacherous import MONTHS, STORIES, Counted, Done, Posted, Story

KNOWN: Final = datetime(2026, 6, 1, tzinfo=UTC)
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


def _record(brand: Any, done: Iterable[Done], posted: Iterable[Posted], counted: Iterable[Counted]) -> None:
    from portevoix.ledger.actions.record import record  # noqa: PLC0415 - Django must be set up first
    from portevoix.networks import contracts  # noqa: PLC0415

    record(
        brand,
        NETWORK,
        now=KNOWN,
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


def answers(engine_name: str) -> dict[str, dict[str, Any]]:
    """Return {line: {metric: value}} as an engine computes it, all brands together, month by month."""
    from portevoix.core.periods import Month  # noqa: PLC0415 - Django must be set up first
    from portevoix.ledger.engine import opened  # noqa: PLC0415
    from portevoix.measures.evaluate import Question, evaluate  # noqa: PLC0415
    from portevoix.measures.scopes import holdings_of, lines_of  # noqa: PLC0415
    from portevoix.people.models import Brand  # noqa: PLC0415

    found: dict[str, dict[str, Any]] = {}
    held = {brand: holdings_of(brand) for brand in Brand.objects.order_by("pk")}
    everyone = tuple(each for mine in held.values() for each in mine)
    with opened(engine_name) as engine:
        for month in (Month(*each) for each in MONTHS):
            lines = tuple(line for brand, mine in held.items() for line in lines_of(brand, month, mine))
            values = evaluate(engine, Question(lines, everyone, tuple(brand.pk for brand in held)))
            found |= {_name(line): value for line, value in zip(lines, values, strict=True)}
    return found


def _name(line: Any) -> str:
    from portevoix.people.models import Brand  # noqa: PLC0415 - Django must be set up first
    from portevoix.programme.models import Voice  # noqa: PLC0415

    voice = Voice.objects.get(pk=line.voice_id).slug if line.voice_id else "*"
    return f"{Brand.objects.get(pk=line.brand_id).slug} {voice} {line.month}"


def main(engines: list[str]) -> None:
    """Store the stories, project them, and print what each engine says, before there are facts and after."""
    prepare()
    from portevoix.ledger.actions.project import project  # noqa: PLC0415 - Django must be set up first

    *stories, silent = STORIES
    tell(silent)
    empty = {name: answers(name) for name in engines}
    for story in stories:
        tell(story)
    project()
    print(json.dumps({"empty": empty, "told": {name: answers(name) for name in engines}}))


if __name__ == "__main__":
    main(sys.argv[1:])
