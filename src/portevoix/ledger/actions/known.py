"""Whose turn it is to write facts of a brand, and the instant from which an intake counts.

Intakes of a brand count in the order in which they are committed: whoever reads everything known up to some
instant, and later all that came after it, misses nothing between.
"""

from datetime import datetime

from portevoix.core import clock
from portevoix.ledger.queries import known_until_us
from portevoix.people.models import Brand


def take_turn(brand: Brand) -> None:
    """Wait for whoever else is writing facts of `brand`, and hold others off until the transaction ends.

    To be called first in the transaction, so that what is read afterwards is what they left; and two writers that
    store the same facts in different orders never wait for each other for ever. (SQLite has one writer anyway.)
    """
    # Not the key: rows that merely name the brand are inserted by others meanwhile.
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)


def next_known_us(brand: Brand, now: datetime) -> int:
    """Return the `known_at_us` of an intake of `brand` that finishes in the caller's transaction.

    It is `now`, or just after every instant given before: clocks differ and go backwards. It takes the turn.
    """
    take_turn(brand)
    return max(clock.to_us(now), known_until_us(brand) + 1)
