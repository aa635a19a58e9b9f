"""Writing Parquet so that a file is either whole and on disk, or not there under its name."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from portevoix.core.batches import batches

ROWS_AT_ONCE: Final = 100_000


@dataclass(frozen=True)
class Written:
    """A file that was written: where, how many rows and bytes, and its SHA-256."""

    path: Path
    row_count: int
    byte_count: int
    sha256: str


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_folder(folder: Path) -> None:
    """Make `folder` and whatever is missing above it, each name such that it survives a power cut."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)


def write_text(path: Path, text: str) -> None:
    """Write `text` into the file `path` and put it on disk; its name is the caller's to sync."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def arrow_table(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """Return `rows` as an Arrow table of `schema`."""
    columns = zip(*rows, strict=True) if rows else ([] for _name in schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


class FileWriter:
    """Writes one Parquet file beside its name, and gives it its name once it is whole and on disk."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self._draft = path.with_name(f"{path.name}.draft")
        make_folder(path.parent)
        self._schema = schema
        self._writer = pq.ParquetWriter(self._draft, schema, compression="zstd")
        self._row_count = 0

    def __enter__(self) -> "FileWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem:
            self._writer.close()
            self._draft.unlink(missing_ok=True)

    def write(self, table: pa.Table) -> None:
        """Add the rows of `table`."""
        self._writer.write_table(table)
        self._row_count += table.num_rows

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Add the rows of `batch`, as another file of the same columns gave them."""
        self.write(pa.Table.from_batches([batch], self._schema))

    def write_rows(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add `rows`, some at a time."""
        for some in batches(rows, ROWS_AT_ONCE):
            self.write(arrow_table(some, self._schema))

    def finish(self) -> Written:
        """Close the file, put it on disk under its name, and return what was written."""
        self._writer.close()
        with self._draft.open("rb") as file:
            os.fsync(file.fileno())
        written = Written(self.path, self._row_count, self._draft.stat().st_size, sha256_of(self._draft))
        self._draft.replace(self.path)
        sync_folder(self.path.parent)
        return written
