"""Entry points of the worker: what is due to be collected, and to be forgotten."""

from datetime import datetime

from portevoix.core.worker import sweep
from portevoix.ledger.actions.due import collect_due
from portevoix.ledger.actions.forget import forget_what_is_due


@sweep("ledger.collect")
def collect_what_is_due(now: datetime) -> None:
    """Collect every account whose hour has come."""
    collect_due(now=now)


@sweep("ledger.forget")
def forget_what_was_kept_long_enough(now: datetime) -> None:
    """Erase what networks allow to be kept no longer."""
    forget_what_is_due(now=now)
