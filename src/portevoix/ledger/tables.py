"""The tables that leave the database as Parquet, and that every engine sees under the same names.

One list of columns for each; the projection leaves out what only the archive keeps.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa
from django.db.models import F, Model, QuerySet

from portevoix.core.batches import batches
from portevoix.ledger.models import Interaction, Publication, Reading

PAGE: Final = 20_000
"""Rows that are read at once."""
TOGETHER: Final = 100
"""Intakes that are asked for together, as collecting makes many small ones."""


@dataclass(frozen=True)
class Column:
    """A column: its name outside, the field it comes from, its Arrow type; `is_archived_only` or everywhere."""

    name: str
    field: str
    type: pa.DataType
    is_archived_only: bool = False


@dataclass(frozen=True)
class Table:
    """A table of facts: its name outside, its model, its columns, and the order in which archives keep it."""

    name: str
    model: type[Model]
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    def kept(self, *, for_archive: bool) -> tuple[Column, ...]:
        """Return the columns that are written."""
        return tuple(column for column in self.columns if for_archive or not column.is_archived_only)

    def schema(self, *, for_archive: bool = False) -> pa.Schema:
        """Return the Arrow schema of the written columns."""
        return pa.schema([(column.name, column.type) for column in self.kept(for_archive=for_archive)])

    def rows_of_intakes(self, intake_ids: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        """Yield the columns that are projected of the facts of these intakes, in their order.

        Intakes that have few facts between them are read together. Between pages no statement is open: whoever
        reads may write, which SQLite would refuse otherwise.
        """
        for some in batches(intake_ids, TOGETHER):
            columns = self._projected("intake_id", "pk").filter(intake__in=some)
            page = list(columns[:PAGE])
            if len(page) < PAGE:
                yield from (row[2:] for row in sorted(page, key=itemgetter(0, 1)))
            else:
                yield from chain.from_iterable(self._rows_of_intake(intake_id) for intake_id in some)

    def _rows_of_intake(self, intake_id: int) -> Iterator[tuple[Any, ...]]:
        columns = self._projected("pk").filter(intake=intake_id).order_by("pk")
        page = list(columns[:PAGE])
        while page:
            yield from (row[1:] for row in page)
            page = list(columns.filter(pk__gt=page[-1][0])[:PAGE]) if len(page) == PAGE else []

    def _projected(self, *keys: str) -> QuerySet[Any, tuple[Any, ...]]:
        """Return `keys`, then the columns that are projected, of every fact of this table."""
        facts = self.model._default_manager.annotate(**self._renamed(for_archive=False))
        names = (column.name for column in self.kept(for_archive=False))
        found: QuerySet[Any, tuple[Any, ...]] = facts.values_list(*keys, *names)
        return found

    def _renamed(self, *, for_archive: bool) -> dict[str, F]:
        return {
            column.name: F(column.field)
            for column in self.kept(for_archive=for_archive)
            if column.name != column.field
        }

    def archived_rows(self, facts: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield the columns that are archived of `facts`, in their order, without ever holding them all."""
        names = [column.name for column in self.kept(for_archive=True)]
        columns = facts.annotate(**self._renamed(for_archive=True)).values_list(*names)
        found: Iterator[tuple[Any, ...]] = columns.iterator(chunk_size=PAGE)
        return found


_NUMBER, _TEXT = pa.int64(), pa.string()

TABLES: Final = (
    Table(
        "interactions",
        Interaction,
        (
            Column("brand_id", "brand_id", _NUMBER),
            Column("kind", "kind", _TEXT),
            Column("actor_id", "actor_id", _NUMBER),
            Column("target_id", "target_id", _NUMBER),
            Column("object_id", "object_id", _TEXT),
            Column("at_us", "at_us", _NUMBER),
            Column("known_at_us", "intake__known_at_us", _NUMBER),
            Column("remote_id", "remote_id", _TEXT, is_archived_only=True),
            Column("key", "key", _TEXT, is_archived_only=True),
        ),
        ("at_us", "kind", "actor_id", "key"),
    ),
    Table(
        "publications",
        Publication,
        (
            Column("brand_id", "brand_id", _NUMBER),
            Column("author_id", "author_id", _NUMBER),
            Column("remote_id", "remote_id", _TEXT),
            Column("kind", "kind", _TEXT),
            Column("at_us", "at_us", _NUMBER),
            Column("known_at_us", "intake__known_at_us", _NUMBER),
            Column("in_reply_to", "in_reply_to", _TEXT, is_archived_only=True),
            Column("url", "url", _TEXT, is_archived_only=True),
        ),
        ("at_us", "author_id", "remote_id"),
    ),
    Table(
        "readings",
        Reading,
        (
            Column("brand_id", "brand_id", _NUMBER),
            Column("actor_id", "actor_id", _NUMBER),
            Column("object_id", "object_id", _TEXT),
            Column("counted", "counted", _TEXT),
            Column("value", "value", _NUMBER),
            Column("at_us", "at_us", _NUMBER),
            Column("known_at_us", "intake__known_at_us", _NUMBER),
        ),
        ("at_us", "actor_id", "counted", "object_id"),
    ),
)
BY_NAME: Final = {table.name: table for table in TABLES}
