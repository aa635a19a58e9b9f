"""The accounts and posts of an X of the tests' own, and how it counts a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import regex

from tests.networks.contract import START

EPOCH_MS = 1288834974657
ME, LEA = "1001", "2002"
ADDRESS = re.compile(r"https?://\S+")
LIGHT = regex.compile(r"[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def number(at: datetime, count: int = 0) -> str:
    """Return a number of X's kind for what was made at `at`."""
    return str(((int(at.timestamp() * 1000) - EPOCH_MS) << 22) + count)


@dataclass
class Post:
    """What X keeps of a post."""

    id: str
    author: str
    text: str
    at: datetime
    parent: str = ""
    quoted: str = ""
    media: list[str] = field(default_factory=list)
    likes: int = 0


class World:
    """The accounts and posts of X, as far as they matter here."""

    def __init__(self) -> None:
        self.clock = START
        self.posts: dict[str, Post] = {}
        self.reposted: set[str] = set()
        self.uploads: dict[str, dict[str, Any]] = {}
        self.said_before: set[str] = set()
        self.users = {
            ME: {
                "id": ME,
                "username": "marion_x",
                "name": "Marion",
                "description": "Trains. https://t.co/bio1",
            },
            LEA: {"id": LEA, "username": "lea_x", "name": "Léa", "description": "Asks."},
        }

    def make(self, author: str, text: str, at: datetime | None = None, **more: Any) -> Post:
        """Let somebody publish."""
        if at is None:
            self.clock += timedelta(seconds=1)
            at = self.clock
        post = Post(number(at, len(self.posts) + 1), author, text, at.replace(microsecond=0), **more)
        self.posts[post.id] = post
        return post

    def root(self, post: Post) -> Post:
        """Return the first post of a conversation."""
        while post.parent in self.posts:
            post = self.posts[post.parent]
        return post


def weight(text: str) -> int:
    """Return the weighted length of a text whose addresses have their scheme: counted another way than ours."""
    bare, links = ADDRESS.subn("", text)
    emoji = regex.findall(r"\p{Emoji_Presentation}\p{Emoji_Modifier}?|[©®]", bare)
    rest = regex.sub(r"\p{Emoji_Presentation}\p{Emoji_Modifier}?|[©®]", "", bare)
    return 23 * links + 2 * len(emoji) + sum(1 if LIGHT.match(char) else 2 for char in rest)


def others(world: World, post_id: str, count: int = 30) -> Iterator[Post]:
    """Let others answer a post, and name the account elsewhere, one every twenty minutes."""
    start = world.posts[post_id].at
    for turn in range(1, count + 1):
        at = start + timedelta(minutes=20 * turn)
        if turn % 3:
            yield world.make(LEA, f"Answer {turn}, thank you <3", at, parent=post_id)
        else:
            yield world.make(LEA, f"Ask @marion_x, number {turn}", at)
