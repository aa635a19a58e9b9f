"""How Bluesky counts a text: letters as people see them, and the bytes that they take."""

from dataclasses import replace
from typing import Final

import regex

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import verdict

LIMITS: Final = Limits(
    text_length=300,
    text_bytes=3000,
    media_count=4,
    alternative_text_length=2000,
    media_bytes=2_000_000,
    media_side=2000,
    media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
)
_LETTER: Final = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """Return how many letters `text` has, as people see them: a family of emoji is one."""
    return len(_LETTER.findall(text))


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` in letters and in bytes of UTF-8, outer white space aside."""
    chosen, sent = limits or LIMITS, text.strip()
    size, most = len(sent.encode("utf-8", "replace")), chosen.text_bytes
    told = verdict(graphemes(sent), chosen.text_length)
    fits = most is None or size <= most
    return replace(told, valid=told.valid and fits, byte_length=size, byte_limit=most)
