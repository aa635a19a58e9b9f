"""What a WordPress site keeps, what it takes, and how it refuses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import httpx

HOME: Final = "https://blog.example"
ZONE: Final = ZoneInfo("Europe/Paris")
PAGE_LIMIT: Final = 100
LONGEST_COMMENT: Final = 65525
LISTED: Final = {"page", "per_page", "after", "author", "include", "order", "orderby", "status", "_fields"}
QUERIES: Final = {
    "posts": LISTED | {"context", "slug", "rest_route"},
    "comments": LISTED | {"parent", "post", "_embed", "rest_route"},
}
FIELDS: Final = {
    "posts": {"slug", "status", "title", "content", "featured_media"},
    "comments": {"post", "parent", "content"},
}
AUTHOR: Final = (
    *("edit_posts", "publish_posts", "edit_published_posts"),
    *("delete_published_posts", "upload_files"),
)
"""What the role of an author may do, of what matters here."""
LETTERS: Final = {"'": "’", '"': "”"}


@dataclass
class Post:
    """A post as the database has it."""

    number: int
    author: int
    at: datetime
    title: str = ""
    content: str = ""
    slug: str = ""
    status: str = "draft"
    featured: int = 0
    is_open: bool = True


@dataclass
class Comment:
    """A comment as the database has it; `author` 0 is a visitor."""

    number: int
    post: int
    at: datetime
    content: str
    author: int = 0
    name: str = ""
    parent: int = 0
    status: str = "approved"


@dataclass
class Author:
    """A user of the site, with the application password and the capabilities of the role."""

    number: int
    login: str
    password: str
    name: str
    can: set[str] = field(default_factory=lambda: set(AUTHOR))


class Refusal(Exception):
    """An error as WordPress tells it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.answer = httpx.Response(
            status, json={"code": code, "message": message, "data": {"status": status}}
        )
