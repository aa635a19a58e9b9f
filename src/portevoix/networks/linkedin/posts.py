"""From what LinkedIn tells of posts, comments and Pages to our words, and back. Pure.

Every method raises LookupError, TypeError or ValueError when something lacks what LinkedIn promises.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from portevoix.core.clock import EPOCH
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
from portevoix.networks.linkedin.config import ORGANIZATION, PERSON
from portevoix.networks.linkedin.text import plain

SITE: Final = "https://www.linkedin.com"
_POST: Final = re.compile(r"urn:li:(?:share|ugcPost|activity):[0-9]{1,19}")
_COMMENT: Final = re.compile(
    r"urn:li:comment:\((?P<thread>urn:li:[A-Za-z]{1,20}:[0-9]{1,19}),(?P<number>[0-9]{1,19})\)"
)
_BRAND: Final = "BRAND"
_PUBLISHED: Final = "PUBLISHED"
_COUNTS: Final = {
    Counted.LIKES: "likeCount",
    Counted.REPLIES: "commentCount",
    Counted.REPOSTS: "shareCount",
    Counted.IMPRESSIONS: "impressionCount",
}
Told = Mapping[str, Any]


def is_post(urn: str) -> bool:
    """Return whether `urn` can be that of a post."""
    return bool(_POST.fullmatch(urn))


def comment_in(urn: str) -> re.Match[str] | None:
    """Return the `thread` and the `number` of a comment's URN; None for any other text."""
    return _COMMENT.fullmatch(urn)


def post_url(urn: str) -> str:
    """Return the address of a post, or of the post that a comment is about."""
    found = comment_in(urn)
    return f"{SITE}/feed/update/{found['thread'] if found else urn}/"


def instant(milliseconds: object) -> datetime:
    """Return the instant that LinkedIn tells in milliseconds since 1970."""
    if not isinstance(milliseconds, int):
        raise TypeError
    return EPOCH + timedelta(milliseconds=milliseconds)


def published_at(post: Told) -> datetime:
    """Return when a post was published."""
    return instant(post.get("publishedAt") or post["createdAt"])


def words_of(post: Told) -> str:
    """Return what a post says, as people see it."""
    return plain(str(post.get("commentary") or ""))


def reshared(post: Told) -> str:
    """Return the URN of the post that this one passes on, '' for any other."""
    context = post.get("reshareContext") or {}
    return str(context.get("parent") or "")


def is_publication(post: Told) -> bool:
    """Return whether a post is one that says something: no draft, and no bare repost."""
    is_bare = bool(reshared(post)) and not words_of(post)
    return post.get("lifecycleState", _PUBLISHED) == _PUBLISHED and not is_bare


def seen_post(post: Told, account: str) -> SeenPost:
    """Return a post of the account's own."""
    urn = str(post["id"])
    return SeenPost(
        urn,
        ActorRef(account),
        published_at(post),
        text=words_of(post),
        url=post_url(urn),
        quoting=reshared(post),
    )


def ref_of(post: Told) -> PublishedRef:
    """Return where a post is."""
    urn = str(post["id"])
    return PublishedRef(urn, post_url(urn), published_at(post))


def comment_urn(comment: Told) -> str:
    """Return the URN of a comment."""
    return str(comment.get("commentUrn") or f"urn:li:comment:({comment['object']},{comment['id']})")


def said_at(comment: Told) -> datetime:
    """Return when a comment was written."""
    return instant(comment["created"]["time"])


def reply_of(comment: Told, post: str, account: str) -> Event:
    """Return the reply to a post of ours that a comment is."""
    urn = comment_urn(comment)
    return Event(
        Kind.REPLY,
        ActorRef(str(comment["actor"])),
        account,
        said_at(comment),
        object_id=post,
        remote_id=urn,
        text=str(comment["message"]["text"]),
        url=post_url(urn),
    )


def body_of(draft: Draft, author: str, commentary: str) -> dict[str, Any]:
    """Return what makes a post of `draft`; `commentary` is its text as LinkedIn writes it."""
    content = _content(draft)
    return {
        "author": author,
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": _PUBLISHED,
        "isReshareDisabledByAuthor": False,
        **({"content": content} if content else {}),
    }


def _content(draft: Draft) -> dict[str, Any]:
    """Return the pictures of a draft, or the article that it links to."""
    pictures = [{"id": one.remote_id, "altText": one.alternative_text} for one in draft.media]
    if len(pictures) > 1:
        return {"multiImage": {"images": pictures}}
    if pictures:
        return {"media": pictures[0]}
    if draft.link:
        return {"article": {"source": draft.link, "title": draft.title.strip() or draft.link}}
    return {}


def page_profile(organization: Told, now: datetime) -> Profile:
    """Return the profile of a Page or a showcase Page."""
    urn, vanity = f"{ORGANIZATION}{int(organization['id'])}", str(organization.get("vanityName") or "")
    kind = "showcase" if organization.get("primaryOrganizationType") == _BRAND else "company"
    site = str(organization.get("localizedWebsite") or "")
    name = str(organization["localizedName"])
    return Profile(
        ActorRef(urn, vanity, name, f"{SITE}/{kind}/{vanity or organization['id']}/"),
        now,
        str(organization.get("localizedDescription") or ""),
        (ProfileLink(site),) if site else (),
    )


def person_profile(person: Told, now: datetime) -> Profile:
    """Return the profile of the person who signed in."""
    vanity = str(person.get("vanityName") or "")
    names = (str(person.get(f"localized{which}Name") or "") for which in ("First", "Last"))
    url = f"{SITE}/in/{vanity}/" if vanity else ""
    actor = ActorRef(f"{PERSON}{person['id']}", vanity, " ".join(names).strip(), url)
    return Profile(actor, now, str(person.get("localizedHeadline") or ""))


def counts(statistics: Told) -> Iterator[tuple[str, Counted, int]]:
    """Yield what is counted of one post: its URN, what, and how many."""
    urn = str(statistics.get("share") or statistics.get("ugcPost") or "")
    total = statistics["totalShareStatistics"]
    for counted, name in _COUNTS.items():
        if urn and name in total:
            yield urn, counted, max(0, int(total[name]))
