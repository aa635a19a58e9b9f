"""The projection: every visible fact as Parquet by brand and UTC month. Disposable, regrown by one command.

A segment first takes the finished intakes that no segment holds (one commit), then writes its files, then
goes live with them (one commit). A death in between leaves a segment in `writing`: its files are written
again, from the same intakes. Files that are no longer live are kept for a while: whoever was given their names
before may still read them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from portevoix.core import clock, progress
from portevoix.core.patience import Patience
from portevoix.core.states import StateGraph
from portevoix.ledger import states
from portevoix.ledger.actions import regrow
from portevoix.ledger.actions.claim import PATIENT, Claim, Clock, held
from portevoix.ledger.actions.merge import merge_small_files
from portevoix.ledger.actions.segments import FOLDER, attempt_of, write_files
from portevoix.ledger.models import Intake, Segment, SegmentFile

INTAKES_AT_ONCE: Final = 500
KEPT: Final = timedelta(hours=1)
"""For how long files stay after others have replaced them."""
_GRAPH: Final[StateGraph] = states.SEGMENT


@dataclass(frozen=True)
class Projected:
    """What a projection did: segments written, rows in them, and whether it had to start from nothing."""

    segments: int
    rows: int
    was_regrown: bool


def project(*, now: Clock = clock.now, rebuild: bool = False, patience: Patience = PATIENT) -> Projected:
    """Bring the projection up to the facts that are visible now; return what was done.

    `rebuild` grows it anew; so does finding that one of its files is gone. Readers use the old one until the new
    one is whole. Raises ProjectionUnderWay when another process is still at it after `patience`, or takes it over.
    """
    with held(now, patience) as claim:
        if rebuild or not (claim.is_regrowing or _is_whole()):
            regrow.begin(claim)
        was_regrown = claim.is_regrowing
        rows = sum(_write_segment(segment, claim) for segment in _segments_to_write(claim))
        if was_regrown:
            regrow.replace(claim)
        merge_small_files(claim)
        _remove_what_nobody_reads(claim)
    return Projected(claim.segments, rows, was_regrown)


def path_of(file: SegmentFile) -> Path:
    """Return where a segment's file lies."""
    return Path(settings.DATA) / file.path


def _is_whole() -> bool:
    """Return whether each file that readers would open is there with its size."""
    return all(
        path_of(file).exists() and path_of(file).stat().st_size == file.byte_count
        for file in SegmentFile.objects.live().iterator()
    )


def _segments_to_write(claim: Claim) -> Iterator[Segment]:
    """Yield what a death has left, then new segments until every finished intake is held by one."""
    left = Segment.objects.filter(state=_GRAPH.initial)
    left.filter(intakes=None).delete()  # merges that died: their files were never named
    yield from left
    while segment := _claim_intakes(claim):
        progress.reached("projection.intakes_claimed")
        yield segment


@transaction.atomic
def _claim_intakes(claim: Claim) -> Segment | None:
    waiting = list(Intake.objects.unprojected().order_by("pk").values_list("pk", flat=True)[:INTAKES_AT_ONCE])
    if not waiting:
        return None
    segment = Segment.objects.create(state=_GRAPH.initial, started_at=claim.now())
    Intake.objects.filter(pk__in=waiting).update(segment=segment)
    claim.confirm()
    return segment


def _write_segment(segment: Segment, claim: Claim) -> int:
    """Write the files of `segment` and make it live, or grown; return the number of rows."""
    files = write_files(segment, claim)
    state = "grown" if claim.is_regrowing else "live"
    claim.segments += 1
    with transaction.atomic():
        SegmentFile.objects.bulk_create(files)
        live_at = None if claim.is_regrowing else claim.now()
        Segment.objects.filter(pk=segment.pk, state=_GRAPH.initial).update(state=state, live_at=live_at)
        claim.confirm()
        progress.reached("projection.going_live")
    progress.reached("projection.live")
    return sum(file.row_count for file in files)


def _remove_what_nobody_reads(claim: Claim) -> None:
    """Delete what was superseded long enough ago, and every file that no row names: drafts, files of the dead."""
    SegmentFile.objects.filter(superseded_at__lte=claim.now() - KEPT).delete()
    Segment.objects.filter(state="superseded", files=None).delete()
    named = set(SegmentFile.objects.values_list("path", flat=True))
    data = Path(settings.DATA)
    for path in (data / FOLDER).glob("**/*"):
        # A later attempt may be writing while we, frozen past our lease, believe that the claim is ours.
        is_ours = attempt_of(path) <= claim.attempt
        if is_ours and path.is_file() and str(path.relative_to(data)) not in named:
            path.unlink(missing_ok=True)


def live_files(table: str, brand_ids: list[int] | None, first_month: str, last_month: str) -> list[str]:
    """Return the paths of the live files of `table` for these brands (None: all) and UTC months, inclusive."""
    wanted = Q(table=table, month__gte=first_month, month__lte=last_month)
    if brand_ids is not None:
        wanted &= Q(brand_id__in=brand_ids)
    return [str(path_of(file)) for file in SegmentFile.objects.live().filter(wanted).order_by("path")]
