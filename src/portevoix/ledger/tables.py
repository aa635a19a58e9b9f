"""The tables that leave the database as Parquet, and that every engine sees under the same names.

One list of columns for each; the projection leaves out what only the archive keeps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from django.db.models import F, Model, QuerySet

from portevoix.ledger.models import Interaction, Publication, Reading


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

    def rows(self, facts: QuerySet[Any], *, for_archive: bool = False) -> Iterator[tuple[Any, ...]]:
        """Yield the written columns of `facts`, without ever holding them all."""
        renamed = {
            column.name: F(column.field)
            for column in self.kept(for_archive=for_archive)
            if column.name != column.field
        }
        names = [column.name for column in self.kept(for_archive=for_archive)]
        found: Iterator[tuple[Any, ...]] = (
            facts.annotate(**renamed).values_list(*names).iterator(chunk_size=20_000)
        )
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
