"""Forms that were sent: what one sending did is not done again when the same form comes a second time."""

from datetime import datetime, timedelta
from typing import Final

from portevoix.core.models import SentForm

LIFE: Final = timedelta(days=7)
"""How long a form that was sent is known: who goes back to its page later makes something new."""


def take(key: str, *, now: datetime) -> SentForm | None:
    """Take the form of that key for this transaction; None when it was sent before (`place_of`).

    Whoever sends the same at the same time waits here until this transaction ends.
    """
    SentForm.objects.filter(sent_at__lt=now - LIFE).delete()
    taken, is_first = SentForm.objects.get_or_create(key=key, defaults={"sent_at": now})
    return taken if is_first else None


def place_of(key: str) -> str:
    """Return the address to which the first sending of the form led."""
    return SentForm.objects.get(key=key).place


def keep(form: SentForm, place: str) -> None:
    """Write down that what `form` asked for was done, and the address to which that led."""
    form.place = place
    form.save(update_fields=["place"])


def give_back(form: SentForm) -> None:
    """Forget `form`, which was refused: it may be sent again as it is."""
    form.delete()
