"""The stage of a Mastodon server: who and what it knows, its clock, and how it tells them."""

import gzip
import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx

from tests.networks.described import Description
from tests.networks.mastodon.entities import Person, Post, Told, marked

FILE = Path(__file__).parents[1] / "descriptions" / "mastodon-openapi.json.gz"
Reply = tuple[int, Any]
SCOPES = (
    *("read:accounts", "read:statuses", "read:notifications", "read:search", "read", "write"),
    *("write:statuses", "write:media", "write:favourites", "write:follows"),
)


@lru_cache(maxsize=1)
def description() -> Description:
    """Return the API's description, without its slips.

    Mastodon's documentation lets `redirect_uris` be one text or several; the description knows several only. And
    it takes alternatives for exclusive (`oneOf`) that are not: a status with words and media, a quote.
    """
    told = json.loads(gzip.decompress(FILE.read_bytes()))
    body = told["paths"]["/api/v1/apps"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    several = body["properties"]["redirect_uris"]
    body["properties"]["redirect_uris"] = {"anyOf": [several, {"type": "string"}]}
    return Description(_not_exclusive(told))


def _not_exclusive(told: Any) -> Any:
    if isinstance(told, dict):
        return {"anyOf" if name == "oneOf" else name: _not_exclusive(part) for name, part in told.items()}
    return [_not_exclusive(part) for part in told] if isinstance(told, list) else told


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Stage:
    """What a server knows, and who may ask."""

    text_limit: ClassVar[int] = 500
    knows_keys: ClassVar[bool] = True
    is_described: ClassVar[bool] = True
    missing: frozenset[str] = frozenset()
    """Paths that this make does not offer."""

    def __init__(self, start: datetime, host: str = "mastodon.example") -> None:
        self.host, self.clock = host, start
        self.page = 80
        self.people: dict[str, Person] = {}
        self.posts: dict[str, Post] = {}
        self.told: list[Told] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.working = 0
        """How many times a picture is asked about before it is ready."""
        self.apps: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.known_scopes = set(SCOPES)
        self.asked: list[httpx.Request] = []
        self.rate_headers: dict[str, str] = {}
        self.rate_refusal: dict[str, str] = {}
        self.pages_upwards = True
        self.blocks_us: set[str] = set()
        self._count = 0
        self.me = self.person("marion", is_local=True)
        self.token = self.grant(" ".join(sorted(self.known_scopes)))

    def new_id(self) -> str:
        """Return the next id: they grow with time."""
        self._count += 1
        return str(109_000_000_000_000_000 + self._count * 7)

    def person(self, username: str, host: str = "elsewhere.example", *, is_local: bool = False) -> Person:
        """Let somebody be known here."""
        one = Person(self.new_id(), username, self.host if is_local else host, is_local)
        self.people[one.local_id] = one
        return one

    def post(self, author: Person, text: str, at: datetime, **more: Any) -> Post:
        """Let a status be known here."""
        one = Post(self.new_id(), author, at, text, **more)
        self.posts[one.local_id] = one
        return one

    def tell(self, sort: str, who: Person, at: datetime, post: Post | None = None) -> None:
        """Notify the account under test."""
        self.told.append(Told(self.new_id(), sort, who, at, post))

    def grant(self, scope: str) -> str:
        """Return a token of the account under test."""
        token = f"token-{len(self.tokens)}-of-marion"
        self.tokens[token] = scope
        return token

    # Who may ask, and for what

    def _admit(self, request: httpx.Request, *scopes: str) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Refusal(401, "The access token is invalid")
        granted = set(self.tokens[token].split())
        if not all(scope in granted or scope.partition(":")[0] in granted for scope in scopes):
            raise Refusal(403, "This action is outside the authorized scopes")

    def _somebody(self, local_id: str) -> Person:
        if local_id not in self.people:
            raise Refusal(404, "Record not found")
        return self.people[local_id]

    def _one(self, local_id: str) -> Post:
        found = self.posts.get(local_id)
        if found is None or found.at > self.clock:
            raise Refusal(404, "Record not found")
        return found

    def _own(self, local_id: str) -> Post:
        found = self._one(local_id)
        if found.author is not self.me:
            raise Refusal(404, "Record not found")
        return found

    def _there(self, local_id: str | None) -> str | None:
        if local_id is not None and local_id not in self.posts:
            raise Refusal(404, "Record not found")
        return local_id

    def _paged(self, request: httpx.Request, newest_first: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return one page: downwards from `max_id`, or upwards from `min_id`, always the newest first."""
        asked = request.url.params
        limit = min(int(asked.get("limit", 40)), self.page)
        lowest, highest = asked.get("min_id"), asked.get("max_id")
        found = [each for each in newest_first if highest is None or _order(each["id"]) < _order(highest)]
        if lowest is None or not self.pages_upwards:
            return found[:limit]
        return [each for each in found if _order(each["id"]) > _order(lowest)][-limit:]

    def _links(self, request: httpx.Request, reply: Any) -> dict[str, str]:
        limit = int(request.url.params.get("limit", self.page))
        if not isinstance(reply, list) or len(reply) < min(limit, self.page) or not reply:
            return {}
        asked = dict(request.url.params) | {"max_id": reply[-1]["id"]}
        address = f"https://{self.host}{request.url.path}?{urlencode(asked)}"
        return {"link": f'<{address}>; rel="next", <{address}>; rel="prev"'}

    # What is told

    def account(self, one: Person) -> dict[str, Any]:
        """Return an account as the API tells it."""
        picture = f"https://{one.host}/missing.png"
        return {
            **{"id": one.local_id, "username": one.username, "display_name": one.username.title()},
            "acct": one.username if one.is_local else f"{one.username}@{one.host}",
            **{"uri": one.uri, "url": f"https://{one.host}/@{one.username}", "note": one.note},
            **{"avatar": picture, "avatar_static": picture, "header": picture, "header_static": picture},
            **{"locked": False, "bot": False, "group": False, "indexable": True, "emojis": []},
            "fields": one.fields,
            "created_at": "2024-05-01T00:00:00.000Z",
            "followers_count": len(self._followers_now()) if one is self.me else 3,
            "following_count": 4,
            "statuses_count": sum(1 for each in self.posts.values() if each.author is one),
        }

    def _followers_now(self) -> list[Person]:
        known = [one for one in self.people.values() if one.follows_me_since]
        return [one for one in known if one.follows_me_since and one.follows_me_since <= self.clock]

    def status(self, one: Post) -> dict[str, Any]:
        """Return a status as the API tells it."""
        others = [each for each in self.posts.values() if each.at <= self.clock]
        return {
            **{"id": one.local_id, "uri": one.uri, "url": one.url, "created_at": _written(one.at)},
            **{"content": self.html(one), "language": one.language, "visibility": one.visibility},
            "account": self.account(one.author),
            "in_reply_to_id": one.answers,
            "in_reply_to_account_id": self.posts[one.answers].author.local_id
            if one.answers in self.posts
            else None,
            **{"sensitive": False, "spoiler_text": one.warning, "mentions": [], "tags": [], "emojis": []},
            "media_attachments": [self._attachment(each) for each in one.media],
            "favourites_count": len(one.likes),
            "reblogs_count": len(one.reposts),
            "replies_count": sum(1 for each in others if each.answers == one.local_id),
            "quotes_count": sum(1 for each in others if each.quotes == one.local_id),
            **{"favourited": self.me in one.likes, "reblogged": self.me in one.reposts},
            **{"reblog": None, "card": None, "poll": None},
            "quote": self._quote(one),
            **({"application": {"name": one.made_with, "website": None}} if one.made_with else {}),
        }

    def _quote(self, one: Post) -> dict[str, Any] | None:
        if one.quotes is None:
            return None
        if one.quotes not in self.posts:
            return {"state": "deleted", "quoted_status": None}
        return {"state": "accepted", "quoted_status": self.status(self.posts[one.quotes])}

    def html(self, one: Post) -> str:
        """Return the content as Mastodon writes it."""
        before = ""
        if one.quotes in self.posts:
            link = self.posts[one.quotes].url
            before = f'<p class="quote-inline">RE: <a href="{link}">{link}</a></p>'
        paragraphs = re.split(r"\n{2,}", one.text)
        return before + "".join(f"<p>{marked(part)}</p>" for part in paragraphs)

    def _attachment(self, local_id: str) -> dict[str, Any]:
        told = self.media[local_id]
        address = None if told["left"] else f"https://{self.host}/media/{local_id}.png"
        return {"id": local_id, "type": "image", "url": address, "description": told["description"]}

    def _notification(self, one: Told) -> dict[str, Any]:
        return {
            **{"id": one.local_id, "type": one.sort, "created_at": _written(one.at)},
            "group_key": f"ungrouped-{one.local_id}",
            "account": self.account(one.who),
            **({"status": self.status(one.post)} if one.post else {}),
        }


def _order(local_id: str) -> tuple[int, str]:
    return len(local_id), local_id


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
