"""Whether a status on the server may be a draft of ours whose answer was lost. Pure.

A server gives a text back as HTML: addresses whole, handles without their domain, white space as it likes. Some
makes take marks such as `*` for their own. So a text is compared as it would be read back, and where nothing is
exactly that, by its letters and figures alone. Media are told by their number: some makes name them anew.
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from portevoix.networks.contracts import Draft
from portevoix.networks.mastodon.reading import Status
from portevoix.networks.mastodon.text import without_domains
from portevoix.networks.text import whole_text

CLOCKS_APART: Final = timedelta(seconds=60)
"""How far the server's clock may be behind ours: a post that looks this much older is not left out."""


def likely(
    draft: Draft, statuses: Iterable[Status], *, answered: str | None, since: datetime
) -> tuple[Status, ...]:
    """Return those of our own `statuses` that may be `draft`, published at `since` or later.

    `answered` is the server's id of what `draft` answers: '' where it answers nothing, None where what it answers
    is not there any more. A server may have forgotten then what an answer was one to, so nothing rests on it.
    """
    same = [one for one in statuses if _may_be(draft, one, answered) and one.at >= since - CLOCKS_APART]
    wanted = as_read(whole_text(draft))
    exact = [one for one in same if wanted in (as_read(one.text), as_read(one.source))]
    letters = _letters(wanted)
    alike = [one for one in same if letters and letters in (_letters(one.text), _letters(one.source))]
    return tuple(exact or alike)


def _may_be(draft: Draft, status: Status, answered: str | None) -> bool:
    is_like = answered in (None, status.answers) and not status.is_repost
    return is_like and len(draft.media) == status.media_count


def as_read(text: str) -> str:
    """Return `text` as it would be read back: composed letters, handles without domain, single spaces."""
    return " ".join(without_domains(unicodedata.normalize("NFC", text)).split())


def _letters(text: str) -> str:
    """Return the letters and figures of `text`, whatever stands between them."""
    return "".join(one for one in as_read(text).casefold() if one.isalnum())
