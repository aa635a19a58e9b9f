"""Queries that are compiled once: the ORM takes longer to write a query than the database to answer it.

Of a query of which only values change from one time to the next, the SQL is written once a process, with a
`Given` in the place of each value. It is then sent with the values of the day, and its rows are read as the ORM
reads them: nothing that was read is kept.

    @prepared
    def _commented(brand: Any, month: Any) -> QuerySet[Comment]:
        return Comment.objects.filter(brand=brand, month=month)

    _commented(brand=brand.pk, month=str(month))
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, QuerySet

Row = TypeVar("Row")


class Given(Expression):
    """The place of a value that is told each time: a number, a text, a day or an instant, never None."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Return a placeholder, and in the place of the value this very object."""
        return "%s", (self,)


class Prepared(Generic[Row]):
    """A query that is compiled when it is first asked. `build` makes it anew, of values or of givens."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, **told: Any) -> list[Row]:
        """Return the rows for what is told, with one query."""
        if connection.vendor not in self._compiled:
            givens = {name: Given(name) for name in inspect.signature(self.build).parameters}
            self._compiled[connection.vendor] = _Compiled.of(self.build(**givens))
        return self._compiled[connection.vendor].rows(told)


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """Compile what `build` returns once: objects with what they are read with, or tuples of values.

    `build` is called with a `Given` for each of its parameters, and never looks into them.
    """
    return Prepared(build)


@dataclass(frozen=True)
class _Compiled:
    """A query as it is sent, the columns of its rows, and what a row stands for: None for its values."""

    sql: str
    params: tuple[Any, ...]
    columns: tuple[Any, ...]
    kind: "_Kind | None"

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> "_Compiled":
        """Return `rows` as it is sent."""
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = tuple(each[0] for each in compiler.select[: compiler.col_count])
        return cls(sql, tuple(params), columns, _Kind.of(compiler) if rows.query.default_cols else None)

    def rows(self, told: Mapping[str, Any]) -> list[Any]:
        """Return what the database answers to what is told."""
        adapt = connection.ops.adapt_unknown_value
        params = [adapt(told[each.name]) if isinstance(each, Given) else each for each in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = self._converted(cursor.fetchall())
        return [self.kind.made(values) if self.kind else tuple(values) for values in found]

    def _converted(self, rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        """Yield the values of rows as their fields tell them."""
        converters = [
            (place, convert, column)
            for place, column in enumerate(self.columns)
            for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        ]
        for row in rows:
            values = list(row[: len(self.columns)])
            for place, convert, column in converters:
                values[place] = convert(values[place], column, connection)
            yield values


@dataclass(frozen=True)
class _Kind:
    """The model that a row, or a part of it, stands for: its columns by name, what is read with it, annotations.

    `told` is what the ORM knows of it.
    """

    told: Mapping[str, Any]
    fields: tuple[str, ...]
    related: tuple["_Kind", ...]
    annotations: Mapping[str, int]

    @classmethod
    def of(cls, compiler: Any, told: Any = None) -> "_Kind":
        """Return what the rows of a compiled query stand for."""
        info = told or compiler.klass_info
        return cls(
            told=info,
            fields=tuple(compiler.select[place][0].target.attname for place in info["select_fields"]),
            related=tuple(cls.of(compiler, each) for each in info.get("related_klass_infos", ())),
            annotations={} if told else dict(compiler.annotation_col_map or {}),
        )

    def made(self, values: Sequence[Any]) -> Any:
        """Return the object of one row, None where an outer join found nothing."""
        mine = [values[place] for place in self.told["select_fields"]]
        model = self.told["model"]
        if mine[self.fields.index(model._meta.pk.attname)] is None:
            return None
        found = model.from_db(connection.alias, self.fields, mine)
        for each in self.related:
            each.join(found, each.made(values))
        for name, place in self.annotations.items():
            setattr(found, name, values[place])
        return found

    def join(self, one: Any, other: Any) -> None:
        """Let `one` know `other`, which was read with it, and the other way round."""
        self.told["local_setter"](one, other)
        if other is not None:
            self.told["remote_setter"](other, one)
