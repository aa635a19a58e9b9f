"""The projection: every visible fact as Parquet by brand and UTC month. Disposable, regrown by one command.

A segment first takes the finished intakes that no segment holds (one commit), then writes its files, then
goes live with them (one commit). A death in between leaves a segment in `writing`: its files are written
again, from the same intakes, under the same names.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portevoix.core import clock, jobs, progress
from portevoix.core.batches import batches
from portevoix.core.states import StateGraph
from portevoix.ledger import states
from portevoix.ledger.actions.merge import merge_small_files
from portevoix.ledger.errors import ProjectionUnderWay
from portevoix.ledger.models import Intake, Segment, SegmentFile
from portevoix.ledger.parquet import ROWS_AT_ONCE, FileWriter, Written, arrow_table
from portevoix.ledger.tables import TABLES, Table

INTAKES_AT_ONCE: Final = 500
FOLDER: Final = "projection"
_GRAPH: Final[StateGraph] = states.SEGMENT

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Projected:
    """What a projection did: segments made live, rows in them, and whether it had to start from nothing."""

    segments: int
    rows: int
    was_regrown: bool


def project(*, now: Clock = clock.now, rebuild: bool = False) -> Projected:
    """Bring the projection up to the facts that are visible now; return what was done.

    `rebuild` throws it away first; so does finding that one of its files is gone. Raises ProjectionUnderWay
    when another process is at it.
    """
    job = jobs.recurring("ledger.projection")
    with jobs.claimed(job, now()) as is_ours:
        if not is_ours:
            raise ProjectionUnderWay(
                _("The projection is being written by another process; it will be done soon.")
            )
        was_regrown = rebuild or not _is_whole()
        if was_regrown:
            _throw_away()
        segments = rows = 0
        for segment in _segments_to_write(now):
            rows += _write_segment(segment, now())
            segments += 1
            jobs.advance(job, now(), done=segments)
        merge_small_files(now=now())
        _remove_what_nobody_names()
        jobs.finish(job, now())
    return Projected(segments, rows, was_regrown)


def path_of(file: SegmentFile) -> Path:
    """Return where a segment's file lies."""
    return Path(settings.DATA) / file.path


def _is_whole() -> bool:
    """Return whether each file that readers would open is there with its size."""
    live = SegmentFile.objects.filter(segment__state="live")
    return all(
        path_of(file).exists() and path_of(file).stat().st_size == file.byte_count for file in live.iterator()
    )


@transaction.atomic
def _throw_away() -> None:
    Segment.objects.filter(state__in=_GRAPH.sources("superseded")).update(state="superseded")
    Intake.objects.exclude(segment=None).filter(segment__state="superseded").update(segment=None)
    progress.reached("projection.thrown_away")


def _segments_to_write(now: Clock) -> Iterator[Segment]:
    yield from Segment.objects.filter(state=_GRAPH.initial)
    while segment := _claim_intakes(now()):
        progress.reached("projection.intakes_claimed")
        yield segment


@transaction.atomic
def _claim_intakes(now: datetime) -> Segment | None:
    waiting = list(Intake.objects.unprojected().order_by("pk").values_list("pk", flat=True)[:INTAKES_AT_ONCE])
    if not waiting:
        return None
    segment = Segment.objects.create(state=_GRAPH.initial, started_at=now)
    Intake.objects.filter(pk__in=waiting).update(segment=segment)
    return segment


def _write_segment(segment: Segment, now: datetime) -> int:
    """Write the files of `segment` and make it live; return the number of rows."""
    intakes = list(segment.intakes.values_list("pk", flat=True))
    files: list[SegmentFile] = []
    for table in TABLES:
        facts = table.model._default_manager.filter(intake__in=intakes).order_by("pk")
        written = _write_table(segment, table, table.rows(facts))
        files.extend(_file_row(segment, table, *each) for each in written)
        progress.reached("projection.table_written")
    with transaction.atomic():
        SegmentFile.objects.bulk_create(files)
        Segment.objects.filter(pk=segment.pk, state=_GRAPH.initial).update(state="live", live_at=now)
        progress.reached("projection.going_live")
    progress.reached("projection.live")
    return sum(file.row_count for file in files)


def _write_table(
    segment: Segment, table: Table, rows: Iterator[tuple[Any, ...]]
) -> list[tuple[int, str, Written]]:
    """Write `rows` into one file for each brand and UTC month; return (brand id, month, file) of each."""
    writers: dict[tuple[int, str], FileWriter] = {}
    with ExitStack() as stack:
        for some in batches(rows, ROWS_AT_ONCE):
            for part, piece in _parts(arrow_table(some, table.schema())):
                if part not in writers:
                    path = Path(settings.DATA) / _path(table, segment, *part)
                    writers[part] = stack.enter_context(FileWriter(path, table.schema()))
                writers[part].write(piece)
        return [(brand_id, month, writer.finish()) for (brand_id, month), writer in writers.items()]


def _path(table: Table, segment: Segment, brand_id: int, month: str) -> str:
    return f"{FOLDER}/{table.name}/brand={brand_id}/{month}/{segment.pk:08d}.parquet"


def _parts(piece: pa.Table) -> Iterator[tuple[tuple[int, str], pa.Table]]:
    """Yield ((brand id, UTC month), rows) for each brand and month in `piece`."""
    months = piece["at_us"].to_numpy().astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    brands = piece["brand_id"].to_numpy()
    for brand_id, month in np.unique(np.stack([brands, months]), axis=1).T:
        mask = pa.array((brands == brand_id) & (months == month))
        yield (int(brand_id), str(np.datetime64(int(month), "M"))), piece.filter(mask)


def _file_row(segment: Segment, table: Table, brand_id: int, month: str, written: Written) -> SegmentFile:
    return SegmentFile(
        segment=segment,
        brand_id=brand_id,
        table=table.name,
        month=month,
        path=str(written.path.relative_to(settings.DATA)),
        row_count=written.row_count,
        byte_count=written.byte_count,
        sha256=written.sha256,
    )


def _remove_what_nobody_names() -> None:
    """Delete superseded segments, and every file that no live one names: theirs, merged ones, drafts."""
    Segment.objects.filter(state="superseded").delete()
    named = set(SegmentFile.objects.values_list("path", flat=True))
    data = Path(settings.DATA)
    for path in (data / FOLDER).glob("**/*"):
        if path.is_file() and str(path.relative_to(data)) not in named:
            path.unlink(missing_ok=True)


def live_files(table: str, brand_ids: list[int] | None, first_month: str, last_month: str) -> list[str]:
    """Return the paths of the live files of `table` for these brands (None: all) and UTC months, inclusive."""
    wanted = Q(segment__state="live", table=table, month__gte=first_month, month__lte=last_month)
    if brand_ids is not None:
        wanted &= Q(brand_id__in=brand_ids)
    return [str(path_of(file)) for file in SegmentFile.objects.filter(wanted).order_by("path")]
