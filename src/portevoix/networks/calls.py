"""Requests to one server, each of them answered, or ended in the error that says what follows."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from portevoix.core.http import Answer, Client, HttpError
from portevoix.networks.errors import (
    NetworkError,
    OutcomeUnknown,
    UnexpectedReply,
    from_http_error,
    from_status,
)

Meaning = Callable[[Answer, bool, datetime], NetworkError | None]
"""What an answer means at one network (answer, whether the call writes, now); None: what it means everywhere."""
Reason = Callable[[Answer], str]
"""The network's own sentence in an answer, '' when there is none."""
SUCCESSES = frozenset({200, 201, 202, 204})
_LONGEST_REASON = 300


def _silent(_answer: Answer) -> str:
    return ""


def _as_everywhere(_answer: Answer, _writes: bool, _now: datetime) -> None:
    return None


class Calls:
    """What a connector asks of its server at `base` ('https://…', without a slash at its end).

    `meaning` reads answers to which this network gives a sense of its own, before the sense that they have
    everywhere; `reason` reads the network's own sentence about refused content.
    """

    def __init__(
        self, client: Client, base: str, *, meaning: Meaning = _as_everywhere, reason: Reason = _silent
    ) -> None:
        self._client = client
        self.base = base.rstrip("/")
        self._meaning = meaning
        self._reason = reason

    def ask(
        self,
        method: str,
        path: str,
        *,
        now: datetime,
        writes: bool = False,
        takes: Collection[int] = SUCCESSES,
        **request: Any,
    ) -> Answer:
        """Return the answer when its status is one that is taken. Raises NetworkError.

        `path` begins with a slash, or is a whole address. `request` is what `core.http.Client.request` takes.
        """
        url = path if path.startswith(("http://", "https://")) else f"{self.base}{path}"
        try:
            answer = self._client.request(method, url, **request)
        except HttpError as problem:
            raise from_http_error(problem, writes=writes) from problem
        if answer.status in takes:
            return answer
        own = self._meaning(answer, writes, now)
        raise own or from_status(
            answer.status,
            answer.headers,
            writes=writes,
            now=now,
            reason=self._reason(answer)[:_LONGEST_REASON],
        )

    def json(self, method: str, path: str, *, now: datetime, writes: bool = False, **request: Any) -> Any:
        """Return the JSON of the answer. Raises NetworkError, also when it is none."""
        answer = self.ask(method, path, now=now, writes=writes, **request)
        try:
            return answer.json()
        except HttpError as problem:
            raise from_http_error(problem, writes=writes) from problem


@contextmanager
def understood(*, writes: bool) -> Iterator[None]:
    """Read an answer: one that lacks what its network promises is told as that, and not as a fault of ours.

    After a write that is OutcomeUnknown, since it may have been carried out; else UnexpectedReply.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as problem:
        detail = f"an answer without what was promised ({type(problem).__name__})"
        raise (OutcomeUnknown if writes else UnexpectedReply)(detail) from problem
