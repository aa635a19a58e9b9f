"""From what Meta tells of posts, comments and Pages to our words. Pure.

Every function raises LookupError, TypeError or ValueError when something lacks what Meta promises.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from portevoix.networks.contracts import (
    ActorRef,
    Counted,
    Draft,
    Event,
    Kind,
    Profile,
    ProfileLink,
    PublishedRef,
    SeenPost,
)
from portevoix.networks.facebook.text import normalized
from portevoix.networks.text import whole_text

SITE: Final = "https://www.facebook.com"
POST_FIELDS: Final = "id,message,created_time,permalink_url,attachments{media_type}"
COMMENT_FIELDS: Final = "id,message,created_time,permalink_url,from{id,name}"
PAGE_FIELDS: Final = "id,name,username,link,about,website,followers_count,fan_count"
COUNT_FIELDS: Final = (
    "id,shares,reactions.summary(total_count).limit(0),comments.summary(total_count).filter(stream).limit(0)"
)
_PICTURES: Final = frozenset({"photo", "album"})
Told = Mapping[str, Any]


def object_url(object_id: str) -> str:
    """Return the address of a post, or of a comment, that outlives a change of the Page's name."""
    return f"{SITE}/{object_id}"


def instant(text: object) -> datetime:
    """Return the instant that Meta tells ('2026-11-02T09:00:00+0000')."""
    told = datetime.fromisoformat(str(text))
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)


def words_of(told: Told) -> str:
    """Return what a post or a comment says."""
    return str(told.get("message") or "")


def seen_post(post: Told, account: str) -> SeenPost:
    """Return a post of the Page's own."""
    post_id = str(post["id"])
    return SeenPost(
        post_id,
        ActorRef(account),
        instant(post["created_time"]),
        text=words_of(post),
        url=str(post.get("permalink_url") or object_url(post_id)),
    )


def ref_of(told: Told) -> PublishedRef:
    """Return where a post or a comment is."""
    object_id = str(told["id"])
    url = str(told.get("permalink_url") or object_url(object_id))
    return PublishedRef(object_id, url, instant(told["created_time"]))


def writer_of(comment: Told) -> ActorRef:
    """Return who wrote a comment. Of whom Meta says nothing, nobody is made one with another."""
    writer = comment.get("from") or {}
    if not writer.get("id"):
        return ActorRef(f"unnamed:{comment['id']}")
    return ActorRef(str(writer["id"]), display_name=str(writer.get("name") or ""))


def reply_of(comment: Told, post: str, account: str) -> Event:
    """Return the reply to a post of ours that a comment is."""
    ref = ref_of(comment)
    return Event(
        Kind.REPLY,
        writer_of(comment),
        account,
        instant(comment["created_time"]),
        object_id=post,
        remote_id=ref.remote_id,
        text=words_of(comment),
        url=ref.url,
    )


def page_profile(page: Told, now: datetime) -> Profile:
    """Return the profile of a Page."""
    page_id, site = str(page["id"]), str(page.get("website") or "").strip()
    url = str(page.get("link") or f"{SITE}/{page_id}")
    followers = page.get("followers_count")
    return Profile(
        ActorRef(page_id, str(page.get("username") or ""), str(page["name"]), url),
        now,
        str(page.get("about") or ""),
        (ProfileLink(site),) if site.startswith(("http://", "https://")) else (),
        followers_count=None if followers is None else int(followers),
    )


def counts(post: Told) -> Iterator[tuple[Counted, int]]:
    """Yield what is counted of one post: what, and how many. Meta leaves out `shares` of what nobody shared."""
    for counted, name in ((Counted.LIKES, "reactions"), (Counted.REPLIES, "comments")):
        if name in post:
            yield counted, int(post[name]["summary"]["total_count"])
    yield Counted.REPOSTS, int((post.get("shares") or {}).get("count") or 0)


def like(draft: Draft, told: Iterable[Told]) -> list[Told]:
    """Return the posts or comments that say what `draft` says, white space aside, pictures where it has some."""
    wanted = _words(normalized(whole_text(draft)))
    return [
        one
        for one in told
        if _words(words_of(one)) == wanted
        and (bool(draft.in_reply_to) or _has_pictures(one) == bool(draft.media))
    ]


def _words(text: str) -> str:
    return " ".join(text.split())


def _has_pictures(post: Told) -> bool:
    attached = (post.get("attachments") or {}).get("data") or ()
    return any(one.get("media_type") in _PICTURES for one in attached)
