"""How the sandbox counts a text: each character is one, each link 23, whatever its length."""

import unicodedata

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import LINK, verdict

LIMITS = Limits(text_length=500, media_count=4, alternative_text_length=1500)
LINK_LENGTH = 23


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` in characters (NFC, outer white space aside), a link counting 23."""
    counted = LINK.sub("x" * LINK_LENGTH, unicodedata.normalize("NFC", text).strip())
    return verdict(len(counted), (limits or LIMITS).text_length)
