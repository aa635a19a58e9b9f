"""A Ghost site that keeps to the truth: what Ghost 6 takes, filters and refuses, in its words.

What it does was seen on a real Ghost 6.65 and looked up in its source. It verifies tokens as Ghost does, and fails
for filters and fields that it does not know.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import jwt
from jwt.types import Options

HOME: Final = "https://ghost.example"
API: Final = "/ghost/api/admin/"
KEY_ID: Final = "6b0593bbdae85d7f86d8f169"
SECRET: Final = "4b31c28e86d730ef701c551da71e8508876a9c8eede6a3f9dbf3e38898ac6c9a"
LONGEST_TITLE: Final = 255
OLDEST: Final = timedelta(minutes=5)
FIELDS: Final = {"title", "slug", "html", "status", "feature_image", "feature_image_alt", "updated_at"}


@dataclass
class Article:
    """An article as the database has it."""

    id: str
    updated_at: datetime
    title: str = "(Untitled)"
    slug: str = "untitled"
    html: str = ""
    status: str = "draft"
    published_at: datetime | None = None
    feature_image: str | None = None
    feature_image_alt: str | None = None


class Refusal(Exception):
    """An error as Ghost tells it."""

    def __init__(
        self, status: int, kind: str, message: str, *, context: str | None = None, code: str = ""
    ) -> None:
        super().__init__(kind)
        told = {"message": message, "context": context, "type": kind, "code": code or None}
        self.answer = httpx.Response(status, json={"errors": [told]})


class Ghost:
    """One site. Its clock stands still but for a second at each thing that is made or changed.

    It has no clock for tokens: whatever a token says is taken for now, unless `clock` is set.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.clock: datetime | None = None
        self.articles: dict[str, Article] = {}
        self.keys = {KEY_ID: bytes.fromhex(SECRET)}
        self.pictures: list[str] = []
        self._last = 0

    def make(self, title: str, at: datetime, **more: Any) -> Article:
        """Let somebody on the site publish."""
        article = Article(self._id(), at, title, f"article-{self._last}", f"<p>{title}</p>", "published", at)
        for name, value in more.items():
            setattr(article, name, value)
        self.articles[article.id] = article
        return article

    def _id(self) -> str:
        self._last += 1
        return f"6b0593be{self._last:016x}"

    def play(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            answer = self._answer(request)
        except Refusal as refusal:
            answer = refusal.answer
        if self.clock:
            answer.headers["date"] = self.clock.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith(API):
            return httpx.Response(404, text="<html>404</html>")
        route = request.url.path.removeprefix(API)
        if route == "site/":
            told = {"title": "A Ghost", "description": "Thoughts.", "url": f"{HOME}/", "version": "6.65"}
            return httpx.Response(200, json={"site": told})
        self._admit(request)
        if route == "images/upload/":
            return self._uploaded(request)
        kind, number = re.fullmatch(r"(posts)/(?:([0-9a-f]{24})/)?", route).groups()  # type: ignore[union-attr]
        assert kind == "posts"
        return self._about(request, number) if number else self._posts(request)

    def _admit(self, request: httpx.Request) -> None:
        """Hold a token to what Ghost holds it to: key, signature, audience, age."""
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        assert scheme == "Ghost"
        key = jwt.get_unverified_header(token)["kid"]
        if key not in self.keys:
            raise Refusal(401, "UnauthorizedError", "Unknown Admin API Key", code="UNKNOWN_ADMIN_API_KEY")
        options: Options = {"verify_exp": False, "verify_iat": False}
        try:
            told = jwt.decode(
                token, self.keys[key], algorithms=["HS256"], audience="/admin/", options=options
            )
        except jwt.InvalidTokenError:
            raise Refusal(401, "UnauthorizedError", "Invalid token", code="INVALID_JWT") from None
        issued, expires = (datetime.fromtimestamp(told[name], UTC) for name in ("iat", "exp"))
        assert expires - issued <= OLDEST
        if (self.clock or issued) >= expires:
            raise Refusal(401, "UnauthorizedError", "Invalid token: jwt expired", code="INVALID_JWT")

    def _posts(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return self._made(self._fields(request))
        query = dict(request.url.params)
        known = {"filter", "order", "limit", "page", "formats", "fields"}
        assert query.keys() <= known, query.keys() - known
        size, page = int(query.get("limit", 15)), int(query.get("page", 1))
        rows = [one for one in self.articles.values() if _fits(one, query.get("filter", ""))]
        if query.get("order"):
            assert query["order"] == "published_at asc, id asc"
            rows.sort(key=lambda one: (one.published_at or datetime.min.replace(tzinfo=UTC), one.id))
        return httpx.Response(
            200, json={"posts": [self._told(one) for one in rows[(page - 1) * size : page * size]]}
        )

    def _about(self, request: httpx.Request, number: str) -> httpx.Response:
        if number not in self.articles:
            raise Refusal(
                404, "NotFoundError", "Resource not found error, cannot read post.", context="Post not found."
            )
        if request.method == "DELETE":
            del self.articles[number]
            return httpx.Response(204)
        if request.method == "PUT":
            return self._changed(self.articles[number], self._fields(request))
        return httpx.Response(200, json={"posts": [self._told(self.articles[number])]})

    def _fields(self, request: httpx.Request) -> dict[str, Any]:
        assert request.url.params.get("source") == "html"
        (fields,) = json.loads(request.content)["posts"]
        assert fields.keys() <= FIELDS, fields.keys() - FIELDS
        if len(fields.get("title") or "") > LONGEST_TITLE:
            sentence = "Value in [posts.title] exceeds maximum length of 255 characters."
            raise Refusal(422, "ValidationError", "Validation error, cannot save post.", context=sentence)
        return dict(fields)

    def _made(self, fields: dict[str, Any]) -> httpx.Response:
        self.now += timedelta(seconds=1)
        article = Article(self._id(), self.now)
        taken = {one.slug for one in self.articles.values()}
        slug = fields.pop("slug")
        tails = (slug, *(f"{slug}-{tail}" for tail in range(2, 1000)))
        article.slug = next(one for one in tails if one not in taken)
        self.articles[article.id] = article
        return self._written(article, fields, 201)

    def _changed(self, article: Article, fields: dict[str, Any]) -> httpx.Response:
        if "updated_at" not in fields:
            raise Refusal(
                422, "ValidationError", "Validation error, cannot edit post.", context="Validation failed."
            )
        if fields.pop("updated_at") != _stamp(article.updated_at):
            raise Refusal(409, "UpdateCollisionError", "Saving failed! Someone else is editing this post.")
        self.now += timedelta(seconds=1)
        return self._written(article, fields, 200)

    def _written(self, article: Article, fields: dict[str, Any], status: int) -> httpx.Response:
        for name, value in fields.items():
            setattr(article, name, value if name != "html" else re.sub("</?div[^>]*>", "", value))
        article.updated_at = self.now
        if article.status == "published" and article.published_at is None:
            article.published_at = self.now
        return httpx.Response(status, json={"posts": [self._told(article)]})

    def _uploaded(self, request: httpx.Request) -> httpx.Response:
        found = re.search(rb'filename="([^"]+)"', request.content)
        assert found
        assert b'name="purpose"' in request.content
        name = found[1].decode()
        if not name.endswith(("png", "jpg", "gif", "webp")):
            raise Refusal(415, "UnsupportedMediaTypeError", "Please select a valid image.")
        self.pictures.append(name)
        url = f"{HOME}/content/images/2026/11/{name}"
        return httpx.Response(201, json={"images": [{"url": url, "ref": name}]})

    def _told(self, article: Article) -> dict[str, Any]:
        is_public = article.status == "published"
        return {
            "id": article.id,
            "title": article.title,
            "slug": article.slug,
            "html": article.html,
            "status": article.status,
            "feature_image": article.feature_image,
            "updated_at": _stamp(article.updated_at),
            "published_at": _stamp(article.published_at),
            "url": f"{HOME}/{article.slug}/" if is_public else f"{HOME}/p/uuid/",
        }


def _fits(article: Article, wanted: str) -> bool:
    """Return whether an article fits a filter: names and lists of values joined with `+`, as Ghost writes them."""
    for part in wanted.split("+") if wanted else ():
        name, _colon, value = part.partition(":")
        if name == "published_at":
            assert value.startswith(">='")
            since = datetime.fromisoformat(value[3:-1]).replace(tzinfo=UTC)
            if article.published_at is None or article.published_at < since:
                return False
        elif getattr(article, name) not in [one.strip("'") for one in value.strip("[]").split(",")]:
            assert name in ("slug", "status", "id")
            return False
    return True


def _stamp(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z" if at else None
