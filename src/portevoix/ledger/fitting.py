"""What networks tell, made to fit our columns: a language is shortened, an address left out, an identity never.

Pure functions. A shortened address leads elsewhere and a shortened identity is another one, so an address that
is too long is not kept, and a fact whose identity is too long is not stored at all.
"""

import re
from typing import Final

from portevoix.ledger.rules import LONGEST_ID
from portevoix.networks.contracts import Event, Reading, SeenPost

LONGEST_URL: Final = 500
LONGEST_LANGUAGE: Final = 12
LARGEST_COUNT: Final = 2**63 - 1
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What no database stores in a text: NUL, and halves of characters, which JSON can hold."""


def language(tag: str) -> str:
    """Return `tag` without the last parts that would make it too long: `ca-ES-valencia` becomes `ca-ES`."""
    while len(tag) > LONGEST_LANGUAGE:
        tag = tag.rpartition("-")[0]
    return text(tag)


def address(url: str) -> str:
    """Return `url`, or an empty text where it is longer than what is kept."""
    return "" if len(url) > LONGEST_URL or _UNSTORABLE.search(url) else url


def text(said: str) -> str:
    """Return what was said without the characters that cannot be stored."""
    return _UNSTORABLE.sub("", said)


def _is_identity(*ids: str) -> bool:
    return all(len(each) <= LONGEST_ID and not _UNSTORABLE.search(each) for each in ids)


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
