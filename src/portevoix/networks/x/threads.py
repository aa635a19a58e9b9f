"""A conversation on X: its first post, and what X's search of the last seven days still finds of it."""

from datetime import datetime
from typing import Any

from portevoix.networks.contracts import SeenPost
from portevoix.networks.errors import Gone
from portevoix.networks.x.client import XClient
from portevoix.networks.x.posts import Expanded, Told, seen_post
from portevoix.networks.x.timelines import PAGE, pages


def read(client: XClient, post_id: str, now: datetime) -> tuple[SeenPost, ...]:
    """Return the conversation around a post, oldest first. Raises Gone when the post is gone."""
    thread = _Thread()
    thread.add(client.lookup([post_id], now))
    if post_id not in thread.posts:
        raise Gone("there is no such post")
    first = str(thread.posts[post_id].get("conversation_id") or post_id)
    if first not in thread.posts:
        thread.add(client.lookup([first], now))
    sought = f"conversation_id:{first}"
    for found in pages(lambda token: client.search(sought, token=token, most=PAGE, now=now)):
        thread.add(found)
    return thread.told()


class _Thread:
    """Posts gathered by their numbers, with who wrote them."""

    def __init__(self) -> None:
        self.posts: dict[str, Told] = {}
        self._users: dict[str, Told] = {}

    def add(self, answer: dict[str, Any]) -> None:
        """Add the posts of an answer."""
        self.posts |= {str(one["id"]): one for one in answer.get("data") or ()}
        self._users |= Expanded.of(answer).users

    def told(self) -> tuple[SeenPost, ...]:
        """Return the posts, oldest first."""
        expanded = Expanded(self._users, {})
        return tuple(seen_post(self.posts[number], expanded) for number in sorted(self.posts, key=int))
