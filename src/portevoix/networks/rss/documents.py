"""Reading a feed: whatever wrote it, in whatever state it is. What is read is text, and lies in bounds."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import feedparser

from portevoix.networks.errors import UnexpectedReply
from portevoix.networks.markup import text_of

MOST_MARKS: Final = 200_000
"""Most “<” that a document may have: reading takes time for each."""
MOST_ENTRIES: Final = 5_000
LONGEST_HTML: Final = 200_000
"""Characters of one entry that are read; a book of 300 pages has three times as many."""
LONGEST_URL: Final = 500
_ENDS: Final = (b"</rss>", b"</feed>", b"</rdf:rdf>")
_TAIL: Final = 2_000
_BREAKS: Final = (
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
)


@dataclass(frozen=True)
class Document:
    """A feed as it was read: what it says of itself in text, and its entries as feedparser tells them."""

    title: str
    description: str
    link: str
    language: str
    entries: tuple[Mapping[str, Any], ...]


def read_document(content: bytes, *, address: str, content_type: str = "") -> Document:
    """Return the feed that `content` is. Raises UnexpectedReply when it is none, is cut short, or is immense.

    Relative addresses within it start from `address`. Entities that grow are not followed.
    """
    if content.count(b"<") > MOST_MARKS:
        raise UnexpectedReply("rss: a document that would take too long to read")
    found = _parsed(content, {"content-type": content_type, "content-location": address})
    if not found.get("version"):
        raise UnexpectedReply("rss: this is no feed")
    if found.get("bozo") and _is_cut(content):
        raise UnexpectedReply("rss: a feed that is cut short")
    if len(found.entries) > MOST_ENTRIES:
        raise UnexpectedReply("rss: a feed of too many entries")
    # As plain mappings: feedparser's own answer for names that are not there.
    return _document(dict(found.feed), tuple(dict(entry) for entry in found.entries))


def _parsed(content: bytes, headers: dict[str, str]) -> Any:
    """Return what feedparser finds. Some bytes break it in ways of its own: they are no feed."""
    try:
        return feedparser.parse(
            io.BytesIO(content), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except _BREAKS as problem:
        raise UnexpectedReply(f"rss: this is no feed ({type(problem).__name__})") from problem


def _is_cut(content: bytes) -> bool:
    """Return whether the end is missing: half an entry would be told as a whole one."""
    tail = content[-_TAIL:].replace(b"\0", b"").lower()
    return not any(end in tail for end in _ENDS)


def _document(feed: Mapping[str, Any], entries: tuple[Mapping[str, Any], ...]) -> Document:
    return Document(
        title=words(feed, "title"),
        description=words(feed, "subtitle"),
        link=web_address(feed.get("link")),
        language=language(feed.get("language")),
        entries=entries,
    )


def words(told: Mapping[str, Any], name: str) -> str:
    """Return what stands under `name`, as people read it: without marks where it is HTML."""
    detail = told.get(f"{name}_detail") or {}
    return as_text(detail.get("value") or told.get(name), str(detail.get("type", "")))


def as_text(value: Any, media_type: str) -> str:
    """Return a value of a feed as text that can be stored: its marks are taken away where it is HTML."""
    text = clean(value)[:LONGEST_HTML]
    return text_of(text) if "html" in media_type else text.strip()


def clean(value: Any) -> str:
    """Return `value` as text without what no database takes: NUL, and halves of characters."""
    text = value if isinstance(value, str) else ""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def web_address(value: Any) -> str:
    """Return `value` when it is an address that people can open, else ''."""
    url = clean(value).strip()
    is_one = url.lower().startswith(("http://", "https://")) and len(url) <= LONGEST_URL
    return url if is_one and url.isprintable() and " " not in url else ""


def language(value: Any) -> str:
    """Return the language that a tag begins with: fr for fr-CA."""
    first = clean(value).replace("_", "-").partition("-")[0].strip().lower()
    return first if first.isascii() and first.isalpha() and len(first) in (2, 3) else ""
