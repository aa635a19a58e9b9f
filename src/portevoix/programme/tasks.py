"""What the worker does for the programme."""

from datetime import datetime

from portevoix.core.worker import sweep
from portevoix.programme.actions import pause_unconsented


@sweep("programme.consents")
def silence_unconsented(now: datetime) -> None:
    """Silence named voices whose consent no longer counts at `now`."""
    pause_unconsented(now)
