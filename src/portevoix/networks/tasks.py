"""Entry points of the worker: public lists whose members have changed, sign-ins that nobody finished."""

from datetime import datetime

from portevoix.core.worker import sweep
from portevoix.networks.actions.listing import keep_due
from portevoix.networks.actions.signing import forget_old


@sweep("networks.lists")
def keep_lists_up_to_date(now: datetime) -> None:
    """Bring the public lists of personas up to date."""
    keep_due(now=now)


@sweep("networks.sign_ins")
def forget_unfinished_sign_ins(now: datetime) -> None:
    """Forget sign-ins that nobody finished, and the access that they opened."""
    forget_old(now=now)
