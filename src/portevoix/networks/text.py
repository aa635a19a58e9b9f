"""What several networks share in counting a text and in putting a draft into one."""

import re

from portevoix.networks.contracts import Draft, TextMeasure

LINK = re.compile(r"https?://[^\s<>\"“”«»]*[^\s<>\"“”«».,;:!?'’)\]}]", re.IGNORECASE)
"""An address within a text, without the punctuation that ends the sentence around it."""


def whole_text(draft: Draft) -> str:
    """Return the text that carries all of `draft` where a network has but one field: title, text, link."""
    link = draft.link if draft.link not in draft.text else ""
    return "\n\n".join(part for part in (draft.title.strip(), draft.text.strip(), link) if part)


def verdict(length: int, limit: int | None) -> TextMeasure:
    """Return the measure of a text of `length` against `limit`; an empty text is valid nowhere."""
    return TextMeasure(length, limit, valid=length > 0 and (limit is None or length <= limit))
