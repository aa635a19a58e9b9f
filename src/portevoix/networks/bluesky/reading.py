"""What Bluesky tells, in our words. The functions are given JSON, and raise what `calls.understood` catches."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from portevoix.networks.bluesky import facets
from portevoix.networks.bluesky.facets import EntityKind
from portevoix.networks.bluesky.keys import instant_of
from portevoix.networks.bluesky.records import FOLLOW, LIKE, POST, REPOST, SITE, address_of
from portevoix.networks.contracts import (
    ActorRef,
    Counted,
    Event,
    Kind,
    PostKind,
    Profile,
    ProfileLink,
    SeenPost,
)

Json = Mapping[str, Any]
COUNTS: Final = {
    Counted.LIKES: "likeCount",
    Counted.REPOSTS: "repostCount",
    Counted.QUOTES: "quoteCount",
    Counted.REPLIES: "replyCount",
}
_GIVEN: Final = {LIKE: Kind.LIKE, REPOST: Kind.REPOST}
_REASONS: Final = frozenset({"like", "repost", "follow", "mention", "reply", "quote"})
"""What is done to us. Other words of the network's tell of itself, or of acts upon what we reposted."""
_NO_HANDLE: Final = "handle.invalid"
"""What the network writes where a handle no longer leads back to its account."""
_SHARED: Final = ".bsky.social"
"""Handles under it are given to whoever asks, and prove nothing."""


def instant_in(text: str) -> datetime:
    """Return the instant that `text` tells, UTC. Raises ValueError."""
    told = datetime.fromisoformat(text)
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)


def _text(value: object) -> str:
    """Return what must be a text: no other account is meant than the one that is named. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError("no text where one was promised")
    return value


def actor(told: Json) -> ActorRef:
    """Return who an account is."""
    did, handle = _text(told["did"]), str(told.get("handle") or "")
    known = "" if handle == _NO_HANDLE else handle
    return ActorRef(did, known, str(told.get("displayName") or ""), f"{SITE}/profile/{known or did}")


def profile(told: Json, *, server: str, now: datetime) -> Profile:
    """Return an account as it describes itself. `server`: the host under which handles are no own domains."""
    who, biography = actor(told), str(told.get("description") or "")
    links = [ProfileLink(one.value) for one in facets.entities(biography) if one.kind is EntityKind.LINK]
    if website := str(told.get("website") or ""):
        links.insert(0, ProfileLink(website))
    if who.handle and not who.handle.endswith((_SHARED, f".{server}")):
        links.insert(0, ProfileLink(f"https://{who.handle}", who.handle, is_verified=True))
    return Profile(
        who,
        now,
        biography,
        tuple(links),
        is_locked=False,
        followers_count=_count(told, "followersCount"),
        following_count=_count(told, "followsCount"),
        posts_count=_count(told, "postsCount"),
    )


def _count(told: Json, name: str) -> int | None:
    value = told.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def counts(told: Json) -> Iterator[tuple[Counted, int]]:
    """Yield every count of a post that is told."""
    for counted, name in COUNTS.items():
        if (value := _count(told, name)) is not None:
            yield counted, value


def _object(value: object) -> Json:
    """Return what a record holds as an object, {} for anything else: whoever wrote it wrote what they liked."""
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _language(record: Json) -> str:
    return next((str(one) for one in _list(record.get("langs"))), "")


def quoted_in(record: Json) -> str:
    """Return the address of the post that a post quotes, '' when it quotes none."""
    inner = _object(_object(record.get("embed")).get("record"))
    uri = str((_object(inner.get("record")) or inner).get("uri") or "")
    found = address_of(uri)
    return uri if found and found.collection == POST else ""


def answered_in(record: Json) -> str:
    """Return the address of the post that a post answers, '' when it answers none."""
    return str(_object(_object(record.get("reply")).get("parent")).get("uri") or "")


def root_in(record: Json) -> Json:
    """Return the post (`uri`, `cid`) with which the conversation of a post began, {} when it began it."""
    return _object(_object(record.get("reply")).get("root"))


def says_the_same(one: Json, other: Json) -> bool:
    """Return whether two posts have the same words, answer the same post and quote the same one."""
    told, wanted = ((each.get("text"), answered_in(each), quoted_in(each)) for each in (one, other))
    return told == wanted


def mentioned_in(record: Json) -> set[str]:
    """Return the ids of the accounts that a post mentions."""
    facets_told = map(_object, _list(record.get("facets")))
    features = (_object(feature) for one in facets_told for feature in _list(one.get("features")))
    return {str(feature["did"]) for feature in features if feature.get("did")}


def seen_post(uri: str, record: Json, author: ActorRef, now: datetime) -> SeenPost:
    """Return a post. Its instant is the one that its author declared, never one to come."""
    place, answered = address_of(uri), answered_in(record)
    return SeenPost(
        uri,
        author,
        min(_declared(record, place.key if place else "", now), now),
        PostKind.REPLY if answered else PostKind.POST,
        str(record.get("text") or ""),
        _language(record),
        place.url if place else "",
        answered,
        quoted_in(record),
        record["via"] if isinstance(record.get("via"), str) else "",
    )


def _declared(record: Json, key: str, now: datetime) -> datetime:
    try:
        return instant_in(str(record["createdAt"]))
    except (KeyError, ValueError, OverflowError):
        return instant_of(key) or now


def events(told: Json, me: str) -> Iterator[Event]:
    """Yield what a notification says that somebody did to the account `me`, nothing where that is no act of ours.

    A post is told once, whatever it does to us: which of all the things it does is read from the post itself.
    """
    uri, who, at = str(told["uri"]), actor(told["author"]), instant_in(str(told["indexedAt"]))
    place, subject = address_of(uri), str(told.get("reasonSubject") or "")
    if place is None or told["reason"] not in _REASONS:
        return
    if place.collection == POST:
        yield from _said(uri, _object(told["record"]), who, me, at)
    elif place.collection == FOLLOW:
        yield Event(Kind.FOLLOW, who, me, at, remote_id=uri)
    elif place.collection in _GIVEN and _is_of(subject, me):
        yield Event(_GIVEN[place.collection], who, me, at, subject, uri)


def _is_of(uri: str, me: str) -> bool:
    """Return whether `uri` is a post of the account `me`."""
    place = address_of(uri)
    return place is not None and (place.did, place.collection) == (me, POST)


def _said(uri: str, record: Json, who: ActorRef, me: str, at: datetime) -> Iterator[Event]:
    place = address_of(uri)
    words = (uri, str(record.get("text") or ""), _language(record), place.url if place else "")
    for kind, concerned in ((Kind.REPLY, answered_in(record)), (Kind.QUOTE, quoted_in(record))):
        if _is_of(concerned, me):
            yield Event(kind, who, me, at, concerned, *words)
    if me in mentioned_in(record):
        yield Event(Kind.MENTION, who, me, at, "", *words)


def thread(told: Json, now: datetime) -> Iterator[SeenPost]:
    """Yield the posts of a conversation; those that were deleted, or are hidden from us, are left out."""
    left = [told]
    while left:
        node = left.pop()
        if "post" in node:
            post = node["post"]
            yield seen_post(str(post["uri"]), _object(post["record"]), actor(post["author"]), now)
        left += node.get("replies") or ()
