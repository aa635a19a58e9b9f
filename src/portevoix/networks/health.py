"""How an account of ours fares, in a word: what follows from how the calls to its network went."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Health(TextChoices):
    """How an account of ours fares, in a word."""

    CONNECTED = "connected", _("connected")
    UNSURE = "unsure", _("does not answer")
    ENDING = "ending", _("has to be connected again soon")
    BROKEN = "broken", _("asks to be connected again")
    UNCONNECTED = "unconnected", _("not connected")
    BY_FILE = "by_file", _("by file")


WARNED: Final = timedelta(days=7)
"""How long before a sign-in ends one is told."""


def health(
    *,
    is_import_only: bool,
    is_linked: bool,
    is_broken: bool,
    failure: str,
    ends_at: datetime | None = None,
    now: datetime | None = None,
) -> Health:
    """Return how an account fares whose last call ended in the error `failure` ('' when it went well).

    Whatever can only be imported is not broken: nothing of it is ever called. `ends_at` is when a person has to
    sign in again, None where no end is known.
    """
    if is_import_only:
        return Health.BY_FILE
    if not is_linked:
        return Health.UNCONNECTED
    if is_broken:
        return Health.BROKEN
    if failure:
        return Health.UNSURE
    return Health.ENDING if is_ending(ends_at, now) else Health.CONNECTED


def is_ending(ends_at: datetime | None, now: datetime | None) -> bool:
    """Return whether a sign-in that ends at `ends_at` does so within the days in which one is told."""
    return ends_at is not None and now is not None and ends_at - now <= WARNED
