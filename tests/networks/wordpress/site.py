"""A WordPress site that keeps to the truth: what WordPress 6 takes, filters and refuses, and in what words.

What it does was looked up in WordPress's own source; `tests/servers` tries the same on a real one. It knows the
parameters and fields that are documented and fails for any other; what is not in `_fields` is not told.
"""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from html import escape
from typing import Any
from urllib.parse import unquote_plus

import httpx

from tests.networks.wordpress.rows import (
    FIELDS,
    HOME,
    LETTERS,
    LONGEST_COMMENT,
    PAGE_LIMIT,
    QUERIES,
    ZONE,
    Author,
    Comment,
    Post,
    Refusal,
)


class WordPress:
    """One site. Its clock stands still but for a second at each thing that is made."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.posts: dict[int, Post] = {}
        self.comments: dict[int, Comment] = {}
        self.media: dict[int, dict[str, Any]] = {}
        self.authors = {
            3: Author(3, "marion", "abcd1234EFGH5678ijkl9012", "Marion L’Hermite"),
            4: Author(4, "paul", "zyxw", "Paul"),
        }
        self.has_trash = True
        self.is_plain = False
        self.takes_passwords = True
        self.signs = True
        self._last = 10

    # What happens on the site without us

    def make_post(self, author: int, title: str, at: datetime, **more: Any) -> Post:
        """Let an author publish."""
        number = self._number()
        post = Post(number, author, at, title, f"<p>{title}</p>", f"post-{number}", "publish")
        self.posts[number] = post
        for name, value in more.items():
            setattr(post, name, value)
        return post

    def say(self, post: int, words: str, at: datetime, name: str = "Ada", **more: Any) -> Comment:
        """Let a visitor comment."""
        number = self._number()
        self.comments[number] = Comment(number, post, at, words, name=name)
        for key, value in more.items():
            setattr(self.comments[number], key, value)
        return self.comments[number]

    def _number(self) -> int:
        self._last += 1
        return self._last

    # The API

    def play(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return self._answer(request)
        except Refusal as refusal:
            return refusal.answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        route = query.get("rest_route", "") if self.is_plain else ""
        if request.url.path.startswith("/wp-json/") and not self.is_plain:
            route = request.url.path.removeprefix("/wp-json")
        if not route:
            return self._page(request)
        if route == "/":
            return httpx.Response(200, json=self._index())
        return self._routed(request, route.removeprefix("/wp/v2/"), query, self._signed(request))

    def _page(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/":
            return httpx.Response(404, text="<html>Not found</html>")
        root = f"{HOME}/index.php?rest_route=/" if self.is_plain else f"{HOME}/wp-json/"
        headers = {"link": f'<{root}>; rel="https://api.w.org/"'} if self.signs else {}
        return httpx.Response(200, headers=headers, text="<html>A blog</html>")

    def _index(self) -> dict[str, Any]:
        ways: dict[str, Any] = {"application-passwords": {"endpoints": {}}} if self.takes_passwords else {}
        return {
            "name": "A blog &amp; more",
            "description": "Words",
            "url": HOME,
            "home": HOME,
            "namespaces": ["oembed/1.0", "wp/v2"],
            "authentication": ways,
        }

    def _signed(self, request: httpx.Request) -> Author | None:
        scheme, _space, told = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic":
            return None
        login, _colon, password = base64.b64decode(told).decode().partition(":")
        author = next((one for one in self.authors.values() if one.login == login), None)
        if author is None:
            raise Refusal(401, "invalid_username", "Unknown username.")
        if re.sub("[^A-Za-z0-9]", "", password) != author.password:
            raise Refusal(
                401, "incorrect_password", "The provided password is an invalid application password."
            )
        return author

    def _routed(
        self, request: httpx.Request, route: str, query: dict[str, str], author: Author | None
    ) -> httpx.Response:
        kind, _slash, number = route.partition("/")
        body = (
            json.loads(request.content) if request.headers.get("content-type") == "application/json" else {}
        )
        if kind in QUERIES and request.method == "GET":
            assert query.keys() <= QUERIES[kind], query.keys() - QUERIES[kind]
        if kind in FIELDS:
            assert body.keys() <= FIELDS[kind], body.keys() - FIELDS[kind]
        if request.method == "GET":
            return self._user_of(number, author) if kind == "users" else self._listed(kind, query, author)
        if author is None:
            raise Refusal(401, "rest_cannot_create", "Sorry, you are not allowed to do that.")
        if request.method == "DELETE":
            return self._deleted(kind, number, author, is_forced=query.get("force") == "true")
        if kind == "media":
            return self._uploaded(request)
        return (
            self._post_sent(number, body, author)
            if kind == "posts"
            else self._comment_sent(number, body, author)
        )

    def _user_of(self, number: str, author: Author | None) -> httpx.Response:
        return (
            self._user(author) if number == "me" else self._user(self.authors.get(int(number)), is_me=False)
        )

    def _post_sent(self, number: str, body: dict[str, Any], author: Author) -> httpx.Response:
        return self._changed(self._post(number), body, author) if number else self._made(body, author)

    def _comment_sent(self, number: str, body: dict[str, Any], author: Author) -> httpx.Response:
        if not number:
            return self._said(body, author)
        comment = self._comment(number)
        comment.content = body["content"]
        return httpx.Response(200, json=self._comment_told(comment))

    def _user(self, author: Author | None, *, is_me: bool = True) -> httpx.Response:
        if author is None:
            code = (401, "rest_not_logged_in") if is_me else (404, "rest_user_invalid_id")
            raise Refusal(*code, "You are not currently logged in." if is_me else "Invalid user ID.")
        told = {
            "id": author.number,
            "name": escape(author.name),
            "slug": author.login,
            "url": "https://marion.example/",
            "description": "Writes.",
            "link": f"{HOME}/author/{author.login}/",
        }
        more = {"capabilities": dict.fromkeys(author.can, True)} if is_me else {}
        return httpx.Response(200, json={**told, **more})

    def _post(self, number: str) -> Post:
        if int(number) not in self.posts:
            raise Refusal(404, "rest_post_invalid_id", "Invalid post ID.")
        return self.posts[int(number)]

    def _comment(self, number: str) -> Comment:
        if int(number) not in self.comments:
            raise Refusal(404, "rest_comment_invalid_id", "Invalid comment ID.")
        return self.comments[int(number)]

    # Lists

    def _listed(self, kind: str, query: dict[str, str], author: Author | None) -> httpx.Response:
        size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
        if not 1 <= size <= PAGE_LIMIT:
            raise Refusal(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        rows: list[Any] = self._posts(query) if kind == "posts" else self._comments(query, author)
        if kind == "posts" and page > 1 and (page - 1) * size >= len(rows):
            raise Refusal(400, "rest_post_invalid_page_number", "The page number is larger than …")
        shown = rows[(page - 1) * size : page * size]
        told = [self._post_told(one, query) if kind == "posts" else self._comment_told(one) for one in shown]
        if query.get("_embed") == "up":
            told = [self._embedded(one) for one in told]
        pages = -(-len(rows) // size)
        headers = {"x-wp-total": str(len(rows)), "x-wp-totalpages": str(pages)}
        return httpx.Response(200, json=[_fitted(one, query.get("_fields")) for one in told], headers=headers)

    def _posts(self, query: dict[str, str]) -> list[Post]:
        statuses = query.get("status", "publish").split(",")
        rows = [one for one in self.posts.values() if one.status in statuses]
        if "slug" in query:
            rows = [one for one in rows if one.slug in query["slug"].split(",")]
        if "author" in query:
            rows = [one for one in rows if one.author == int(query["author"])]
        return self._dated(rows, query)

    def _comments(self, query: dict[str, str], author: Author | None) -> list[Comment]:
        statuses = {"all": ("approved", "hold"), "approve": ("approved",)}[query.get("status", "approve")]
        rows = [one for one in self.comments.values() if one.status in statuses]
        for name in ("post", "author", "parent"):
            if name in query:
                rows = [one for one in rows if getattr(one, name) == int(query[name])]
        rows = self._dated(rows, query)
        return [one for one in rows if one.status == "approved" or self._may_see(one, author)]

    def _may_see(self, comment: Comment, author: Author | None) -> bool:
        return author is not None and author.number in (comment.author, self.posts[comment.post].author)

    def _dated(self, rows: list[Any], query: dict[str, str]) -> list[Any]:
        """Filter and order as WordPress does: by the site's own clock, on which an hour can come twice."""
        if "include" in query:
            rows = [one for one in rows if str(one.number) in query["include"].split(",")]
        if "after" in query:
            since = datetime.fromisoformat(query["after"].replace("Z", "+00:00"))
            local = since.astimezone(ZONE).replace(tzinfo=None)
            rows = [one for one in rows if one.at.astimezone(ZONE).replace(tzinfo=None) > local]
        by_gmt = query.get("orderby") == "date_gmt"
        rows.sort(
            key=lambda one: (one.at if by_gmt else one.at.astimezone(ZONE).replace(tzinfo=None), one.number)
        )
        return rows if query.get("order", "desc") == "asc" else rows[::-1]

    def _embedded(self, told: dict[str, Any]) -> dict[str, Any]:
        post = self.posts[told["post"]]
        return {**told, "_links": {}, "_embedded": {"up": [{"id": post.number, "author": post.author}]}}

    # Writing

    def _made(self, body: dict[str, Any], author: Author) -> httpx.Response:
        self._permit(author, "edit_posts", "rest_cannot_create")
        if not body.get("title") and not body.get("content"):
            raise Refusal(400, "empty_content", "Content, title, and excerpt are empty.")
        number = self._number()
        self.now += timedelta(seconds=1)
        post = Post(number, author.number, self.now, slug=self._unique(body.get("slug", ""), number))
        self.posts[number] = post
        return self._written(post, {**body, "slug": post.slug}, author, 201)

    def _changed(self, post: Post, body: dict[str, Any], author: Author) -> httpx.Response:
        if post.author != author.number:
            raise Refusal(403, "rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
        was = post.status
        if "slug" in body:
            body = {**body, "slug": self._unique(body["slug"], post.number)}
        if body.get("status") == "publish" and was == "draft":
            # The date of a draft floats until it is published; so does a slug that others have meanwhile.
            post.at, post.slug = self.now, self._unique(post.slug, post.number)
        return self._written(post, body, author, 200)

    def _written(self, post: Post, body: dict[str, Any], author: Author, status: int) -> httpx.Response:
        if body.get("status") == "publish":
            self._permit(author, "publish_posts", "rest_cannot_publish")
        for name in ("title", "content", "slug", "status"):
            setattr(post, name, body.get(name, getattr(post, name)))
        post.featured = body.get("featured_media", post.featured)
        return httpx.Response(status, json=self._post_told(post, {"context": "edit"}))

    def _unique(self, slug: str, number: int) -> str:
        taken = {one.slug for one in self.posts.values() if one.number != number}
        tails = (f"{slug}-{tail}" for tail in range(2, 1000))
        return slug if slug not in taken else next(one for one in tails if one not in taken)

    def _said(self, body: dict[str, Any], author: Author) -> httpx.Response:
        post = self.posts.get(body["post"])
        if post is None or post.status != "publish":
            raise Refusal(
                403, "rest_comment_invalid_post_id", "Sorry, you are not allowed to create this comment."
            )
        if not post.is_open:
            raise Refusal(403, "rest_comment_closed", "Sorry, comments are closed for this item.")
        if len(body["content"]) > LONGEST_COMMENT:
            raise Refusal(
                400, "comment_content_column_length", "Comment field exceeds maximum length allowed."
            )
        same = [
            one
            for one in self.comments.values()
            if (one.post, one.parent, one.author, one.content)
            == (post.number, body["parent"], author.number, body["content"])
            and one.status != "trash"
        ]
        if same:
            raise Refusal(409, "comment_duplicate", "Duplicate comment detected.")
        self.now += timedelta(seconds=1)
        made = self.say(
            post.number, body["content"], self.now, author.name, author=author.number, parent=body["parent"]
        )
        return httpx.Response(201, json=self._comment_told(made))

    def _deleted(self, kind: str, number: str, author: Author, *, is_forced: bool) -> httpx.Response:
        row = self._post(number) if kind == "posts" else self._comment(number)
        owner = row.author if isinstance(row, Post) else self.posts[row.post].author
        if owner != author.number:
            raise Refusal(
                403, "rest_user_cannot_delete_post", "Sorry, you are not allowed to delete this post."
            )
        if is_forced:
            self.posts.pop(int(number), None) if kind == "posts" else self.comments.pop(int(number))
            return httpx.Response(200, json={"deleted": True})
        if not self.has_trash:
            raise Refusal(501, "rest_trash_not_supported", "Set 'force=true' to delete.")
        if row.status == "trash":
            raise Refusal(410, "rest_already_trashed", "The post has already been deleted.")
        row.status = "trash"
        if isinstance(row, Post):
            row.slug += "__trashed"
        return httpx.Response(200, json={"id": int(number), "status": "trash"})

    def _uploaded(self, request: httpx.Request) -> httpx.Response:
        kind = request.headers["content-type"]
        whole = BytesParser().parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + request.content)
        told: dict[str, Message] = {
            str(part.get_param("name", header="content-disposition")): part
            for part in whole.walk()
            if not part.is_multipart()
        }
        name, words = told["file"].get_filename(), told["alt_text"].get_payload(decode=True)
        assert isinstance(words, bytes)
        number = self._number()
        self.media[number] = {"alt_text": words.decode(), "name": name}
        url = f"{HOME}/wp-content/uploads/2026/11/{name}"
        return httpx.Response(201, json={"id": number, "source_url": url, **self.media[number]})

    def _permit(self, author: Author, capability: str, code: str) -> None:
        if capability not in author.can:
            raise Refusal(403, code, "Sorry, you are not allowed to create posts as this user.")

    # What is told

    def _post_told(self, post: Post, query: dict[str, str]) -> dict[str, Any]:
        raw = query.get("context") == "edit"
        return {
            "id": post.number,
            "date_gmt": _stamp(post.at),
            "slug": post.slug,
            "status": post.status,
            "link": f"{HOME}/{post.slug}/" if post.status == "publish" else f"{HOME}/?p={post.number}",
            "author": post.author,
            "title": {"rendered": post.title, **({"raw": post.title} if raw else {})},
            "content": {"rendered": post.content, **({"raw": post.content} if raw else {})},
            "featured_media": post.featured,
        }

    def _comment_told(self, comment: Comment) -> dict[str, Any]:
        shown = "".join(LETTERS.get(letter, letter) for letter in comment.content)
        return {
            "id": comment.number,
            "post": comment.post,
            "parent": comment.parent,
            "author": comment.author,
            "author_name": comment.name,
            "author_url": "",
            "date_gmt": _stamp(comment.at),
            "link": f"{HOME}/{self.posts[comment.post].slug}/#comment-{comment.number}",
            "content": {"rendered": f"<p>{shown}</p>\n"},
            "status": comment.status,
        }


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _fitted(told: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """Return what was asked for, as `_fields` does, nested names too."""
    if fields is None:
        return told
    kept: dict[str, Any] = {}
    for name in unquote_plus(fields).split(","):
        outer, _dot, inner = name.partition(".")
        if outer in told:
            kept[outer] = {**kept.get(outer, {}), inner: told[outer][inner]} if inner else told[outer]
    return kept
