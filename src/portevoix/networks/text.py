"""What several networks share in counting a text and in putting a draft into one."""

import re
import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from portevoix.core.clock import to_us
from portevoix.networks.contracts import Draft, Media, TextMeasure
from portevoix.networks.errors import ContentRefused

LINK = re.compile(r"https?://[^\s<>\"“”«»]*[^\s<>\"“”«».,;:!?'’)\]}]", re.IGNORECASE)
"""An address within a text, without the punctuation that ends the sentence around it."""


def whole_text(draft: Draft) -> str:
    """Return the text that carries all of `draft` where a network has but one field: title, text, link."""
    link = draft.link if draft.link not in draft.text else ""
    return "\n\n".join(part for part in (draft.title.strip(), draft.text.strip(), link) if part)


def verdict(length: int, limit: int | None) -> TextMeasure:
    """Return the measure of a text of `length` against `limit`; an empty text is valid nowhere."""
    return TextMeasure(length, limit, valid=length > 0 and (limit is None or length <= limit))


def intent_key(now: datetime) -> str:
    """Return a key that no other publication has, for networks that know none: it names the intent here."""
    return f"{to_us(now):x}-{secrets.token_hex(8)}"


def words_for(media: Media, most: int | None = None) -> str:
    """Return what `media` shows, in `most` characters at most. Raises ContentRefused, also without any word."""
    words = media.alternative_text.strip()
    if not words:
        reason = _("Say what the picture shows, for those who cannot see it.")
        raise ContentRefused("no alternative text", reason=reason)
    if most is not None and len(words) > most:
        sentence = _("What the picture shows is said in %(limit)s characters at most on this network.")
        raise ContentRefused("a long alternative text", reason=sentence % {"limit": most})
    return words
