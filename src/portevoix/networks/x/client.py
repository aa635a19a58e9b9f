"""X's API, version 2, and nothing else. The calls, with the page that describes each, are in NOTES.md."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from portevoix.core.clock import EPOCH
from portevoix.core.http import Answer, Client, HttpError
from portevoix.networks.calls import Calls, understood
from portevoix.networks.errors import (
    AccessExpired,
    NeedsReconnection,
    NetworkError,
    UnexpectedReply,
    from_http_error,
)
from portevoix.networks.meter import Meter
from portevoix.networks.x.credentials import Credentials
from portevoix.networks.x.posts import EXPANSIONS, POST_FIELDS, USER_FIELDS, Expanded, Told
from portevoix.networks.x.problems import kind_of, meaning, reason_of
from portevoix.networks.x.spending import spending
from portevoix.networks.x.timelines import PAGE, Place

BASE: Final = "https://api.x.com"
MOST_IDS: Final = 100
_WITH_AUTHORS: Final = {"post.fields": POST_FIELDS, "expansions": EXPANSIONS, "user.fields": USER_FIELDS}
_WITH_ANSWERED: Final = {**_WITH_AUTHORS, "expansions": f"{EXPANSIONS},in_reply_to_user_id"}
_WITH_COUNTS: Final = {"post.fields": "id,public_metrics"}
_WITH_PARENTS: Final = {"post.fields": POST_FIELDS, "expansions": "referenced_posts"}
_REFERENCES: Final = 2
"""Posts that one post refers to at most: the one it answers, and the one it quotes."""
_NUMBER: Final = re.compile(r"[0-9]{1,10}")


class XClient:
    """X as one account meets it. Every method may raise a NetworkError."""

    def __init__(self, client: Client, credentials: Credentials, meter: Meter) -> None:
        self._client = client
        self._calls = Calls(client, BASE, meaning=self._meaning, reason=reason_of)
        self.credentials = credentials
        self._meter, self._window = meter, ""

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    # Asking

    def write(self, method: str, path: str, *, cost: str = "", now: datetime, **request: Any) -> Told:
        """Return the `data` of what a call that writes answers. Raises OutcomeUnknown when there is none."""
        with spending(self._meter, {cost: 1} if cost else {}, now), understood(writes=True):
            return data_of(_told(self._ask(method, path, now=now, writes=True, **request), writes=True))

    def send(self, path: str, *, now: datetime, **request: Any) -> None:
        """Make a call that writes and of which the answer tells nothing."""
        self._ask("POST", path, now=now, writes=True, **request)

    def read(self, path: str, *, now: datetime, **query: Any) -> dict[str, Any]:
        """Return what a call that reads answers; what is empty in `query` is not asked."""
        asked = {name: value for name, value in query.items() if value not in ("", None)}
        answer = _told(self._ask("GET", path, now=now, params=asked), writes=False)
        if not isinstance(answer, dict):
            raise UnexpectedReply("an answer that is no object")
        return answer

    def _ask(self, method: str, path: str, *, now: datetime, writes: bool = False, **request: Any) -> Answer:
        self._window = f"{method} {'/'.join(part for part in path.split('/') if not part.isdecimal())}"
        self._meter.require(self._window, now=now)
        headers = {"authorization": f"Bearer {self.credentials.access}"}
        try:
            answer = self._calls.ask(method, path, now=now, writes=writes, headers=headers, **request)
        except NeedsReconnection as refused:
            if self.credentials.ends_at <= now:
                raise AccessExpired(refused.detail) from refused
            raise
        self._note(answer)
        return answer

    def _meaning(self, answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
        """Read a refusal, after noting what it too says is left."""
        self._note(answer)
        return meaning(answer, writes, now)

    def _note(self, answer: Answer) -> None:
        """Tell the meter what the answer's headers say is left."""
        left, reset = (answer.headers.get(f"x-rate-limit-{name}", "") for name in ("remaining", "reset"))
        if all(_NUMBER.fullmatch(told) for told in (left, reset)):
            self._meter.told(self._window, int(left), EPOCH + timedelta(seconds=int(reset)))

    # Accounts

    def me(self, now: datetime) -> Told:
        """Return the account that signed in."""
        return self._user("/2/users/me", now)

    def user(self, user_id: str, now: datetime) -> Told:
        """Return the account of that number. Raises UnexpectedReply when there is none."""
        return self._user(f"/2/users/{user_id}", now)

    def _user(self, path: str, now: datetime) -> Told:
        with spending(self._meter, {"user_read": 1}, now, is_reading=True), understood(writes=False):
            return data_of(self.read(path, now=now, **{"user.fields": USER_FIELDS}))

    # Posts

    def own_posts(self, account: str, at: Place, token: str, now: datetime) -> dict[str, Any]:
        """Return a page of what the account itself published, reposts aside, newest first."""
        cost = {"owned_read": PAGE, "post_read": _REFERENCES * PAGE}
        query = {**at.query(), "pagination_token": token, "max_results": PAGE, **_WITH_PARENTS}
        return self._posts(f"/2/users/{account}/tweets", cost, {"exclude": "retweets", **query}, now)

    def recent_posts(
        self, account: str, *, start: datetime, token: str, most: int, now: datetime
    ) -> dict[str, Any]:
        """Return a page of what the account itself published since `start`, newest first."""
        query = {
            "start_time": start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "pagination_token": token,
            "max_results": most,
            **_WITH_PARENTS,
        }
        cost = {"owned_read": most, "post_read": _REFERENCES * most}
        return self._posts(f"/2/users/{account}/tweets", cost, query, now, is_reading=False)

    def own_counts(
        self, account: str, *, since_id: str, token: str, most: int, now: datetime
    ) -> dict[str, Any]:
        """Return a page of what X counts of the account's own posts, reposts aside, newest first."""
        query = {"since_id": since_id, "pagination_token": token, "max_results": most, **_WITH_COUNTS}
        path, cost = f"/2/users/{account}/tweets", {"owned_read": most}
        return self._posts(path, cost, {"exclude": "retweets", **query}, now)

    def mentions(self, account: str, at: Place, token: str, now: datetime) -> dict[str, Any]:
        """Return a page of the posts that mention the account, newest first, with whom they answer."""
        cost = {"owned_read": PAGE, "post_read": _REFERENCES * PAGE, "user_read": 2 * PAGE}
        query = {**at.query(), "pagination_token": token, "max_results": PAGE, **_WITH_ANSWERED}
        return self._posts(f"/2/users/{account}/mentions", cost, query, now)

    def search(self, sought: str, *, token: str, most: int, now: datetime) -> dict[str, Any]:
        """Return a page of the posts of the last seven days that are `sought`, newest first."""
        cost = {"post_read": (1 + _REFERENCES) * most, "user_read": most}
        query = {"query": sought, "next_token": token, "max_results": most, **_WITH_AUTHORS}
        return self._posts("/2/tweets/search/recent", cost, query, now)

    def lookup(self, post_ids: list[str], now: datetime) -> dict[str, Any]:
        """Return those of the posts that are there, 100 at most, with their authors."""
        count = len(post_ids)
        cost = {"post_read": (1 + _REFERENCES) * count, "user_read": count}
        return self._posts("/2/tweets", cost, {"ids": ",".join(post_ids), **_WITH_AUTHORS}, now)

    def metrics(self, post_ids: list[str], now: datetime) -> dict[str, Any]:
        """Return what X counts of those of the posts that are there, 100 at most."""
        query = {"ids": ",".join(post_ids), **_WITH_COUNTS}
        return self._posts("/2/tweets", {"post_read": len(post_ids)}, query, now)

    def _posts(
        self,
        path: str,
        cost: Mapping[str, int],
        query: Mapping[str, Any],
        now: datetime,
        *,
        is_reading: bool = True,
    ) -> dict[str, Any]:
        """Return what a page of posts answers. To look for a lost post belongs to writing, not to reading."""
        spent = spending(self._meter, cost, now, is_reading=is_reading)
        with spent as used, understood(writes=False):
            answer = self.read(path, now=now, **query)
            used.update(_billed(answer, is_owned="owned_read" in cost))
            if not answer.get("data") and not _are_missing(answer.get("errors") or []):
                raise UnexpectedReply("errors without data")
            return answer


def _told(answer: Answer, *, writes: bool) -> Any:
    """Return the JSON of an answer. Raises NetworkError."""
    try:
        return answer.json()
    except HttpError as problem:
        raise from_http_error(problem, writes=writes) from problem


def _billed(answer: Mapping[str, Any], *, is_owned: bool) -> dict[str, int]:
    """Return what an answer costs: X bills each post and account that it tells, the included ones too."""
    expanded, posts = Expanded.of(answer), len(answer.get("data") or ())
    included, users = len(expanded.posts), len(expanded.users)
    if is_owned:
        return {"owned_read": posts, "post_read": included, "user_read": users}
    return {"post_read": posts + included, "user_read": users}


def _are_missing(problems: list[Any]) -> bool:
    """Return whether all that an answer complains of is that posts are not there."""
    return all(kind_of(one) == "resource-not-found" for one in problems)


def data_of(answer: Mapping[str, Any]) -> Told:
    """Return the object that an answer is about. Raises LookupError or TypeError when it tells none."""
    data = answer["data"]
    if not isinstance(data, dict):
        raise TypeError
    return data
