"""Facts that networks tell, made to fit our columns: a language is shortened, an identity never.

Pure functions. A shortened identity is another one, so a fact whose identity is too long is not stored at all.
"""

from typing import Final

from portevoix.ledger.rules import LONGEST_ID
from portevoix.networks.contracts import Event, Reading, SeenPost
from portevoix.networks.fitting import is_storable, text

LONGEST_LANGUAGE: Final = 12
LARGEST_COUNT: Final = 2**63 - 1


def language(tag: str) -> str:
    """Return `tag` without the last parts that would make it too long: `ca-ES-valencia` becomes `ca-ES`."""
    while len(tag) > LONGEST_LANGUAGE:
        tag = tag.rpartition("-")[0]
    return text(tag)


def _is_identity(*ids: str) -> bool:
    return all(len(each) <= LONGEST_ID and is_storable(each) for each in ids)


def is_event(event: Event) -> bool:
    """Return whether `event` can be stored under its own identity."""
    return _is_identity(event.actor.remote_id, event.target_id, event.object_id, event.remote_id)


def is_post(post: SeenPost) -> bool:
    """Return whether `post` can be stored under its own identity."""
    return _is_identity(post.author.remote_id, post.remote_id, post.in_reply_to)


def is_reading(reading: Reading) -> bool:
    """Return whether `reading` can be stored: its identity fits, and its count is no larger than a number is."""
    fits = -LARGEST_COUNT <= reading.value <= LARGEST_COUNT
    return fits and _is_identity(reading.account_id, reading.object_id)
