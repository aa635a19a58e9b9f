"""Who and what a Mastodon server knows, and how it writes words as HTML."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

LINK = re.compile(r"https?://[a-z0-9.-]+\.(?:org|example|com)[^\s<>\"]*", re.IGNORECASE)
MENTION = re.compile(r"(?<![\w/=])@([A-Za-z0-9_]+)(@[\w.-]+\w)?(?!@|://)")
TAG = re.compile(r"(?<![\w/&])#(\w+)")


@dataclass
class Person:
    """Somebody with an account, here or elsewhere."""

    local_id: str
    username: str
    host: str
    is_local: bool
    follows_me_since: datetime | None = None
    fields: list[dict[str, Any]] = field(default_factory=list)
    note: str = '<p>Speaks for <a href="https://acme.example">Acme</a>.</p>'

    @property
    def uri(self) -> str:
        """Return the ActivityPub address."""
        return f"https://{self.host}/users/{self.username}"


@dataclass
class Post:
    """A status, here or from elsewhere."""

    local_id: str
    author: Person
    at: datetime
    text: str
    language: str | None = None
    visibility: str = "public"
    answers: str | None = None
    quotes: str | None = None
    media: list[str] = field(default_factory=list)
    warning: str = ""
    likes: list[Person] = field(default_factory=list)
    reposts: list[Person] = field(default_factory=list)
    made_with: str | None = None

    @property
    def uri(self) -> str:
        """Return the ActivityPub address."""
        return f"{self.author.uri}/statuses/{self.local_id}"

    @property
    def url(self) -> str:
        """Return where people open it."""
        return f"https://{self.author.host}/@{self.author.username}/{self.local_id}"


@dataclass(frozen=True)
class Told:
    """One notification."""

    local_id: str
    sort: str
    who: Person
    at: datetime
    post: Post | None = None


def marked(text: str) -> str:
    """Return a paragraph as HTML: addresses, names and tags as links."""
    parts, place = [], 0
    for found in LINK.finditer(text):
        parts += [_with_names(text[place : found.start()]), _with_link(found[0])]
        place = found.end()
    return "".join([*parts, _with_names(text[place:])]).replace("\n", "<br />")


def _with_link(url: str) -> str:
    scheme, _slashes, rest = url.partition("://")
    shown, hidden = escape(rest[:30]), escape(rest[30:])
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener">'
        f'<span class="invisible">{scheme}://</span><span class="ellipsis">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


def _with_names(text: str) -> str:
    safe = escape(text, quote=False)
    tagged = TAG.sub(
        r'<a href="https://mastodon.example/tags/\1" class="mention hashtag">#<span>\1</span></a>', safe
    )
    return MENTION.sub(
        r'<span class="h-card"><a href="https://elsewhere.example/@\1" class="u-url mention">'
        r"@<span>\1</span></a></span>",
        tagged,
    )
