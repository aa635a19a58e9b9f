"""The tables that leave the database as Parquet, and that every engine sees under the same names.

One list of columns for each; the projection leaves out what only the archive keeps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from django.db.models import F, Model, QuerySet

from portevoix.ledger.models import Interaction, Publication, Reading

PAGE: Final = 20_000
"""Rows that are read at once."""


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

    def rows_of_intake(self, intake_id: int) -> Iterator[tuple[Any, ...]]:
        """Yield the columns that are projected of the facts of one intake, a page at a time.

        Between pages no statement is open: whoever reads may write, which SQLite would refuse otherwise.
        """
        facts = self.model._default_manager.filter(intake=intake_id).annotate(
            **self._renamed(for_archive=False)
        )
        columns = facts.order_by("pk").values_list("pk", *(c.name for c in self.kept(for_archive=False)))
        page: list[tuple[Any, ...]] = list(columns[:PAGE])
        while page:
            yield from (row[1:] for row in page)
            page = list(columns.filter(pk__gt=page[-1][0])[:PAGE]) if len(page) == PAGE else []

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
