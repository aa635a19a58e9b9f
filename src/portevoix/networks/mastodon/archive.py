"""The archive of an account, downloaded from its server: posts and reposts, told as the API tells them.

A ZIP (before Mastodon 4.2 a `tar.gz`) with `outbox.json`, `actor.json` and `likes.json`, written as ActivityPub.
Likes have no date there, so that they are no facts. What was said to few is left out, as it is by the API.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from portevoix.networks.archives import Member, Refused, members
from portevoix.networks.contracts import ActorRef, Event, Kind, PostKind, SeenPost
from portevoix.networks.mastodon.reading import instant, words_of

OUTBOX: Final = "outbox.json"
ACTOR: Final = "actor.json"
LIKES: Final = "likes.json"
_PUBLIC: Final = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_QUOTED: Final = ("quote", "quoteUri", "_misskey_quote", "quoteUrl")


def read_archive(path: Path) -> Iterator[SeenPost | Event | Refused]:
    """Yield what the archive at `path` tells, and why some of it is no fact. Raises OSError if there is none."""
    found: dict[str, Any] = {}
    for member in members(path, lambda name: name.rpartition("/")[2] in (OUTBOX, ACTOR, LIKES)):
        if isinstance(member, Refused):
            yield member
        else:
            yield from _kept(member, found)
    author = _author(found.get(ACTOR))
    if OUTBOX not in found:
        yield Refused(path.name, "not_json")
    for place, told in enumerate(_items(found.get(OUTBOX)), start=1):
        yield from _activity(told, author, f"{OUTBOX}, {place}")
    if any(True for _like in _items(found.get(LIKES))):
        yield Refused(LIKES, "impossible_date")


def _kept(member: Member, found: dict[str, Any]) -> Iterator[Refused]:
    """Keep what a file of the archive holds, by its name."""
    try:
        found[member.name.rpartition("/")[2]] = json.loads(member.content)
    except (ValueError, RecursionError):
        yield Refused(member.name, "not_json")


def _items(told: Any) -> Iterable[Any]:
    items = told.get("orderedItems") if isinstance(told, Mapping) else None
    return items if isinstance(items, list) else ()


def _author(told: Any) -> ActorRef:
    """Return whose archive it is, as far as `actor.json` tells."""
    if not isinstance(told, Mapping):
        return ActorRef("")
    remote_id, url = _text(told, "id"), _text(told, "url")
    host = remote_id.partition("://")[2].partition("/")[0]
    username = _text(told, "preferredUsername")
    handle = f"{username}@{host}" if username and host else ""
    return ActorRef(remote_id, handle, _text(told, "name"), url)


def _activity(told: Any, author: ActorRef, place: str) -> Iterator[SeenPost | Event | Refused]:
    """Yield the fact that one activity is; nothing for what is none of ours, or was said to few."""
    try:
        who = author if _text(told, "actor") in ("", author.remote_id) else ActorRef(_text(told, "actor"))
        if not who.remote_id:
            raise LookupError("actor")
        match told["type"]:
            case "Create" if _is_open(told["object"]):
                yield _post(told["object"], who)
            case "Announce":
                yield _repost(told, who)
    except (LookupError, TypeError, AttributeError):
        yield Refused(place, "missing_field")
    except (ValueError, OverflowError):
        yield Refused(place, "impossible_date")


def _is_open(note: Mapping[str, Any]) -> bool:
    """Return whether a note was meant for all, or for all followers."""
    told = {*_several(note, "to"), *_several(note, "cc")}
    return bool(told & _PUBLIC) or any(one.endswith("/followers") for one in told)


def _post(note: Mapping[str, Any], author: ActorRef) -> SeenPost:
    answered = _text(note, "inReplyTo")
    quoted = next((_text(note, name) for name in _QUOTED if _text(note, name)), "")
    spoken = note.get("contentMap")
    written = {"content": note["content"], "spoiler_text": note.get("summary"), "quote": quoted}
    return SeenPost(
        _needed(note, "id"),
        author,
        instant(note["published"]),
        kind=PostKind.REPLY if answered else PostKind.POST,
        text=words_of(written),
        language=next(iter(spoken), "") if isinstance(spoken, Mapping) else "",
        url=_text(note, "url"),
        in_reply_to=answered,
        quoting=quoted,
    )


def _repost(told: Mapping[str, Any], author: ActorRef) -> Event:
    """Return a repost that the account gave; the author of what it reposted is the one whom it names."""
    given = told["object"]
    object_id = given if isinstance(given, str) else _needed(given, "id")
    named = [one for one in _several(told, "cc") if not one.endswith("/followers") and one not in _PUBLIC]
    target = named[0] if named else author.remote_id
    return Event(Kind.REPOST, author, target, instant(told["published"]), object_id, _needed(told, "id"))


def _several(told: Mapping[str, Any], name: str) -> list[str]:
    value = told.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _needed(told: Mapping[str, Any], name: str) -> str:
    if not (value := _text(told, name)):
        raise LookupError(name)
    return value
