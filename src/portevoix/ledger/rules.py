"""What makes a fact the same fact, and what a source covers: pure functions."""

from collections.abc import Iterable
from datetime import datetime, time, tzinfo
from hashlib import blake2b
from typing import Final

from portevoix.networks.contracts import Kind

ACTS_WITH_AN_ID: Final = frozenset({Kind.REPLY, Kind.QUOTE, Kind.MENTION})
"""Acts that are publications themselves: the network gives each an id of its own."""

Span = tuple[int, int]
"""[from, to) in UTC microseconds."""
LONGEST_ID: Final = 500
"""Characters of an id, as the columns have them; the networks' own are shorter."""
LONGEST_KEY: Final = 200
"""Longer keys are hashed: an index row has a size limit in PostgreSQL."""


def identity_key(kind: str, target: str, at_us: int, object_id: str = "", remote_id: str = "") -> str:
    """Return what, beside brand, network, kind and actor, makes this act the same act in every source.

    Replies, quotes and mentions are known by their own id, and one post may mention several of us, so a
    mention's target belongs to its key. Likes, reposts and the like are known by what they were given to.
    Where a source gives neither, by target and instant: a target alone is not an object.
    """
    if remote_id and kind == Kind.MENTION:
        # The first space ends the id; one that holds spaces itself says how long it is.
        key = f"m:{len(remote_id)}:{remote_id} {target}" if " " in remote_id else f"r:{remote_id} {target}"
    elif object_id and kind not in ACTS_WITH_AN_ID:
        key = f"o:{object_id}"
    else:
        key = f"r:{remote_id}" if remote_id else f"t:{target}@{at_us}"
    return key if len(key) <= LONGEST_KEY else f"h:{blake2b(key.encode(), digest_size=20).hexdigest()}"


LAST_HALF_HOUR: Final = time(23, 30)


def is_recount_due(last: datetime | None, now: datetime, zone: tzinfo) -> bool:
    """Return whether counts are to be read again: once a day of `zone`, and once more in its last half hour.

    `last` is when they were read before, None for never.
    """
    if last is None:
        return True
    before, here = last.astimezone(zone), now.astimezone(zone)
    if before.date() < here.date():
        return True
    return before.date() == here.date() and before.time() < LAST_HALF_HOUR <= here.time()


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same instants as spans that neither touch nor overlap, in order."""
    together: list[Span] = []
    for start, end in sorted(spans):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return tuple(together)
