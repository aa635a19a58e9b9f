"""The engines that compute figures over facts, each behind the same three tables.

DuckDB and Spark read the projection's Parquet; SQLite and PostgreSQL read the database itself. An
expression is written once, in Ibis, and means the same on all of them. Used in jobs and commands only:
pages never import this (Ibis costs 200 MB a process).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Protocol

import ibis
import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from ibis.expr.types import Table as IbisTable

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.ledger.actions.project import live_files
from portevoix.ledger.errors import EngineMissing
from portevoix.ledger.models import Intake
from portevoix.ledger.tables import BY_NAME, TABLES, Table

ENGINES: Final = ("duckdb", "sqlite", "postgres", "spark")
LAST_MONTH: Final = "9999-99"


@dataclass(frozen=True)
class Facts:
    """The three tables of visible facts, as Ibis tables; columns are those of `ledger.tables`."""

    interactions: IbisTable
    publications: IbisTable
    readings: IbisTable


class Engine(Protocol):
    """Computes Ibis expressions over facts."""

    name: str

    def facts(
        self,
        brand_ids: list[int] | None,
        from_us: int,
        to_us: int | None,
        *,
        known_until_us: int | None = None,
    ) -> Facts:
        """Return tables that hold at least the facts of these brands (None: all) in [from_us, to_us).

        With `known_until_us` they hold no fact that counts only since a later instant.
        """

    def run(self, expression: Any) -> pa.Table:
        """Compute `expression` and return its rows."""

    def close(self) -> None:
        """Give back what the engine holds."""


class _IbisEngine:
    """What engines have in common: a backend of Ibis that computes, and is left when they are closed."""

    name: str
    _backend: Any

    def run(self, expression: Any) -> pa.Table:
        """Compute `expression` and return its rows."""
        return self._backend.to_pyarrow(expression)

    def close(self) -> None:
        """Give back the connection, and the memory that it takes."""
        self._backend.disconnect()


class _ParquetEngine(_IbisEngine, ABC):
    """What the two engines that read the projection share: which files hold what is asked."""

    def facts(
        self,
        brand_ids: list[int] | None,
        from_us: int,
        to_us: int | None,
        *,
        known_until_us: int | None = None,
    ) -> Facts:
        """Return tables over the live files of the UTC months that [from_us, to_us) touches."""
        first = _utc_month(from_us)
        last = _utc_month(to_us - 1) if to_us is not None else LAST_MONTH
        opened = {
            table.name: self._open(table, live_files(table.name, brand_ids, first, last)) for table in TABLES
        }
        return Facts(**{name: _known(facts, known_until_us) for name, facts in opened.items()})

    def _open(self, table: Table, paths: list[str]) -> IbisTable:
        if not paths:
            return ibis.memtable(table.schema().empty_table())
        return self._read(table, paths)

    @abstractmethod
    def _read(self, table: Table, paths: list[str]) -> IbisTable:
        """Return an Ibis table over these files, of which there is at least one."""


def _known(rows: IbisTable, until_us: int | None) -> IbisTable:
    """Return those of `rows` that count since `until_us` at the latest; None keeps all."""
    return rows if until_us is None else rows.filter(rows.known_at_us <= until_us)


def _utc_month(us: int) -> str:
    return str(Month.of(clock.from_us(max(us, 0))))


class DuckDB(_ParquetEngine):
    """DuckDB in memory, over the projection."""

    name = "duckdb"

    def __init__(self) -> None:
        self._backend = ibis.duckdb.connect()

    def _read(self, table: Table, paths: list[str]) -> IbisTable:
        return self._backend.read_parquet(paths)


class Spark(_ParquetEngine):
    """Apache Spark over the projection; the master's address is a setting."""

    name = "spark"

    def __init__(self) -> None:
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional extra
        except ImportError as problem:
            raise EngineMissing(_("Spark is not installed: install portevoix[spark].")) from problem
        self._session = (
            SparkSession.builder.master(settings.SPARK_MASTER)
            .appName("portevoix")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "8")
            .getOrCreate()
        )
        self._backend = ibis.pyspark.connect(self._session)
        self._views = count()  # views are named lazily by expressions: a name is never used twice

    def _read(self, table: Table, paths: list[str]) -> IbisTable:
        view = f"portevoix_{table.name}_{next(self._views)}"
        self._session.read.parquet(*paths).createOrReplaceTempView(view)
        return self._backend.table(view)

    def close(self) -> None:
        """Leave the session to the process: starting one takes ten seconds."""


class _DatabaseEngine(_IbisEngine):
    """What the two engines that read the database share: facts joined with the intakes that made them count."""

    def facts(
        self,
        brand_ids: list[int] | None,
        from_us: int,
        to_us: int | None,
        *,
        known_until_us: int | None = None,
    ) -> Facts:
        """Return tables over the database's own rows; the caller's own conditions narrow the instants."""
        intakes = self._backend.table(Intake._meta.db_table)
        intakes = intakes.filter(intakes.known_at_us.notnull()).select(
            counted_intake_id="id", known_at_us="known_at_us"
        )
        intakes = _known(intakes, known_until_us)
        return Facts(**{name: self._visible(BY_NAME[name], intakes, brand_ids) for name in BY_NAME})

    def _visible(self, table: Table, intakes: IbisTable, brand_ids: list[int] | None) -> IbisTable:
        stored = self._backend.table(table.model._meta.db_table)
        if brand_ids is not None:
            stored = stored.filter(stored.brand_id.isin(brand_ids))
        joined = stored.join(intakes, stored.intake_id == intakes.counted_intake_id)
        return joined.select(*(column.name for column in table.kept(for_archive=False)))


class SQLite(_DatabaseEngine):
    """SQLite, over the database file itself."""

    name = "sqlite"

    def __init__(self) -> None:
        self._backend = ibis.sqlite.connect(connection.settings_dict["NAME"])


class Postgres(_DatabaseEngine):
    """PostgreSQL, over the database itself."""

    name = "postgres"

    def __init__(self) -> None:
        place = connection.settings_dict
        self._backend = ibis.postgres.connect(
            host=place["HOST"],
            port=int(place["PORT"] or 5432),
            user=place["USER"],
            password=place["PASSWORD"],
            database=place["NAME"],
        )


_BY_NAME: Final[dict[str, Callable[[], Engine]]] = {
    "duckdb": DuckDB,
    "sqlite": SQLite,
    "postgres": Postgres,
    "spark": Spark,
}


@contextmanager
def opened(name: str = "") -> Iterator[Engine]:
    """Open the engine `name`, or the one that the settings choose, for a block of work."""
    engine = _BY_NAME[name or settings.ENGINE]()
    try:
        yield engine
    finally:
        engine.close()
