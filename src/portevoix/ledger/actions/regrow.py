"""Growing the projection anew beside the one that readers use, which stays until the new one is whole.

Meanwhile the claim remembers that it is regrowing, and what is written is *grown* instead of live. One commit then
makes all that was grown live and supersedes all that was live. A death in between goes on where it was.
"""

from django.db import transaction

from portevoix.core import progress
from portevoix.ledger.actions.claim import Claim
from portevoix.ledger.models import Intake, Segment, SegmentFile
from portevoix.ledger.states import SEGMENT


@transaction.atomic
def begin(claim: Claim) -> None:
    """Let every intake be projected again. What was only being written or grown begins anew."""
    Segment.objects.filter(state__in=(SEGMENT.initial, "grown")).delete()
    Intake.objects.exclude(segment=None).update(segment=None)
    claim.confirm(is_regrowing=True)
    progress.reached("projection.regrowing")


def replace(claim: Claim) -> None:
    """Let readers use what was grown instead of what was live. Raises LeaseLost."""
    now = claim.now()
    with transaction.atomic():
        SegmentFile.objects.live().update(superseded_at=now)
        Segment.objects.filter(state__in=SEGMENT.sources("superseded")).update(state="superseded")
        Segment.objects.filter(state="grown").update(state="live", live_at=now)
        claim.confirm(is_regrowing=False)
        progress.reached("projection.replacing")
    progress.reached("projection.replaced")
