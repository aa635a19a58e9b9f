"""Whether something that stands on LinkedIn is a draft of ours whose answer was lost. Pure."""

from collections.abc import Iterable

from portevoix.networks.contracts import Draft
from portevoix.networks.linkedin.posts import Told, words_of
from portevoix.networks.linkedin.text import normalized, plain, written
from portevoix.networks.text import whole_text


def candidates(draft: Draft, posts: Iterable[Told]) -> list[Told]:
    """Return the posts that say what `draft` says, white space aside, pictures where it has some."""
    wanted = _words(plain(written(whole_text(draft))))
    return [
        one for one in posts if _words(words_of(one)) == wanted and _has_pictures(one) == bool(draft.media)
    ]


def comments_like(draft: Draft, comments: Iterable[Told], author: str) -> list[Told]:
    """Return the comments of `author` that say what `draft` says."""
    wanted = _words(normalized(whole_text(draft)))
    return [
        one for one in comments if one["actor"] == author and _words(str(one["message"]["text"])) == wanted
    ]


def _words(text: str) -> str:
    return " ".join(text.split())


def _has_pictures(post: Told) -> bool:
    content = post.get("content") or {}
    return bool({"media", "multiImage"} & set(content))
