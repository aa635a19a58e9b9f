"""X's posts and accounts, as its API tells them, in our words.

X escapes three characters, puts `t.co` in the place of each address, and adds one for pictures and quoted posts:
what is told here is the text as it was written. Field names are those of today, and of before (`tweet.fields`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, Final

from portevoix.core.clock import EPOCH
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

Told = Mapping[str, Any]
SITE: Final = "https://x.com"
POST_FIELDS: Final = "id,text,created_at,lang,entities,note_post,public_metrics,conversation_id"
USER_FIELDS: Final = "id,name,username,description,entities,url,protected,public_metrics,subscription_type"
EXPANSIONS: Final = "author_id,referenced_posts"
_FIRST_MS: Final = 1_288_834_974_657
"""When X's numbering began, in milliseconds since 1970: the upper bits of a number are the time since."""
_TIME_SHIFT: Final = 22
_OF_MEDIA: Final = re.compile(r"/status/\d+/(?:photo|video)/\d+\Z")
_OF_POST: Final = re.compile(r"/status/(\d+)(?:[?#].*)?\Z")
_UNKNOWN: Final = ("und", "qme", "qam", "qct", "qht", "qst", "zxx", "art")
"""What X calls the language of a post of which it tells none."""
METRICS: Final = {
    Counted.LIKES: ("like_count",),
    Counted.REPOSTS: ("repost_count", "retweet_count"),
    Counted.QUOTES: ("quote_count",),
    Counted.REPLIES: ("reply_count",),
    Counted.IMPRESSIONS: ("impression_count",),
}


def post_url(post_id: str) -> str:
    """Return the address of a post, whatever its author is called today."""
    return f"{SITE}/i/web/status/{post_id}"


def user_url(username: str) -> str:
    """Return the address of the account of that name."""
    return f"{SITE}/{username}"


def instant_of(number: str) -> datetime:
    """Return when the post of that number was made, to the second, as X's own dates are."""
    milliseconds = (int(number) >> _TIME_SHIFT) + _FIRST_MS
    return EPOCH + timedelta(seconds=milliseconds // 1000)


@dataclass(frozen=True)
class Expanded:
    """What an answer tells besides: accounts and posts, by their numbers."""

    users: Mapping[str, Told]
    posts: Mapping[str, Told]

    @classmethod
    def of(cls, answer: Told) -> "Expanded":
        """Return what `answer` includes."""
        told = answer.get("includes") or {}
        posts = [*(told.get("posts") or ()), *(told.get("tweets") or ())]
        return cls({one["id"]: one for one in told.get("users") or ()}, {one["id"]: one for one in posts})

    def actor(self, user_id: str) -> ActorRef:
        """Return the account of that number, with its name when it was told."""
        user = self.users.get(user_id)
        return actor_of(user) if user else ActorRef(user_id)


def actor_of(user: Told) -> ActorRef:
    """Return an account as its network names it."""
    username = str(user.get("username") or "")
    return ActorRef(
        str(user["id"]), username, str(user.get("name") or ""), user_url(username) if username else ""
    )


def seen_post(post: Told, expanded: Expanded, *, author: ActorRef | None = None) -> SeenPost:
    """Return a publication; `author` is whose timeline it was read from, when it was."""
    number, parent, quoted = str(post["id"]), reference(post, "replied_to"), reference(post, "quoted")
    return SeenPost(
        number,
        author or expanded.actor(str(post["author_id"])),
        made_at(post),
        PostKind.REPLY if parent else PostKind.POST,
        text=text_of(post),
        language=language_of(post),
        url=post_url(number),
        in_reply_to=parent,
        quoting=quoted,
    )


def made_at(post: Told) -> datetime:
    """Return when a post was made (UTC)."""
    told = post.get("created_at")
    if not told:
        return instant_of(str(post["id"]))
    return datetime.fromisoformat(str(told)).astimezone(UTC)


def event_of(post: Told, expanded: Expanded, account: str) -> Event:
    """Return what a post that mentions `account` did to it: it answers it, or it mentions it."""
    parent = reference(post, "replied_to")
    is_reply = bool(parent) and _answered(post, parent, expanded) == account
    number = str(post["id"])
    return Event(
        Kind.REPLY if is_reply else Kind.MENTION,
        expanded.actor(str(post["author_id"])),
        account,
        made_at(post),
        object_id=parent if is_reply else "",
        remote_id=number,
        text=text_of(post),
        language=language_of(post),
        url=post_url(number),
    )


def _answered(post: Told, parent: str, expanded: Expanded) -> str:
    """Return whom a reply answers, '' when that was not told."""
    return str(post.get("in_reply_to_user_id") or expanded.posts.get(parent, {}).get("author_id") or "")


def reference(post: Told, kind: str) -> str:
    """Return the post that `post` answers ('replied_to') or quotes ('quoted'); '' if none."""
    references = post.get("referenced_posts") or post.get("referenced_tweets") or ()
    return next((str(one["id"]) for one in references if one.get("type") == kind), "")


def language_of(post: Told) -> str:
    """Return the language that X detected, '' when none."""
    told = str(post.get("lang") or "")
    return "" if told in _UNKNOWN else told


def text_of(post: Told) -> str:
    """Return the whole text of a post as it was written."""
    note = post.get("note_post") or post.get("note_tweet") or {}
    whole = note if note.get("text") else post
    return written(str(whole["text"]), _addresses(whole.get("entities"), post), reference(post, "quoted"))


def _addresses(entities: Told | None, post: Told) -> list[Told]:
    """Return the addresses of a text; those of its pictures are told beside the shorter text alone."""
    own = [*((entities or {}).get("urls") or ())]
    return own + [one for one in (post.get("entities") or {}).get("urls") or () if one not in own]


def written(text: str, addresses: Iterable[Told], quoted: str = "") -> str:
    """Return `text` with its addresses whole, and without those that X added at its end."""
    told = {str(one.get("url") or ""): str(one.get("expanded_url") or "") for one in addresses}
    added = {short for short, whole in told.items() if _is_added(whole, quoted)}
    text = _without_ends(unescape(text), added)
    for short, whole in told.items():
        if short and whole:
            text = text.replace(short, whole)
    return text


def _without_ends(text: str, ends: Collection[str]) -> str:
    """Return `text` without white space around it, nor any of the words `ends` behind it."""
    words = text.strip()
    while last := next((end for end in ends if end and words.endswith(end)), ""):
        words = words.removesuffix(last).rstrip()
    return words


def _is_added(address: str, quoted: str) -> bool:
    """Return whether X adds `address` to a text by itself: that of a picture, or of the post that is quoted."""
    of_post = _OF_POST.search(address)
    return bool(_OF_MEDIA.search(address) or (quoted and of_post and of_post[1] == quoted))


def counts(metrics: Told) -> Iterator[tuple[Counted, int]]:
    """Yield what X counts of a post."""
    for counted, names in METRICS.items():
        if (value := first_of(metrics, names)) is not None:
            yield counted, value


def first_of(metrics: Told, names: Iterable[str]) -> int | None:
    """Return the first count that is told under one of `names`."""
    return next((int(metrics[name]) for name in names if metrics.get(name) is not None), None)


def profile_of(user: Told, now: datetime) -> Profile:
    """Return an account as X describes it at `now`."""
    entities, metrics = user.get("entities") or {}, user.get("public_metrics") or {}
    in_biography = (entities.get("description") or {}).get("urls") or ()
    shown = (entities.get("url") or {}).get("urls") or ()
    protected = user.get("protected")
    return Profile(
        actor_of(user),
        now,
        biography=written(str(user.get("description") or ""), in_biography),
        links=tuple(_links(shown)),
        is_locked=None if protected is None else bool(protected),
        followers_count=first_of(metrics, ("followers_count",)),
        following_count=first_of(metrics, ("following_count",)),
        posts_count=first_of(metrics, ("post_count", "tweet_count")),
    )


def _links(addresses: Iterable[Told]) -> Iterator[ProfileLink]:
    for one in addresses:
        if address := str(one.get("expanded_url") or one.get("url") or ""):
            yield ProfileLink(address, str(one.get("display_url") or ""))
