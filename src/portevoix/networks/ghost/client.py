"""The Admin API of one Ghost site, spoken by an integration."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import jwt

from portevoix.core.clock import to_us
from portevoix.core.http import Answer, HttpError, Transport, make_client
from portevoix.networks.calls import SUCCESSES, Calls, understood
from portevoix.networks.contracts import Media
from portevoix.networks.errors import ContentRefused, NeedsReconnection, NetworkError, from_status
from portevoix.networks.ghost.config import Key, Site

PAGE: Final = 100
"""Articles a page: the most that Ghost gives."""
COLLISION: Final = "UpdateCollisionError"
GONE: Final = "NotFoundError"
_NAMED: Final = frozenset({(404, GONE), (409, COLLISION), (403, "HostLimitError")})
_LIVES: Final = timedelta(minutes=5)
_SKEW: Final = timedelta(minutes=1)
"""Clocks that are further apart than this are set by the server's when it refuses a token."""
_UPLOAD_SECONDS: Final = 60.0
_TAILS: Final = ("", "-2", "-3", "-4")
"""What Ghost adds to a slug that is taken."""
_UNAUTHORIZED: Final = 401


class GhostRefused(ContentRefused):
    """The site refuses, and names why by a `kind` of its own."""

    def __init__(self, detail: str, *, reason: str, kind: str) -> None:
        super().__init__(detail, reason=reason)
        self.kind = kind


def _error(answer: Answer) -> Mapping[str, Any]:
    """Return the first error that an answer tells; nothing where it is none of Ghost's."""
    try:
        first = answer.json()["errors"][0]
    except (HttpError, LookupError, TypeError):
        return {}
    return first if isinstance(first, dict) else {}


def _reason(answer: Answer) -> str:
    """Return the site's own sentence: the context says more than the message, where there is one."""
    told = _error(answer)
    return str(told.get("context") or told.get("message") or "")


def _meaning(answer: Answer, writes: bool, _now: datetime) -> NetworkError | None:
    """Return what a refusal means that has a type of Ghost's own."""
    told = _error(answer)
    kind, detail = str(told.get("type", ""))[:100], f"HTTP status {answer.status}"
    if answer.status == 400 and "JWT" in str(told.get("code")):  # noqa: PLR2004
        return NeedsReconnection(detail)
    if (answer.status, kind) in _NAMED and (writes or kind == GONE):
        return GhostRefused(f"{detail} {kind}", reason=_reason(answer), kind=kind)
    return None


class GhostClient:
    """What may be asked of a site. Requests are signed for five minutes, by its clock where it differs."""

    def __init__(self, site: Site, key: Key, transport: Transport | None = None) -> None:
        self._http = make_client(transport=transport)
        self._calls = Calls(self._http, f"{site.api}/ghost/api/admin", meaning=_meaning, reason=_reason)
        self._key = key
        self._ahead = timedelta(0)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def site(self, now: datetime) -> dict[str, Any]:
        """Return what the site tells everybody of itself."""
        answer = self._ask("GET", "site/", now)
        with understood(writes=False):
            return dict(_whole(answer)["site"])

    def try_key(self, now: datetime) -> None:
        """Return when the key opens the site. Raises NeedsReconnection."""
        self._posts(self._ask("GET", "posts/", now, params={"limit": 1, "fields": "id"}))

    def under(self, slug: str, now: datetime) -> list[dict[str, Any]]:
        """Return the articles of that slug, or of it with a tail that Ghost adds, in any state; oldest first."""
        slugs = ",".join(f"'{slug}{tail}'" for tail in _TAILS)
        return sorted(self._listed(f"slug:[{slugs}]", now), key=lambda one: str(one["id"]))

    def published(self, slug: str, now: datetime) -> list[dict[str, Any]]:
        """Return the public article of that slug, if there is one."""
        slugs = ",".join(f"'{slug}{tail}'" for tail in _TAILS)
        return self._listed(f"slug:[{slugs}]+status:published", now)

    def post(self, number: str, now: datetime) -> dict[str, Any]:
        """Return an article. Raises GhostRefused when it is gone."""
        answer = self._ask("GET", f"posts/{number}/", now, params={"formats": "html"})
        with understood(writes=False):
            return self._posts(answer)[0]

    def create(self, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Make an article and return it."""
        return self._sent("POST", "posts/", fields, now)

    def change(self, number: str, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Change an article; `updated_at` says which state is meant. Raises GhostRefused when another is there."""
        return self._sent("PUT", f"posts/{number}/", fields, now)

    def delete(self, number: str, now: datetime) -> None:
        """Delete an article for good. Raises GhostRefused when it is gone."""
        self._ask("DELETE", f"posts/{number}/", now)

    def upload(self, media: Media, name: str, now: datetime) -> str:
        """Put a picture on the site and return its address."""
        files, words = {"file": (name, media.content, media.media_type)}, {"purpose": "image", "ref": name}
        answer = self._ask("POST", "images/upload/", now, files=files, data=words, seconds=_UPLOAD_SECONDS)
        with understood(writes=True):
            return str(_whole(answer)["images"][0]["url"])

    def posts_after(self, after: datetime | None, page: int, now: datetime) -> list[dict[str, Any]]:
        """Return a page of what is public or will be by itself, the oldest first."""
        since = f"+published_at:>='{after:%Y-%m-%d %H:%M:%S}'" if after else ""
        return self._listed(f"status:[published,scheduled]{since}", now, page)

    def posts(self, numbers: Collection[str], now: datetime) -> list[dict[str, Any]]:
        """Return those of the articles that are public or will be by themselves."""
        return self._listed(f"id:[{','.join(numbers)}]+status:[published,scheduled]", now)

    def _listed(self, wanted: str, now: datetime, page: int = 1) -> list[dict[str, Any]]:
        query = {"filter": wanted, "order": "published_at asc, id asc", "limit": PAGE, "page": page}
        return self._posts(self._ask("GET", "posts/", now, params={**query, "formats": "html"}))

    def _sent(self, method: str, path: str, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        query = {"source": "html", "formats": "html"}
        answer = self._ask(method, path, now, params=query, json={"posts": [fields]})
        with understood(writes=True):
            return self._posts(answer, writes=True)[0]

    def _posts(self, answer: Answer, *, writes: bool = False) -> list[dict[str, Any]]:
        with understood(writes=writes):
            return [{**one, "id": str(one["id"])} for one in _whole(answer)["posts"]]

    def _ask(self, method: str, path: str, now: datetime, **request: Any) -> Answer:
        """Return the answer; a token refused for its time is signed anew by the server's clock, once."""
        answer = self._asked(method, path, now, **request)
        ahead = (answer.served_at or now) - now
        is_late = answer.status == _UNAUTHORIZED and _error(answer).get("code") == "INVALID_JWT"
        if is_late and abs(ahead - self._ahead) > _SKEW:
            self._ahead = ahead
            answer = self._asked(method, path, now, **request)
        if answer.status == _UNAUTHORIZED:
            raise from_status(answer.status, answer.headers, writes=method != "GET", now=now)
        return answer

    def _asked(self, method: str, path: str, now: datetime, **request: Any) -> Answer:
        headers = {"authorization": f"Ghost {self._token(now + self._ahead)}", "accept-version": "v5.0"}
        takes = SUCCESSES | {_UNAUTHORIZED}
        return self._calls.ask(
            method, f"/{path}", now=now, writes=method != "GET", takes=takes, headers=headers, **request
        )

    def _token(self, now: datetime) -> str:
        issued = to_us(now) // 1_000_000
        claims = {"iat": issued, "exp": issued + int(_LIVES.total_seconds()), "aud": "/admin/"}
        return jwt.encode(claims, self._key.secret, algorithm="HS256", headers={"kid": self._key.id})


def _whole(answer: Answer) -> Any:
    """Return the JSON of an answer. Raises ValueError when it is none, for `understood` to read."""
    try:
        return answer.json()
    except HttpError as problem:
        raise ValueError(str(problem)) from None
