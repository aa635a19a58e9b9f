"""How a text is counted where nothing is published: in characters, against a limit only if somebody gave one."""

import unicodedata

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import verdict


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` in characters (NFC, outer white space aside)."""
    length = len(unicodedata.normalize("NFC", text).strip())
    return verdict(length, limits.text_length if limits else None)
