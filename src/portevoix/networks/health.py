"""How an account of ours fares, in a word: what follows from how the calls to its network went."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Health(TextChoices):
    """How an account of ours fares, in a word."""

    CONNECTED = "connected", _("connected")
    UNSURE = "unsure", _("does not answer")
    BROKEN = "broken", _("asks to be connected again")
    UNCONNECTED = "unconnected", _("not connected")
    BY_FILE = "by_file", _("by file")


def health(*, is_import_only: bool, is_linked: bool, is_broken: bool, failure: str) -> Health:
    """Return how an account fares whose last call ended in the error `failure` ('' when it went well).

    Whatever can only be imported is not broken: nothing of it is ever called.
    """
    if is_import_only:
        return Health.BY_FILE
    if not is_linked:
        return Health.UNCONNECTED
    if is_broken:
        return Health.BROKEN
    return Health.UNSURE if failure else Health.CONNECTED
