"""Calls to one Mastodon server, each within the rates that it tells; nothing of our own words."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from portevoix.core.http import Answer, HttpError, Transport, make_client
from portevoix.networks.calls import SUCCESSES, Calls
from portevoix.networks.errors import (
    ContentRefused,
    NetworkError,
    UnexpectedReply,
    from_http_error,
    retry_at,
)
from portevoix.networks.meter import UNMETERED, Meter

CALLS: Final = "calls"
_WINDOWS: Final = (
    ("POST", re.compile(r"/media\Z"), "uploads"),
    ("POST", re.compile(r"/api/v1/statuses\Z|/reblog\Z"), "posts"),
    ("PUT", re.compile(r""), "posts"),
    ("POST", re.compile(r"/follow\Z"), "follows"),
    ("POST", re.compile(r"/unreblog\Z"), "deletions"),
    ("DELETE", re.compile(r""), "deletions"),
)
"""The windows in which a server counts what one account asks; all else is one of `CALLS`."""
_FORBIDDEN: Final = 403
_MOST_PAGES: Final = 1000


class MastodonClient:
    """The API of `server` ('https://…'), as the holder of `access_token` meets it; '' for nobody.

    Every method may raise a NetworkError.
    """

    def __init__(
        self,
        server: str,
        access_token: str = "",
        *,
        transport: Transport | None = None,
        meter: Meter = UNMETERED,
    ) -> None:
        self._http = make_client(transport=transport)
        self._calls = Calls(self._http, server, meaning=self._meaning, reason=reason_of)
        self._headers = {"accept": "application/json"}
        if access_token:
            self._headers["authorization"] = f"Bearer {access_token}"
        self._meter, self._window = meter, CALLS

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        now: datetime,
        takes: Collection[int] = SUCCESSES,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> Answer:
        """Return the answer to one request, of a status that is taken."""
        self._window = _window(method, path)
        self._meter.require(self._window, now=now)
        answer = self._calls.ask(
            method,
            path,
            now=now,
            writes=method != "GET",
            takes=takes,
            headers={**self._headers, **(headers or {})},
            **request,
        )
        self._tell(answer, now)
        return answer

    def get(self, path: str, *, now: datetime, takes: Collection[int] = SUCCESSES, **params: Any) -> Answer:
        """Return the answer to a question; a parameter that is None is not asked."""
        asked = {name: value for name, value in params.items() if value is not None}
        return self.ask("GET", path, now=now, takes=takes, params=asked)

    def all_pages(self, path: str, *, now: datetime, limit: int) -> list[Any]:
        """Return what all pages of a list hold, following the `Link` to the next one."""
        found: list[Any] = []
        asked: dict[str, Any] = {"limit": limit}
        for _page in range(_MOST_PAGES):
            answer = self.ask("GET", path, now=now, params=asked)
            found += listed(answer)
            following = next_page(answer)
            if not following or following == asked:
                return found
            asked = following
        raise UnexpectedReply("a list without end")

    def _meaning(self, answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
        """Read a refusal to let us follow, which is none of our sign-in; and note the rate that is told."""
        self._tell(answer, now)
        is_about_whom = answer.status == _FORBIDDEN and answer.url.endswith("/follow")
        reason = reason_of(answer)
        if writes and is_about_whom and reason and "scope" not in reason:
            return ContentRefused("HTTP status 403 to a follow", reason=reason)
        return None

    def _tell(self, answer: Answer, now: datetime) -> None:
        remaining = answer.headers.get("x-ratelimit-remaining", "")
        reset = answer.headers.get("x-ratelimit-reset", "")
        if remaining.isascii() and remaining.isdecimal() and reset:
            self._meter.told(self._window, int(remaining), retry_at({"x-ratelimit-reset": reset}, now))


def _window(method: str, path: str) -> str:
    return next((name for verb, end, name in _WINDOWS if verb == method and end.search(path)), CALLS)


def reason_of(answer: Answer) -> str:
    """Return the server's own sentence in a refusal, '' when it gave none."""
    try:
        told = answer.json()
    except HttpError:
        return ""
    sentence = told.get("error") if isinstance(told, dict) else ""
    return sentence if isinstance(sentence, str) else ""


def told_in(answer: Answer, *, writes: bool = False) -> Any:
    """Return the JSON of an answer. Raises NetworkError when it is none."""
    try:
        return answer.json()
    except HttpError as problem:
        raise from_http_error(problem, writes=writes) from problem


def listed(answer: Answer) -> list[Any]:
    """Return the list that an answer to a question holds. Raises UnexpectedReply when it is none."""
    told = told_in(answer)
    if not isinstance(told, list):
        raise UnexpectedReply("an answer that is no list")
    return told


def next_page(answer: Answer) -> dict[str, Any]:
    """Return what to ask for the page that `answer` links to as the next one; {} for none.

    Only the query is taken: where a link leads is not for a server to say.
    """
    for link in answer.headers.get("link", "").split(","):
        address, _semicolon, rest = link.partition(";")
        if 'rel="next"' in rest.replace(" ", ""):
            return dict(parse_qsl(urlsplit(address.strip().strip("<>")).query))
    return {}
