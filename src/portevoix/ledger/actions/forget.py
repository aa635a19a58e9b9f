"""Erasing what was said: because its network allows keeping it no longer, or because it was deleted there."""

from collections.abc import Collection
from datetime import datetime

from portevoix.ledger.models import Content
from portevoix.people.models import Brand


def erase(brand: Brand, network: str, remote_ids: Collection[str]) -> int:
    """Erase what was said in what was deleted on `network`; the facts stay. Return how many texts."""
    if not remote_ids:
        return 0
    said = Content.objects.filter(brand=brand, author__network=network, remote_id__in=set(remote_ids))
    return said.delete()[0]


def forget_what_is_due(*, now: datetime) -> int:
    """Erase what was kept as long as its network allows. Return how much was erased."""
    return Content.objects.filter(delete_on__lte=now.date()).delete()[0]
