"""What a site tells, in our words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from portevoix.networks.articles import language_of, words_of
from portevoix.networks.contracts import (
    Ability,
    ActorRef,
    Event,
    Kind,
    PostKind,
    Profile,
    ProfileLink,
    PublishedRef,
    SeenPost,
)
from portevoix.networks.dated import Row
from portevoix.networks.markup import text_of
from portevoix.networks.wordpress.names import Names

Told = Mapping[str, Any]

_NEEDS = {
    Ability.PUBLISH: "publish_posts",
    Ability.UPDATE: "edit_published_posts",
    Ability.WITHDRAW: "delete_published_posts",
    Ability.UPLOAD: "upload_files",
    Ability.READ_EVENTS: "edit_posts",
    Ability.READ_POSTS: "edit_posts",
}


def instant(told: Told) -> datetime:
    """Return when it was published, as the site told it in UTC."""
    return datetime.fromisoformat(told["date_gmt"]).replace(tzinfo=UTC)


def abilities(me: Told, every: frozenset[Ability]) -> frozenset[Ability]:
    """Return those of `every` that the author's role allows."""
    granted = me["capabilities"]
    return frozenset(one for one in every if one not in _NEEDS or granted.get(_NEEDS[one]))


def author(told: Told, names: Names) -> ActorRef:
    """Return an author of the site."""
    host = urlsplit(names.home).hostname or ""
    name = text_of(str(told.get("name") or ""))
    return ActorRef(
        names.author(int(told["id"])), f"{told['slug']}@{host}", name, str(told.get("link") or "")
    )


def profile(told: Told, names: Names, now: datetime) -> Profile:
    """Return an author's profile; the site itself stands among the links."""
    url = str(told.get("url") or "")
    links = (ProfileLink(url),) if url and url.rstrip("/") != names.home else ()
    return Profile(
        author(told, names),
        now,
        text_of(str(told.get("description") or "")),
        (ProfileLink(names.home), *links),
    )


def site_profile(index: Told, names: Names, now: datetime) -> Profile:
    """Return the site as it describes itself: its name and the sentence beneath."""
    host = urlsplit(names.home).hostname or ""
    actor = ActorRef(names.home, host, text_of(str(index["name"])), f"{names.home}/")
    return Profile(actor, now, text_of(str(index.get("description") or "")), (ProfileLink(names.home),))


def article_ref(told: Told, names: Names) -> PublishedRef:
    """Return where a post is."""
    return PublishedRef(names.post(int(told["id"])), str(told["link"]), instant(told))


def article(told: Told, names: Names) -> SeenPost:
    """Return a post with its title and its text, as its author wrote them."""
    title, body = str(told["title"]["raw"]), str(told["content"]["raw"])
    return SeenPost(
        names.post(int(told["id"])),
        ActorRef(names.author(int(told["author"]))),
        instant(told),
        PostKind.ARTICLE,
        words_of(title, body),
        language_of(body),
        str(told["link"]),
    )


def article_row(told: Told, names: Names) -> Row[SeenPost]:
    """Return a post as a line of the author's list; one that is scheduled is not shown yet."""
    return Row(str(told["id"]), instant(told), told["status"] == "publish", article(told, names))


def comment_ref(told: Told, names: Names) -> PublishedRef:
    """Return where a comment is."""
    return PublishedRef(
        names.comment(int(told["post"]), int(told["id"])), str(told.get("link") or ""), instant(told)
    )


def comment(told: Told, names: Names) -> SeenPost:
    """Return a comment, as an answer to another one or to its post."""
    post, parent = int(told["post"]), int(told["parent"])
    return SeenPost(
        names.comment(post, int(told["id"])),
        commenter(told, names),
        instant(told),
        PostKind.REPLY,
        said(told),
        url=str(told.get("link") or ""),
        in_reply_to=names.comment(post, parent) if parent else names.post(post),
    )


def comment_row(told: Told, names: Names, owner: int) -> Row[Event]:
    """Return a comment as a line of what happened to `owner`, who wrote the post; nobody's own words count."""
    is_ours = _author_of_post(told) == owner and int(told["author"]) != owner
    event = _event(told, names, owner) if is_ours else None
    return Row(str(told["id"]), instant(told), told["status"] == "approved", event)


def said(told: Told) -> str:
    """Return the words of a comment."""
    return text_of(str(told["content"]["rendered"]))


def commenter(told: Told, names: Names) -> ActorRef:
    """Return who commented: an author of the site, or a visitor by the name given."""
    name = text_of(str(told.get("author_name") or ""))
    if number := int(told["author"]):
        return ActorRef(names.author(number), display_name=name)
    own = names.comment(int(told["post"]), int(told["id"]))
    return ActorRef(names.visitor(name, own), display_name=name, url=str(told.get("author_url") or ""))


def _event(told: Told, names: Names, owner: int) -> Event:
    post = int(told["post"])
    return Event(
        Kind.REPLY,
        commenter(told, names),
        names.author(owner),
        instant(told),
        names.post(post),
        names.comment(post, int(told["id"])),
        said(told),
        url=str(told.get("link") or ""),
    )


def _author_of_post(told: Told) -> int:
    """Return who wrote the post of a comment, 0 where the site does not tell."""
    posts = (told.get("_embedded") or {}).get("up") or [{}]
    return int(posts[0].get("author") or 0)
