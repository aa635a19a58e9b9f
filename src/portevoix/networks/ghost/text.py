"""How an article's text is counted: in characters. Ghost sets no limit to it; ours is what servers take."""

import unicodedata
from typing import Final

from portevoix.networks.articles import LONGEST
from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import verdict

LIMITS: Final = Limits(
    text_length=LONGEST,
    alternative_text_length=191,
    media_side=2000,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
)
"""The words of a picture are those of the one above the article; larger pictures are scaled down by Ghost."""
SHORT_TITLE: Final = 80
"""Characters of a title that is made of how a text begins: Ghost has no article without one."""


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` in characters (NFC, outer white space aside)."""
    return verdict(len(unicodedata.normalize("NFC", text).strip()), (limits or LIMITS).text_length)
