"""Merging the projection's small files: collecting all day leaves many, and engines open each.

A merge is a segment of its own that holds no intake. It replaces the files it was made of in one commit; a
death before that leaves a file that nobody names, which the projector removes.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Count

from portevoix.core import progress
from portevoix.ledger import states
from portevoix.ledger.models import Segment, SegmentFile
from portevoix.ledger.parquet import FileWriter
from portevoix.ledger.tables import BY_NAME

TOO_MANY: Final = 24
"""Files of one table, brand and month that are merged into one."""


def merge_small_files(*, now: datetime) -> int:
    """Merge the files of every table, brand and month that has TOO_MANY; return how many merges were made."""
    live = SegmentFile.objects.filter(segment__state="live")
    parts = live.order_by().values("table", "brand", "month").annotate(files=Count("pk"))
    crowded = list(parts.filter(files__gte=TOO_MANY).values("table", "brand", "month"))
    for part in crowded:
        _merge(list(live.filter(**part).order_by("pk")), now)
    return len(crowded)


def _merge(files: list[SegmentFile], now: datetime) -> None:
    first = files[0]
    segment = Segment.objects.create(state=states.SEGMENT.initial, started_at=now)
    path = Path(first.path).parent / f"{segment.pk:08d}.parquet"
    schema = BY_NAME[first.table].schema()
    with FileWriter(Path(settings.DATA) / path, schema) as writer:
        for file in files:
            for batch in pq.ParquetFile(Path(settings.DATA) / file.path).iter_batches():
                writer.write_batch(batch)
        written = writer.finish()
    progress.reached("projection.merged_file_written")
    with transaction.atomic():
        SegmentFile.objects.filter(pk__in=[file.pk for file in files]).delete()
        SegmentFile.objects.create(
            segment=segment,
            brand_id=first.brand_id,
            table=first.table,
            month=first.month,
            path=str(path),
            row_count=written.row_count,
            byte_count=written.byte_count,
            sha256=written.sha256,
        )
        Segment.objects.filter(pk=segment.pk).update(state="live", live_at=now)
        progress.reached("projection.merging")
