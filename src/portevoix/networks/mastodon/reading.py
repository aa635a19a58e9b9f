"""What a server tells, in our words: accounts, statuses, notifications. Pure; what is missing stays empty.

Raises LookupError, TypeError or ValueError where something is missing without which nothing can be said; see
`networks.calls.understood`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

from portevoix.networks.contracts import (
    ActorRef,
    Counted,
    Event,
    Kind,
    PostKind,
    Profile,
    ProfileLink,
    PublishedRef,
    SeenPost,
)
from portevoix.networks.markup import text_of
from portevoix.networks.mastodon.config import MastodonOptions
from portevoix.networks.text import LINK

DIRECT: Final = "direct"
"""The visibility of what is said to the named people only: never a publication, never a public act."""
_COUNTS: Final = {
    Counted.LIKES: "favourites_count",
    Counted.REPOSTS: "reblogs_count",
    Counted.QUOTES: "quotes_count",
    Counted.REPLIES: "replies_count",
}
_ACTS: Final = {
    "favourite": Kind.LIKE,
    "reblog": Kind.REPOST,
    "follow": Kind.FOLLOW,
    "mention": Kind.MENTION,
    "quote": Kind.QUOTE,
}
"""The notifications that tell of an act; a mention may be a reply. Others are passed over, whatever they hold."""
_QUOTED_LINK: Final = re.compile(r"<(p|span) class=\"quote-inline\">.*?</\1>", re.DOTALL)
"""What a server adds to a quote for those who cannot show it; no words of its author."""
_HREF: Final = re.compile(r"href=\"([^\"]+)\"")


@dataclass(frozen=True)
class Status:
    """One status as a server tells it. `local_id`, `answers` and `quoted_id` are ids on that server."""

    local_id: str
    uri: str
    url: str
    author: ActorRef
    author_id: str
    at: datetime
    text: str
    source: str = ""
    """What its author typed, where the server tells."""
    language: str = ""
    visibility: str = ""
    answers: str = ""
    answers_author: str = ""
    quoted_uri: str = ""
    quoted_id: str = ""
    made_with: str = ""
    media_count: int = 0
    is_repost: bool = False
    is_liked: bool = False
    is_reposted: bool = False
    counts: Mapping[Counted, int] = field(default_factory=dict)

    @property
    def ref(self) -> PublishedRef:
        """Return where it is."""
        return PublishedRef(self.uri, self.url, self.at)

    def seen(self, uris: Mapping[str, str]) -> SeenPost:
        """Return it as a publication; `uris` are the addresses of what it answers or quotes, by their ids."""
        return SeenPost(
            self.uri,
            self.author,
            self.at,
            kind=PostKind.REPLY if self.answers else PostKind.POST,
            text=self.text,
            language=self.language,
            url=self.url,
            in_reply_to=uris.get(self.answers, ""),
            quoting=self.quoted_uri or uris.get(self.quoted_id, ""),
            made_with=self.made_with,
        )


@dataclass(frozen=True)
class Notice:
    """One notification that tells of an act: its id on the server, and what it says."""

    local_id: str
    kind: Kind
    actor: ActorRef
    at: datetime
    status: Status | None


class Reader:
    """Reads what one account's server tells."""

    def __init__(self, options: MastodonOptions) -> None:
        self._me = options

    # Accounts

    def actor(self, told: Mapping[str, Any]) -> ActorRef:
        """Return who `told` is; the own account under its own address, however this server writes it."""
        url = _text(told, "url")
        is_me = str(told["id"]) == self._me.account_id
        remote_id = self._me.account if is_me else address_of(told)
        return ActorRef(remote_id, handle_of(told, self._me.host), _text(told, "display_name"), url)

    def profile(self, told: Mapping[str, Any], now: datetime) -> Profile:
        """Return the profile that `told` describes."""
        fields = told.get("fields")
        return Profile(
            self.actor(told),
            now,
            biography=text_of(_text(told, "note")),
            links=tuple(_links(fields)) if isinstance(fields, list) else (),
            is_automated=_flag(told, "bot"),
            is_locked=_flag(told, "locked"),
            followers_count=_count(told, "followers_count"),
            following_count=_count(told, "following_count"),
            posts_count=_count(told, "statuses_count"),
        )

    # Statuses

    def status(self, told: Mapping[str, Any]) -> Status:
        """Return the status that `told` describes."""
        account, quote, application = told["account"], _part(told, "quote"), _part(told, "application")
        media = told.get("media_attachments")
        return Status(
            str(told["id"]),
            uri := _needed(told, "uri"),
            _text(told, "url") or uri,
            self.actor(account),
            str(account["id"]),
            instant(told["created_at"]),
            words_of(told),
            source=_text(told, "text"),
            language=_text(told, "language"),
            visibility=_text(told, "visibility"),
            answers=_id(told, "in_reply_to_id"),
            answers_author=_id(told, "in_reply_to_account_id"),
            quoted_uri=_text(_part(quote, "quoted_status"), "uri"),
            quoted_id=_id(quote, "quoted_status_id"),
            made_with=_text(application, "name"),
            media_count=len(media) if isinstance(media, list) else 0,
            is_repost=bool(told.get("reblog")),
            is_liked=told.get("favourited") is True,
            is_reposted=told.get("reblogged") is True,
            counts=_counts(told),
        )

    # Notifications

    def notice(self, told: Mapping[str, Any]) -> Notice | None:
        """Return the notification that `told` describes, None when it tells of no act."""
        kind = _ACTS.get(_text(told, "type"))
        status = self.status(told["status"]) if kind and isinstance(told.get("status"), Mapping) else None
        if kind is None or not self._is_public(kind, status):
            return None
        if kind is Kind.MENTION and status and status.answers_author == self._me.account_id:
            kind = Kind.REPLY
        return Notice(str(told["id"]), kind, self.actor(told["account"]), instant(told["created_at"]), status)

    def _is_public(self, kind: Kind, status: Status | None) -> bool:
        """Return whether an act is told with what it is about, and was not meant for few."""
        return kind is Kind.FOLLOW or (status is not None and status.visibility != DIRECT)

    def event(self, notice: Notice, uris: Mapping[str, str]) -> Event:
        """Return the act that a notification tells of; `uris` are the addresses of what was answered or quoted."""
        if notice.status is None or notice.kind in (Kind.LIKE, Kind.REPOST):
            object_id = notice.status.uri if notice.status else ""
            act = f"{self._me.server}/notifications/{notice.local_id}"
            return Event(notice.kind, notice.actor, self._me.account, notice.at, object_id, act)
        return self._said(notice.kind, notice.actor, notice.status, uris)

    def _said(self, kind: Kind, actor: ActorRef, status: Status, uris: Mapping[str, str]) -> Event:
        seen = status.seen(uris)
        object_id = {Kind.REPLY: seen.in_reply_to, Kind.QUOTE: seen.quoting}.get(kind, "")
        return Event(
            kind if object_id or kind is not Kind.REPLY else Kind.MENTION,
            actor,
            self._me.account,
            status.at,
            object_id,
            status.uri,
            text=status.text,
            language=status.language,
            url=status.url,
        )


def address_of(account: Mapping[str, Any]) -> str:
    """Return the ActivityPub address of an account; of a server that does not tell it, the profile's address."""
    return _text(account, "uri") or _needed(account, "url")


def handle_of(account: Mapping[str, Any], host: str) -> str:
    """Return the full handle of an account: servers name their own without their host."""
    handle = _text(account, "acct") or _text(account, "username")
    return handle if "@" in handle or not handle else f"{handle}@{host}"


def words_of(status: Mapping[str, Any]) -> str:
    """Return what a status says: its warning, if it has one, then its words."""
    content = _text(status, "content")
    if status.get("quote"):
        content = _QUOTED_LINK.sub("", content)
    return "\n\n".join(part for part in (_text(status, "spoiler_text").strip(), text_of(content)) if part)


def instant(told: Any) -> datetime:
    """Return the instant that `told` writes, aware. Raises ValueError or TypeError."""
    found = datetime.fromisoformat(told)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _links(fields: list[Any]) -> list[ProfileLink]:
    """Return the addresses among a profile's fields; a field may hold words only."""
    links = []
    for told in fields:
        value = _text(told, "value")
        found = _HREF.search(value) or LINK.search(value)
        if found:
            url = unescape(found[found.lastindex or 0])
            links.append(ProfileLink(url, text_of(_text(told, "name")), bool(told.get("verified_at"))))
    return links


def _counts(told: Mapping[str, Any]) -> dict[Counted, int]:
    found = {counted: _count(told, name) for counted, name in _COUNTS.items()}
    return {counted: value for counted, value in found.items() if value is not None}


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = told.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _needed(told: Mapping[str, Any], name: str) -> str:
    if not (value := _text(told, name)):
        raise LookupError(name)
    return value


def _id(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return "" if value is None else str(value)


def _count(told: Mapping[str, Any], name: str) -> int | None:
    value = told.get(name)
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count else None


def _flag(told: Mapping[str, Any], name: str) -> bool | None:
    value = told.get(name)
    return value if isinstance(value, bool) else None
