"""The instant from which an intake counts: in the order in which intakes of a brand are committed.

Whoever reads everything known up to some instant, and later all that came after it, misses nothing between.
"""

from datetime import datetime

from portevoix.core import clock
from portevoix.ledger.queries import known_until_us
from portevoix.people.models import Brand


def next_known_us(brand: Brand, now: datetime) -> int:
    """Return the `known_at_us` of an intake of `brand` that finishes in the caller's transaction.

    It is `now`, or just after every instant given before: clocks differ and go backwards. To be called first in
    the transaction: it waits for whoever else is finishing an intake of this brand, so that what it reads
    afterwards is what they left. (SQLite has one writer at a time anyway.)
    """
    # Not the key: rows that merely name the brand are inserted by others meanwhile.
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    return max(clock.to_us(now), known_until_us(brand) + 1)
