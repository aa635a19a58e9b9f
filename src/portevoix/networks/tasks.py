"""Entry points of the worker: public lists whose members have changed."""

from datetime import datetime

from portevoix.core.worker import sweep
from portevoix.networks.actions.listing import keep_due


@sweep("networks.lists")
def keep_lists_up_to_date(now: datetime) -> None:
    """Bring the public lists of personas up to date."""
    keep_due(now=now)
