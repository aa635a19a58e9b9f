"""What a network gives to people who ask for their own data, item by item: a fact of ours, or why it is none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_noop

from portevoix.core import clock
from portevoix.ledger import fitting, permitted
from portevoix.ledger.heard import Heard
from portevoix.ledger.lines import Line
from portevoix.ledger.rejects import REASON_SENTENCES as OF_LINES
from portevoix.networks.archives import REASON_SENTENCES as OF_ARCHIVES
from portevoix.networks.archives import Refused
from portevoix.networks.contracts import Event, Reading, SeenPost
from portevoix.networks.permits import Permit
from portevoix.networks.readers import Item

Fact = SeenPost | Event | Reading
REASON_SENTENCES: Final = {
    "bad_id": OF_LINES["bad_id"],
    "not_ours": gettext_noop(
        "It is about an account that no voice of this brand holds. Give the account to a voice, then bring the "
        "file in again."
    ),
    "not_permitted": gettext_noop("The rules of the network do not allow it to be kept."),
    **OF_ARCHIVES,
    "impossible_date": OF_LINES["impossible_date"],
}
"""Why an item can be refused."""


@dataclass(frozen=True)
class Terms:
    """Which accounts are the brand's, what the network permits, and the last possible instant.

    Permits are None where no network told us anything.
    """

    ours: Collection[str]
    permits: Sequence[Permit] | None
    latest_us: int


@dataclass
class Sorted:
    """Items, sorted into what they are."""

    posts: list[SeenPost] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    refused: list[tuple[Line, str]] = field(default_factory=list)

    @classmethod
    def of(cls, items: Sequence[Item], terms: Terms, first: int) -> "Sorted":
        """Return `items`, the first of which is the `first` of the file, counted from 1."""
        found = cls()
        for number, item in enumerate(items, first):
            found.add(item, terms, number)
        return found

    @property
    def heard(self) -> Heard:
        """Return the facts."""
        return Heard(self.events, self.posts, self.readings)

    @property
    def fact_count(self) -> int:
        """Return how many facts there are."""
        return len(self.posts) + len(self.events) + len(self.readings)

    def add(self, item: Item, terms: Terms, number: int) -> None:
        """Put one item where it belongs, as far as `terms` allow."""
        if isinstance(item, Refused):
            self.refused.append((Line(number, item.place.encode()), item.reason))
        elif reason := _reason_against(item, terms):
            self.refused.append((Line(number, name_of(item).encode("utf-8", "replace")), reason))
        elif isinstance(item, SeenPost):
            self.posts.append(item)
        elif isinstance(item, Event):
            self.events += permitted.events([item], terms.permits) if terms.permits is not None else [item]
        else:
            self.readings.append(item)


def owner_of(item: Fact) -> str:
    """Return the id of the account that an item is about: such files tell of their owner alone."""
    if isinstance(item, SeenPost):
        return item.author.remote_id
    return item.actor.remote_id if isinstance(item, Event) else item.account_id


def name_of(item: Fact) -> str:
    """Return what tells an item from others of its file: its id, else that of what it is about."""
    if isinstance(item, Reading):
        return item.object_id or item.account_id
    return item.remote_id or (item.object_id if isinstance(item, Event) else "")


def _reason_against(item: Fact, terms: Terms) -> str:
    """Return why an item is no fact of the brand's, '' when it is one."""
    if not _fits(item):
        return "bad_id"
    if owner_of(item) not in terms.ours:
        return "not_ours"
    if not 0 <= clock.to_us(item.at) <= terms.latest_us:
        return "impossible_date"
    return "" if terms.permits is None or _may_be_kept(item, terms.permits) else "not_permitted"


def _fits(item: Fact) -> bool:
    if isinstance(item, SeenPost):
        return fitting.is_post(item)
    return fitting.is_event(item) if isinstance(item, Event) else fitting.is_reading(item)


def _may_be_kept(item: Fact, permits: Sequence[Permit]) -> bool:
    if isinstance(item, SeenPost):
        return bool(permitted.posts([item], permits))
    return bool(permitted.events([item], permits)) if isinstance(item, Event) else True
