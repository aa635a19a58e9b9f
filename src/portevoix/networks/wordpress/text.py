"""How an article's text is counted: in characters. WordPress sets no limit; ours is what servers take."""

import unicodedata
from typing import Final

from portevoix.networks.articles import LONGEST
from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import verdict

LIMITS: Final = Limits(
    text_length=LONGEST,
    media_bytes=2_000_000,
    media_side=2560,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
)
"""Pictures: what PHP takes unless its administrator allows more, and the side to which WordPress scales down."""


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` in characters (NFC, outer white space aside)."""
    return verdict(len(unicodedata.normalize("NFC", text).strip()), (limits or LIMITS).text_length)
