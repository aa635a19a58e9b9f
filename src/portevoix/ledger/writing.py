"""Storing facts in bulk, the same way for every source: each once, whoever tells it first.

All of this runs inside the caller's transaction. Bulk rows go through the cursor: building a model
instance for each of half a million rows would cost more than storing them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import Any, Final

from django.db import connection

from portevoix.ledger.models import Actor, Content, Intake, Interaction, Publication, Reading, Sighting
from portevoix.ledger.rows import Acts
from portevoix.networks.contracts import ActorRef

REMEMBERED: Final = 400_000
"""Actors after which the row ids kept in memory are forgotten, to be asked for again (about 60 MB)."""
_LISTED: Final = {
    "sqlite": "json_each(%s)",
    "postgresql": "json_array_elements_text(%s::json) AS listed(value)",
}
"""How each database reads a list that comes as one JSON parameter: a parameter a name would be far slower."""
_MEET: Final = (
    "INSERT INTO ledger_actor (brand_id, network, remote_id, handle, display_name, url) "
    "SELECT %s, %s, value, '', '', '' FROM {listed} WHERE true ON CONFLICT DO NOTHING RETURNING remote_id, id"
)
_RECALL: Final = (
    "SELECT remote_id, id FROM ledger_actor "
    "WHERE brand_id = %s AND network = %s AND remote_id IN (SELECT value FROM {listed})"
)

_DESCRIBE: Final = "UPDATE ledger_actor SET handle = %s, display_name = %s, url = %s WHERE id = %s"


def insert_new(model: Any, fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Insert `rows` of `fields` into the table of `model`, passing over those already there; return how many."""
    if not rows:
        return 0
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)


@dataclass
class ActorBook:
    """Row ids of the actors of one brand on one network, made when first met."""

    brand_id: int
    network: str
    _known: dict[str, int] = field(default_factory=dict)

    def ids(self, remote_ids: Set[str]) -> Mapping[str, int]:
        """Return {remote id: row id} of these actors, and perhaps others; add those that nobody had met.

        What is returned holds until the next call.
        """
        if len(self._known) > REMEMBERED:
            self._known.clear()
        known = self._known
        if missing := sorted(set(remote_ids).difference(known)):
            self._ask(_MEET, missing)
            if met_before := [remote for remote in missing if remote not in known]:
                self._ask(_RECALL, met_before)
        return known

    def _ask(self, statement: str, remote_ids: list[str]) -> None:
        """Remember the row ids that `statement` gives for these actors."""
        asked = statement.format(listed=_LISTED[connection.vendor])
        with connection.cursor() as cursor:
            cursor.execute(asked, [self.brand_id, self.network, json.dumps(remote_ids)])
            self._known.update(cursor.fetchall())

    def describe(self, actors: Iterable[ActorRef]) -> None:
        """Write down what the network now tells about actors: handle, name and address."""
        told = {actor.remote_id: actor for actor in actors if actor.handle or actor.display_name or actor.url}
        if not told:
            return
        ids = self.ids(told.keys())
        names = {
            ids[remote]: (actor.handle[:200], actor.display_name[:200], actor.url[:500])
            for remote, actor in told.items()
        }
        known = Actor.objects.filter(pk__in=names).values_list("pk", "handle", "display_name", "url")
        changed = [(*names[pk], pk) for pk, *before in known if tuple(before) != names[pk]]
        with connection.cursor() as cursor:
            cursor.executemany(_DESCRIBE, changed)


_INTERACTION: Final = (
    "brand",
    "kind",
    "actor",
    "target",
    "key",
    "at_us",
    "object_id",
    "remote_id",
    "intake",
)


@dataclass
class FactWriter:
    """Stores the facts that one intake brings."""

    intake: Intake
    actors: ActorBook = field(init=False)

    def __post_init__(self) -> None:
        self.actors = ActorBook(self.intake.brand_id, self.intake.network)

    def acts(self, acts: Acts) -> int:
        """Store `acts`; return how many were new."""
        rows = list(self._rows(acts))
        added = insert_new(Interaction, _INTERACTION, rows)
        if added < len(rows):
            self._note_sightings(rows)
        return added

    def _rows(self, acts: Acts) -> Iterable[tuple[Any, ...]]:
        if not acts.rows:
            return []
        id_of = self.actors.ids(acts.remote_ids).__getitem__
        actors, targets, *told, keys = zip(*acts.rows, strict=True)
        instants, kinds, object_ids, remote_ids = told
        # By columns, which is several times faster than row by row.
        return zip(
            repeat(self.intake.brand_id),
            kinds,
            map(id_of, actors),
            map(id_of, targets),
            keys,
            instants,
            object_ids,
            remote_ids,
            repeat(self.intake.pk),
        )

    def _note_sightings(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Note which known facts still belong to another unfinished intake: they become ours when we finish."""
        open_ids = self._other_open_ids()
        if not open_ids:
            return
        quote = connection.ops.quote_name
        fact, sighting = quote(Interaction._meta.db_table), quote(Sighting._meta.db_table)
        marks = ", ".join(["%s"] * len(open_ids))
        statement = (
            f"INSERT INTO {sighting} (intake_id, interaction_id) SELECT %s, id FROM {fact} "  # noqa: S608
            f"WHERE actor_id = %s AND kind = %s AND {quote('key')} = %s AND intake_id IN ({marks}) "
            "ON CONFLICT DO NOTHING"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                statement, [(self.intake.pk, row[2], row[1], row[4], *open_ids) for row in rows]
            )

    def publications(self, rows: Sequence[tuple[str, str, str, int, str, str, str]]) -> int:
        """Store (author's remote id, remote id, kind, at_us, url, in reply to, made with); return how many new."""
        ids = self.actors.ids({row[0] for row in rows})
        brand, intake = self.intake.brand_id, self.intake.pk
        told = [(ids[author], *rest, brand, intake) for author, *rest in rows]
        added = insert_new(
            Publication,
            ("author", "remote_id", "kind", "at_us", "url", "in_reply_to", "made_with", "brand", "intake"),
            told,
        )
        if added < len(told):
            self._take_over(Publication, ("author", "remote_id"), [row[:2] for row in told])
        return added

    def readings(self, rows: Sequence[tuple[str, str, str, int, int]]) -> int:
        """Store (account's remote id, object id, counted, value, at_us); return how many were new."""
        ids = self.actors.ids({row[0] for row in rows})
        brand, intake = self.intake.brand_id, self.intake.pk
        told = [(ids[account], *rest, brand, intake) for account, *rest in rows]
        added = insert_new(
            Reading, ("actor", "object_id", "counted", "value", "at_us", "brand", "intake"), told
        )
        if added < len(told):
            named = [
                (actor, object_id, counted, at_us) for actor, object_id, counted, _value, at_us, *_ in told
            ]
            self._take_over(Reading, ("actor", "object_id", "counted", "at_us"), named)
        return added

    def _take_over(self, model: Any, names: Sequence[str], keys: Sequence[Sequence[Any]]) -> None:
        """Make known facts ours that stand on another unfinished intake, which may stay so for ever.

        Of those, `ledger.actions.takeouts` keeps at most one a network, so that ours finishes.
        """
        open_ids = self._other_open_ids()
        if not open_ids:
            return
        quote = connection.ops.quote_name
        columns = [quote(model._meta.get_field(name).column) for name in names]
        marks = ", ".join(["%s"] * len(open_ids))
        statement = (
            f"UPDATE {quote(model._meta.db_table)} SET intake_id = %s "  # noqa: S608
            f"WHERE {' AND '.join(f'{column} = %s' for column in columns)} AND intake_id IN ({marks})"
        )
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(self.intake.pk, *key, *open_ids) for key in keys])

    def _other_open_ids(self) -> list[int]:
        """Return the other intakes of the brand that are not finished."""
        others = Intake.objects.open().filter(brand_id=self.intake.brand_id).exclude(pk=self.intake.pk)
        return list(others.values_list("pk", flat=True))

    def contents(self, rows: Sequence[tuple[str, str, str, str, str, date | None]]) -> int:
        """Store (author's remote id, remote id, text, language, url, day to delete); return how many were new."""
        ids = self.actors.ids({row[0] for row in rows})
        brand = self.intake.brand_id
        return insert_new(
            Content,
            ("author", "remote_id", "text", "language", "url", "delete_on", "brand"),
            [(ids[author], *rest, brand) for author, *rest in rows],
        )

    def take_over_sightings(self) -> None:
        """Make the facts that we met in unfinished intakes ours; called as this intake finishes."""
        met = Sighting.objects.filter(intake=self.intake)
        if not met.exists():
            return
        Interaction.objects.filter(pk__in=met.values("interaction"), intake__in=Intake.objects.open()).update(
            intake=self.intake
        )
        met.delete()
