"""From an entry of a feed to a publication: its identity, its instant, its words."""

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from portevoix.networks.contracts import ActorRef, PostKind, SeenPost
from portevoix.networks.rss.dates import read_date
from portevoix.networks.rss.documents import Document, as_text, clean, language, web_address, words

LONGEST_ID: Final = 500
_OWN_NAMES: Final = re.compile(r"(?:https?://|tag:|urn:)\S", re.IGNORECASE)
"""Ids of which the whole web has but one; any other is a number or a word within its feed."""
_DATES: Final = ("published", "updated", "created")


def publications(document: Document, *, feed: str, author: ActorRef, now: datetime) -> list[SeenPost]:
    """Return what a document tells, each once, oldest first. `feed` is the address under which it is known."""
    found = (_publication(entry, document, feed, author, now) for entry in reversed(document.entries))
    once = {one.remote_id: one for one in found}
    return sorted(once.values(), key=lambda one: one.at)


def _publication(
    entry: Mapping[str, Any], document: Document, feed: str, author: ActorRef, now: datetime
) -> SeenPost:
    return SeenPost(
        remote_id=identity(entry, feed=feed),
        author=author,
        at=min(instant(entry) or now, now),
        kind=PostKind.ARTICLE,
        text=whole(entry),
        language=_language(entry) or document.language,
        url=web_address(entry.get("link")),
    )


def identity(entry: Mapping[str, Any], *, feed: str) -> str:
    """Return the one name of an entry: its id, else its address, else a digest of what it says.

    An id that only its feed knows is told with the address of the feed before it.
    """
    name = clean(entry.get("id")).strip() or web_address(entry.get("link"))
    if name and not _OWN_NAMES.match(name):
        name = f"{feed}#{name}"
    if name and len(name) <= LONGEST_ID:
        return name
    said = name or "\n".join((words(entry, "title"), _body(entry), clean(entry.get("published"))))
    return f"{feed}#{sha256(said.encode()).hexdigest()}"


def instant(entry: Mapping[str, Any]) -> datetime | None:
    """Return when an entry was published, else changed, as it says; None where it tells nothing readable.

    A date without a zone is taken for UTC.
    """
    return next((found for name in _DATES if (found := _instant(entry, name))), None)


def _instant(entry: Mapping[str, Any], name: str) -> datetime | None:
    try:
        if parsed := entry.get(f"{name}_parsed"):
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return read_date(clean(entry.get(name)).strip())


def whole(entry: Mapping[str, Any]) -> str:
    """Return the words of an entry: its title, and what stands below unless that says the same."""
    title, body = words(entry, "title"), _body(entry)
    if body.startswith(title.rstrip("….")):
        return body
    return f"{title}\n\n{body}".strip()


def _body(entry: Mapping[str, Any]) -> str:
    """Return the longest of an entry's contents; its summary where it gives none."""
    contents = [as_text(one.get("value"), str(one.get("type", ""))) for one in entry.get("content") or ()]
    return max(contents, key=len, default="") or words(entry, "summary")


def _language(entry: Mapping[str, Any]) -> str:
    told = (one.get("language") for one in (*(entry.get("content") or ()), entry.get("title_detail") or {}))
    return next((found for each in told if (found := language(each))), "")
