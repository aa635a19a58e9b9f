"""How X counts a text: weighted characters (twitter-text, version 3), any address 23, any emoji 2.

What is counted is what is sent: without outer white space, composed (NFC), lines ending in one character.
"""

import unicodedata
from dataclasses import replace
from typing import Final

import regex

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.x import addresses

LINK_LENGTH: Final = 23
EMOJI_LENGTH: Final = 2
LIMITS: Final = Limits(
    text_length=280,
    media_count=4,
    alternative_text_length=1000,
    link_length=LINK_LENGTH,
    media_bytes=5_000_000,
    media_types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
)
PREMIUM_LIMITS: Final = replace(LIMITS, text_length=25_000)
"""Those of accounts that pay X for longer posts."""
_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that count for one; every other counts for two."""
_UNSENDABLE: Final = regex.compile(r"[\p{Cc}\p{Cs}\uFFFE\uFEFF\uFFFF--[\t\n]]", regex.V1)
_ELEMENT: Final = (
    r"(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Extended_Pictographic}(?:\uFE0F|(?!\uFE0E)))"
)
_EMOJI: Final = regex.compile(
    r"[0-9#*]\uFE0F?\u20E3"
    r"|\p{Regional_Indicator}{2}"
    r"|\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]+\U000E007F"
    rf"|{_ELEMENT}(?:\u200D{_ELEMENT})*"
)


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` as X counts it. One that holds what cannot be sent is valid at no length."""
    sent = normalized(text)
    length, limit = weigh(sent), (limits or LIMITS).text_length
    is_within = length > 0 and (limit is None or length <= limit)
    return TextMeasure(length, limit, valid=is_within and not _UNSENDABLE.search(sent))


def normalized(text: str) -> str:
    """Return `text` as it is counted and sent."""
    lines = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)


def weigh(text: str) -> int:
    """Return the weighted length of a normalized text."""
    total, place = 0, 0
    for span in addresses.find(text):
        total += _weight(text[place : span.start]) + LINK_LENGTH
        place = span.end
    return total + _weight(text[place:])


def has_address(text: str) -> bool:
    """Return whether X makes a link of something in `text`, which makes the post dearer."""
    return bool(addresses.find(normalized(text)))


def _weight(text: str) -> int:
    """Return the weight of a text without addresses."""
    rest: str = _EMOJI.sub("", text)
    emoji = len(_EMOJI.findall(text))
    return emoji * EMOJI_LENGTH + sum(_of_one(ord(char)) for char in rest)


def _of_one(code: int) -> int:
    return 1 if any(first <= code <= last for first, last in _LIGHT) else 2
