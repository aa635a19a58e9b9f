"""Merging the projection's small files: collecting all day leaves many, and engines open each.

A merge is a segment of its own that holds no intake. It replaces the files it was made of in one commit; a
death before that leaves a file that nobody names, which the projector removes.
"""

from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Count

from portevoix.core import progress
from portevoix.ledger import states
from portevoix.ledger.actions.claim import Claim
from portevoix.ledger.actions.segments import Part
from portevoix.ledger.models import Segment, SegmentFile
from portevoix.ledger.parquet import FileWriter, Written
from portevoix.ledger.tables import BY_NAME

TOO_MANY: Final = 24
"""Files of one table, brand and month that are merged into one."""


def merge_small_files(claim: Claim) -> int:
    """Merge the files of every table, brand and month that has TOO_MANY; return how many merges were made.

    Raises LeaseLost.
    """
    live = SegmentFile.objects.live()
    parts = live.order_by().values("table", "brand_id", "month").annotate(files=Count("pk"))
    crowded = list(parts.filter(files__gte=TOO_MANY).values("table", "brand_id", "month"))
    for part in crowded:
        _merge(Part(**part), list(live.filter(**part).order_by("pk")), claim)
    return len(crowded)


def _merge(part: Part, files: list[SegmentFile], claim: Claim) -> None:
    segment = Segment.objects.create(state=states.SEGMENT.initial, started_at=claim.now())
    written = _written(part, segment, files, claim)
    progress.reached("projection.merged_file_written")
    with transaction.atomic():
        now = claim.now()
        SegmentFile.objects.filter(pk__in=[file.pk for file in files]).update(superseded_at=now)
        part.file(segment, written).save()
        Segment.objects.filter(pk=segment.pk).update(state="live", live_at=now)
        claim.confirm()
        progress.reached("projection.merging")


def _written(part: Part, segment: Segment, files: list[SegmentFile], claim: Claim) -> Written:
    data = Path(settings.DATA)
    with FileWriter(data / part.path(segment, claim, 0), BY_NAME[part.table].schema()) as writer:
        for file in files:
            with pq.ParquetFile(data / file.path) as small:
                for batch in small.iter_batches():
                    writer.write_batch(batch)
            claim.keep()
        return writer.finish()
