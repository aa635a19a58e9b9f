"""Bluesky's API (XRPC) as one account speaks it to its server, and nothing else.

The server answers what concerns its own records at once (`com.atproto.repo`), and passes the rest (`app.bsky`) on
to the service that knows all servers, which is a moment behind.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from portevoix.core.clock import from_us
from portevoix.core.http import Answer, Client, HttpError
from portevoix.networks.bluesky.session import Session
from portevoix.networks.calls import Calls, Meaning, understood
from portevoix.networks.contracts import Media
from portevoix.networks.errors import (
    AccessExpired,
    ContentRefused,
    NeedsReconnection,
    NetworkError,
    UnexpectedReply,
    from_http_error,
)
from portevoix.networks.meter import Meter

POINTS: Final = {"create": 3, "update": 2, "delete": 1}
"""What writing one record costs of 5,000 points an hour and 35,000 a day."""
MOST_POSTS: Final = 25
"""Posts that are asked for at once."""
PAGE: Final = 100
_MOST_PAGES: Final = 500
_SESSIONS: Final = (
    ("sessions in five minutes", 30, timedelta(minutes=5)),
    ("sessions in a day", 300, timedelta(days=1)),
)
"""How often one account may sign in with its password: no answer to anything else tells it, so it is counted."""
_EXPIRED: Final = frozenset({"ExpiredToken", "InvalidToken"})
_SECOND_US: Final = 1_000_000
Record = Mapping[str, Any]


class Taken(ContentRefused):
    """Another record stands at that key."""


class Missing(UnexpectedReply):
    """There is no such record."""


class Invalid(UnexpectedReply):
    """The server finds no sense in what was asked, or nobody of that name."""


_LACKING: Final = {
    "RecordNotFound": Missing,
    "HandleNotFound": Missing,
    "NotFound": Missing,
    "InvalidRequest": Invalid,
}


def _told(answer: Answer) -> dict[str, Any]:
    """Return what an answer of error says, {} where it is no JSON of this network."""
    try:
        told = answer.json()
    except HttpError:
        return {}
    return told if isinstance(told, dict) else {}


def _meaning(answer: Answer, writes: bool, _now: datetime) -> NetworkError | None:
    error = _told(answer).get("error")
    detail = f"HTTP status {answer.status}, {error}"
    if error in _EXPIRED:
        return AccessExpired(detail)
    if error == "InvalidSwap" and writes:
        return Taken(detail)
    if not writes and error in _LACKING:
        return _LACKING[error](detail)
    return None


def _reason(answer: Answer) -> str:
    message = _told(answer).get("message")
    return message if isinstance(message, str) else ""


def calls_to(client: Client, server: str, meaning: Meaning = _meaning) -> Calls:
    """Return the calls of one server, with the meanings that this network gives to its answers."""
    return Calls(client, server, meaning=meaning, reason=_reason)


def open_session(calls: Calls, named: str, password: str, *, now: datetime) -> Session:
    """Sign in with an app password. Raises NeedsReconnection when the server does not take it.

    The same account may do so 30 times in 5 minutes, 300 times a day.
    """
    body = {"identifier": named, "password": password}
    told = calls.json("POST", "/xrpc/com.atproto.server.createSession", now=now, json=body)
    with understood(writes=False):
        return Session.from_answer(told, password)


def close_session(calls: Calls, session: Session, *, now: datetime) -> None:
    """Sign out again, as far as the server lets us: its tokens would run out by themselves."""
    headers = {"authorization": f"Bearer {session.refresh}"}
    with suppress(NetworkError):
        calls.ask("POST", "/xrpc/com.atproto.server.deleteSession", now=now, headers=headers)


class BlueskyClient:
    """The server of one account, spoken to with its session. Every method may raise a NetworkError."""

    def __init__(self, client: Client, server: str, session: Session, meter: Meter) -> None:
        self._client = client
        self._calls = calls_to(client, server, self._heard)
        self._meter, self._window = meter, ""
        self.session = session

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    # What every call goes through

    def _ask(
        self, verb: str, method: str, *, now: datetime, writes: bool, cost: int = 1, **request: Any
    ) -> Any:
        """Return the JSON of an answer; the meter is asked before, and told what the server left us."""
        self._window = "writes" if writes else "reads"
        self._meter.require(self._window, cost, now=now)
        headers = {"authorization": f"Bearer {self.session.access}", **request.pop("headers", {})}
        path = f"/xrpc/{method}"
        answer = self._calls.ask(verb, path, now=now, writes=writes, headers=headers, **request)
        self._note_limit(answer)
        try:
            return answer.json()
        except HttpError as problem:
            raise from_http_error(problem, writes=writes) from problem

    def _heard(self, answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
        """Read a refusal, after noting what it too says is left."""
        self._note_limit(answer)
        return _meaning(answer, writes, now)

    def _note_limit(self, answer: Answer) -> None:
        """Tell the meter what the answer says is left; headers that say something else are passed over."""
        try:
            left, reset = (int(answer.headers[f"ratelimit-{name}"]) for name in ("remaining", "reset"))
            self._meter.told(self._window, left, from_us(reset * _SECOND_US))
        except (KeyError, ValueError, OverflowError):
            return

    def get(self, method: str, *, now: datetime, **params: Any) -> Any:
        """Return what `method` answers; a parameter that is None or '' is left out."""
        asked = {name: value for name, value in params.items() if value not in (None, "")}
        return self._ask("GET", method, now=now, writes=False, params=asked)

    def pages(self, method: str, of: str, *, now: datetime, cursor: str = "", **params: Any) -> Iterator[Any]:
        """Yield every item of the list `of` that `method` answers after `cursor`, page by page.

        Raises UnexpectedReply where there is no end.
        """
        for _turn in range(_MOST_PAGES):
            told = self.get(method, now=now, limit=PAGE, cursor=cursor, **params)
            with understood(writes=False):
                items, following = list(told[of]), str(told.get("cursor") or "")
            yield from items
            if not following or following == cursor:
                return
            cursor = following
        raise UnexpectedReply(f"more of {of} than are read in one go")

    def _write(self, method: str, body: Record, *, now: datetime, points: int) -> Any:
        self._meter.charge("points", points, now=now)
        written = {"repo": self.session.did, **body}
        return self._ask("POST", method, now=now, writes=True, cost=points, json=written)

    # Records of our own

    def create(self, collection: str, key: str, record: Record, *, now: datetime) -> str:
        """Write a record where none stands; return its version. Raises Taken, and ContentRefused."""
        body = {"collection": collection, "rkey": key, "record": record, "swapRecord": None}
        told = self._write("com.atproto.repo.putRecord", body, now=now, points=POINTS["create"])
        with understood(writes=True):
            return str(told["cid"])

    def delete(self, collection: str, key: str, *, now: datetime) -> None:
        """Delete a record; one that is not there is deleted already."""
        body = {"collection": collection, "rkey": key}
        self._write("com.atproto.repo.deleteRecord", body, now=now, points=POINTS["delete"])

    def apply(self, writes: Sequence[Record], *, points: int, now: datetime) -> None:
        """Carry out up to 200 writes, all of them or none."""
        self._write("com.atproto.repo.applyWrites", {"writes": list(writes)}, now=now, points=points)

    def own(self, collection: str, key: str, *, now: datetime) -> Any:
        """Return a record of ours as it stands (`uri`, `cid`, `value`). Raises Missing."""
        repo = self.session.did
        return self.get("com.atproto.repo.getRecord", now=now, repo=repo, collection=collection, rkey=key)

    def records(self, collection: str, *, now: datetime, after: str = "") -> Iterator[Any]:
        """Yield our records of `collection` whose keys come after `after`, in their order (`uri`, `value`)."""
        of = {"repo": self.session.did, "collection": collection, "reverse": "true"}
        for told in self.pages("com.atproto.repo.listRecords", "records", now=now, cursor=after, **of):
            with understood(writes=False):
                record = {"uri": str(told["uri"]), "value": dict(told["value"])}
            yield record

    def upload(self, media: Media, *, now: datetime) -> Any:
        """Put the bytes of a picture on the server; return how records name them."""
        told = self._ask(
            "POST",
            "com.atproto.repo.uploadBlob",
            now=now,
            writes=True,
            content=media.content,
            headers={"content-type": media.media_type},
        )
        with understood(writes=True):
            return told["blob"]

    # What others know

    def posts(self, uris: Sequence[str], *, now: datetime) -> list[Any]:
        """Return those of `uris` that are there, as everybody sees them."""
        found: list[Any] = []
        for first in range(0, len(uris), MOST_POSTS):
            told = self.get("app.bsky.feed.getPosts", now=now, uris=list(uris[first : first + MOST_POSTS]))
            with understood(writes=False):
                found += told["posts"]
        return found

    def profiles(self, dids: Sequence[str], *, now: datetime) -> list[Any]:
        """Return those of the accounts `dids` that are there."""
        told = self.get("app.bsky.actor.getProfiles", now=now, actors=list(dids))
        with understood(writes=False):
            return list(told["profiles"])

    def did_of(self, handle: str, *, now: datetime) -> str | None:
        """Return the id of an account, None where nobody has that handle."""
        try:
            told = self.get("com.atproto.identity.resolveHandle", now=now, handle=handle)
        except (Missing, Invalid):
            return None
        with understood(writes=False):
            return str(told["did"])

    # Signing in

    def renew(self, *, now: datetime) -> Session:
        """Return a new session, in use from now on: by its own token, else by the app password.

        Raises NeedsReconnection when the server takes neither.
        """
        try:
            self.session = self._refreshed(now)
        except (AccessExpired, NeedsReconnection):
            self.session = self._opened_again(now)
        return self.session

    def _refreshed(self, now: datetime) -> Session:
        """Ask for new tokens. Asking once more after a lost answer is safe: the old one holds for some time."""
        self._window = "refreshes"
        self._meter.require(self._window, now=now)
        headers = {"authorization": f"Bearer {self.session.refresh}"}
        told = self._calls.json("POST", "/xrpc/com.atproto.server.refreshSession", now=now, headers=headers)
        with understood(writes=False):
            return self._same(Session.from_answer(told, self.session.password))

    def _opened_again(self, now: datetime) -> Session:
        self._window = "sessions"
        self._meter.require(self._window, now=now)
        for window, most, lasting in _SESSIONS:
            self._meter.use(window, most, lasting, now=now)
        return self._same(open_session(self._calls, self.session.did, self.session.password, now=now))

    def _same(self, renewed: Session) -> Session:
        if renewed.did != self.session.did:
            raise NeedsReconnection("the server signed another account in")
        return renewed
