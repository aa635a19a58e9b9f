"""Other ways to a Mastodon server: one answer for everything, and a meter that keeps what it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import httpx

from portevoix.networks.errors import (
    RateLimited,
)
from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks.mastodon.case import MastodonCase


class Says(httpx.BaseTransport):
    """A server that gives every request the same answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        told = self._answer
        return httpx.Response(told.status_code, headers=told.headers, content=told.content)


class Meter:
    """A meter that keeps what it is told, and lets a window be used up."""

    def __init__(self) -> None:
        self.known: list[tuple[str, int, datetime]] = []
        self.used_up: set[str] = set()

    def charge(self, what: str, count: int = 1, *, now: datetime, is_reading: bool = False) -> None:
        raise AssertionError("Mastodon costs nothing")

    def spare(self, what: str, count: int = 1, *, now: datetime) -> None:
        raise AssertionError("Mastodon costs nothing")

    def require(self, window: str, count: int = 1, *, now: datetime) -> None:
        if window in self.used_up:
            raise RateLimited(now + timedelta(minutes=5))

    def use(self, window: str, of: int, lasting: timedelta, *, now: datetime) -> None:
        raise AssertionError("Mastodon tells its windows")

    def told(self, window: str, remaining: int, resets_at: datetime) -> None:
        self.known.append((window, remaining, resets_at))


@contextmanager
def at(case: MastodonCase, transport: httpx.BaseTransport) -> Iterator[MastodonConnector]:
    """Open Marion's connector over another way."""
    with MastodonConnector(case.options(), case.credentials(), transport=transport) as door:
        yield door
