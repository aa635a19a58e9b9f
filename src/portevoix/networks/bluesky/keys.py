"""Keys of records: thirteen letters that hold an instant (TIDs), chosen by us before anything is sent."""

import secrets
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Final

from portevoix.core.clock import from_us, to_us

_LETTERS: Final = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH: Final = 13
_CLOCK_BITS: Final = 10
_OWN_BITS: Final = 20
"""The last bits of a key that are ours: a thousandth of a second, and the network's own ten bits."""
_LARGEST: Final = 1 << 63
_BEFORE_US: Final = 1_600_000_000_000_000
"""Made keys lie before this instant (2020), so that no server takes one for a post of the future."""
_turns = count(secrets.randbelow(1 << _OWN_BITS))


def _written(number: int) -> str:
    return "".join(_LETTERS[number >> 5 * place & 31] for place in range(_LENGTH - 1, -1, -1))


def fresh_key(now: datetime) -> str:
    """Return a key that this process has not given yet, of the instant `now` to a thousandth of a second."""
    thousandth = (to_us(now) << _CLOCK_BITS) >> _OWN_BITS << _OWN_BITS
    return _written(thousandth | next(_turns) % (1 << _OWN_BITS))


def key_for(*what: str) -> str:
    """Return the one key for `what`: the same words always make the same key."""
    number = int.from_bytes(sha256("\n".join(what).encode()).digest())
    return _written(number % (_BEFORE_US << _CLOCK_BITS))


def key_from(at: datetime) -> str:
    """Return the smallest key of the instant `at`."""
    return _written(max(0, to_us(at)) << _CLOCK_BITS)


def instant_of(key: str) -> datetime | None:
    """Return the instant that `key` holds, None where it is no key of this form."""
    if len(key) != _LENGTH or any(letter not in _LETTERS for letter in key):
        return None
    number = 0
    for letter in key:
        number = number << 5 | _LETTERS.index(letter)
    return from_us(number >> _CLOCK_BITS) if number < _LARGEST else None
