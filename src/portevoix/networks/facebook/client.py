"""Meta's Graph API, and nothing else. The calls, with the page that describes each, are in NOTES.md."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from portevoix.core.http import Answer, Client, HttpError
from portevoix.networks.calls import Calls, Meaning
from portevoix.networks.editions import name_of
from portevoix.networks.errors import NetworkError, OutcomeUnknown, UnexpectedReply, from_http_error
from portevoix.networks.facebook.problems import meaning, reason_of
from portevoix.networks.facebook.usage import WHOLE, regained_after, used
from portevoix.networks.meter import Meter

BASE: Final = "https://graph.facebook.com"
WINDOW: Final = "calls"
PAGE: Final = 50
_MOST_PAGES: Final = 40
_COUNTED_OVER: Final = timedelta(hours=1)
Told = Mapping[str, Any]


class GraphClient:
    """The Graph API for one token. Every method may raise a NetworkError."""

    def __init__(self, client: Client, token: str, meter: Meter, *, meaning: Meaning = meaning) -> None:
        self._client, self._means = client, meaning
        self._calls = Calls(client, BASE, meaning=self._meaning, reason=reason_of)
        self._token, self._meter = token, meter

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def read(self, path: str, *, now: datetime, **query: Any) -> Told:
        """Return the object that a question is answered with."""
        answer = self.ask("GET", path, now=now, params=query)
        return _object(answer, writes=False)

    def write(self, path: str, *, now: datetime, **request: Any) -> Told:
        """Return the object with which a call that changes something is answered. Raises OutcomeUnknown."""
        return _object(self.ask("POST", path, now=now, **request), writes=True)

    def delete(self, path: str, *, now: datetime) -> None:
        """Take something away."""
        self.ask("DELETE", path, now=now)

    def ask(self, method: str, path: str, *, now: datetime, **request: Any) -> Answer:
        """Return the answer to one request. The token goes into a header, so that no address holds it."""
        self._meter.require(WINDOW, now=now)
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        writes = method != "GET"
        place = f"/{version(now)}/{path}"
        answer = self._calls.ask(method, place, now=now, writes=writes, headers=headers, **request)
        self._note(answer, now)
        return answer

    def _meaning(self, answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
        self._note(answer, now)
        return self._means(answer, writes, now)

    def _note(self, answer: Answer, now: datetime) -> None:
        """Tell the meter when nothing is left; until then Meta tells hundredths, which are no calls."""
        share = used(answer)
        if share is not None and share >= WHOLE:
            self._meter.told(WINDOW, 0, now + (regained_after(answer) or _COUNTED_OVER))

    def pages(self, path: str, *, now: datetime, **query: Any) -> Iterator[list[Told]]:
        """Yield the pages of a list, in Meta's order."""
        asked = dict(query)
        for _page in range(_MOST_PAGES):
            told = self.read(path, now=now, limit=PAGE, **asked)
            rows = told["data"]
            if not isinstance(rows, list):
                raise TypeError
            yield rows
            asked["after"] = after(told)
            if not asked["after"]:
                return


def after(told: Told) -> str:
    """Return the cursor of the page after `told`, '' when it is the last one. Only the cursor is taken of it."""
    paging = told.get("paging") or {}
    return str(paging["cursors"]["after"]) if paging.get("next") else ""


def version(now: datetime) -> str:
    """Return the version of the API that is asked at `now`. Raises UnexpectedReply when none is known."""
    known = name_of("facebook", "version", now)
    if not known:
        raise UnexpectedReply("no version of the Graph API is known here")
    return known


def _object(answer: Answer, *, writes: bool) -> Told:
    try:
        told = answer.json()
    except HttpError as problem:
        raise from_http_error(problem, writes=writes) from problem
    if not isinstance(told, dict):
        raise (OutcomeUnknown if writes else UnexpectedReply)("an answer that is no object")
    return told
