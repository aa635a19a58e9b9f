"""How Facebook counts a post: 63,206 characters.

Meta does not say of which kind. Of what it may mean, UTF-16 units are the most, so that what is valid here fits.
"""

import unicodedata
from typing import Final

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import verdict

LIMITS: Final = Limits(
    text_length=63_206,
    media_count=10,
    alternative_text_length=1000,
    media_bytes=10_000_000,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
)


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` as Facebook counts it."""
    sent = normalized(text)
    length = len(sent.encode("utf-16-le", "surrogatepass")) // 2
    return verdict(length, (limits or LIMITS).text_length)


def normalized(text: str) -> str:
    """Return `text` as it is counted and sent: no outer white space, composed, lines ending in one character."""
    return unicodedata.normalize("NFC", text.strip().replace("\r\n", "\n").replace("\r", "\n"))
