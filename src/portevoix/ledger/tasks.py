"""Entry points of the worker: what is due to be collected."""

from datetime import datetime

from portevoix.core.worker import sweep
from portevoix.ledger.actions.due import collect_due


@sweep("ledger.collect")
def collect_what_is_due(now: datetime) -> None:
    """Collect every account whose hour has come."""
    collect_due(now=now)
