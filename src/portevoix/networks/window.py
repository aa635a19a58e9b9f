"""What an account sees on a network inside the product, asked as that network's own application would."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portevoix.networks.connector import Connector
from portevoix.networks.contracts import Counted, Profile, PublishedRef, SeenPost
from portevoix.networks.models import Account
from portevoix.networks.queries import training_connection
from portevoix.networks.registry import connector_class
from portevoix.networks.rights import require_link
from portevoix.people.journal import By

SHOWN: Final = 10
"""Posts that are shown, the newest first."""
_WITH_ANSWERS: Final = 5
"""Posts whose answers are asked for: each is a call, and an account has so many in five minutes."""


@dataclass(frozen=True)
class Glimpse:
    """One post, its counts, and what was answered, the oldest first."""

    post: SeenPost
    counts: Mapping[Counted, int]
    answers: tuple[SeenPost, ...]


@dataclass(frozen=True)
class Window:
    """One account as it stands: its profile, its newest posts, and how long a post may be."""

    profile: Profile
    posts: tuple[Glimpse, ...]
    limit: int | None
    new_key: str


def look(account: Account, *, by: By, now: datetime) -> Window:
    """Return what `account` sees. Raises NotAllowed, UserError as `training_connection`, and NetworkError."""
    require_link(account, by=by)
    connection = training_connection(account)
    with connector_class(account.network)(connection.options, connection.credentials) as door:
        posts = _posts(door, now)[::-1][:SHOWN]
        refs = [PublishedRef(post.remote_id) for post in posts]
        counts: dict[str, dict[Counted, int]] = {}
        for reading in door.read_counts(refs, now):
            counts.setdefault(reading.object_id, {})[reading.counted] = reading.value
        seen = tuple(
            Glimpse(post, counts.get(post.remote_id, {}), _answers(door, post, now, place))
            for place, post in enumerate(posts)
        )
        return Window(door.verify(now), seen, door.limits(now).text_length, door.new_key(now))


def _posts(door: Connector, now: datetime) -> list[SeenPost]:
    """Return every post of the account, the oldest first."""
    page = door.read_posts("", now)
    found = list(page.items)
    while page.has_more:
        page = door.read_posts(page.cursor, now)
        found += page.items
    return found


def _answers(door: Connector, post: SeenPost, now: datetime, place: int) -> tuple[SeenPost, ...]:
    if place >= _WITH_ANSWERS:
        return ()
    thread = door.read_thread(PublishedRef(post.remote_id), now)
    return tuple(each for each in thread if each.in_reply_to == post.remote_id)
