"""Writing the files of a segment: one Parquet file at a time, and no more rows in memory than are told here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.conf import settings

from portevoix.core import progress
from portevoix.core.batches import batches
from portevoix.ledger.actions.claim import Claim
from portevoix.ledger.models import Segment, SegmentFile
from portevoix.ledger.parquet import FileWriter, Written, arrow_table
from portevoix.ledger.tables import TABLES, Table

FOLDER: Final = "projection"
ROWS_AT_ONCE: Final = 100_000
PIECES_AT_ONCE: Final = 5
"""Pieces that are cut by brand and month together. Fewer would make more and smaller files."""
_ATTEMPT: Final = re.compile(r"\d+-(\d+)-")


@dataclass(frozen=True)
class Part:
    """What one file holds: rows of one table, one brand and one UTC month."""

    table: str
    brand_id: int
    month: str

    def path(self, segment: Segment, claim: Claim, number: int) -> Path:
        """Return the path, below the data folder, of the file `number` of this part; no two attempts share one."""
        name = f"{segment.pk:08d}-{claim.attempt}-{number}.parquet"
        return Path(FOLDER) / self.table / f"brand={self.brand_id}" / self.month / name

    def file(self, segment: Segment, written: Written) -> SegmentFile:
        """Return the row, not saved, of a file of this part."""
        return SegmentFile(
            segment=segment,
            brand_id=self.brand_id,
            table=self.table,
            month=self.month,
            path=str(written.path.relative_to(settings.DATA)),
            row_count=written.row_count,
            byte_count=written.byte_count,
            sha256=written.sha256,
        )


def attempt_of(path: Path) -> int:
    """Return the attempt under which a file of the projection was written, 0 where its name tells none."""
    found = _ATTEMPT.match(path.name)
    return int(found[1]) if found else 0


def write_files(segment: Segment, claim: Claim) -> list[SegmentFile]:
    """Write the facts of the intakes of `segment`; return the rows, not saved, of the files. Raises LeaseLost."""
    intakes = list(segment.intakes.order_by("pk").values_list("pk", flat=True))
    files: list[SegmentFile] = []
    for table in TABLES:
        files.extend(_table_files(segment, table, intakes, claim))
        progress.reached("projection.table_written")
    return files


def _table_files(segment: Segment, table: Table, intakes: list[int], claim: Claim) -> Iterator[SegmentFile]:
    for number, some in enumerate(batches(_pieces(table, intakes, claim), PIECES_AT_ONCE)):
        for part, rows in _parts(table, pa.concat_tables(some)):
            path = Path(settings.DATA) / part.path(segment, claim, number)
            with FileWriter(path, table.schema()) as writer:
                writer.write(rows)
                yield part.file(segment, writer.finish())
            claim.keep()


def _pieces(table: Table, intakes: list[int], claim: Claim) -> Iterator[pa.Table]:
    for some in batches(table.rows_of_intakes(intakes), ROWS_AT_ONCE):
        claim.keep()
        yield arrow_table(some, table.schema())


def _parts(table: Table, rows: pa.Table) -> Iterator[tuple[Part, pa.Table]]:
    """Yield each brand and UTC month of `rows` with its own, by their instants."""
    brands, instants = rows["brand_id"].to_numpy(), rows["at_us"].to_numpy()
    order = np.lexsort((instants, brands))
    brands, instants = brands[order], instants[order]
    months = instants.astype("datetime64[us]").astype("datetime64[M]")
    is_next = (brands[1:] != brands[:-1]) | (months[1:] != months[:-1])
    starts: list[Any] = [0, *(np.flatnonzero(is_next) + 1)]
    ordered = rows.take(pa.array(order))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        part = Part(table.name, int(brands[start]), str(months[start]))
        yield part, ordered.slice(int(start), int(end - start))
