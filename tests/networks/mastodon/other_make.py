"""A server that speaks Mastodon's API and is of another make: it tells less, and keeps to less."""

from typing import Any

import httpx
import regex

from tests.networks.mastodon.entities import LINK, MENTION, Person, Post
from tests.networks.mastodon.server import Server
from tests.networks.mastodon.stage import Refusal, Reply, description


class OtherMake(Server):
    """A server of another make: letters in its ids, long texts, no idempotency, and much that is not told.

    Its accounts begin locked, and it says 429 without Retry-After.
    """

    text_limit = 5000
    knows_keys = False
    is_described = False
    missing = frozenset({"/api/v2/instance", "/api/v1/statuses"})
    _untold = (
        *("uri", "indexable", "group", "emojis", "bot", "header", "header_static", "avatar_static"),
        *(
            "quotes_count",
            "quote",
            "application",
            "reblog",
            "card",
            "poll",
            "tags",
            "spoiler_text",
            "language",
        ),
        "group_key",
    )

    def new_id(self) -> str:
        """Return the next id: letters and figures, of one length."""
        self._count += 1
        return f"01FVW7JHQFSFK166WWKR8C{self._count:04X}"

    def play(self, request: httpx.Request) -> httpx.Response:
        """Return the answer; only reading several statuses at once is missing, not publishing one."""
        if request.method == "POST" and request.url.path == "/api/v1/statuses" and not self.rate_refusal:
            self.asked.append(request)
            description().check_request(request)
            return self._published(request)
        return super().play(request)

    def _published(self, request: httpx.Request) -> httpx.Response:
        try:
            status, reply = self._publish(request)
        except Refusal as refused:
            status, reply = refused.status, {"error": refused.sentence}
        return httpx.Response(status, json=reply)

    def account(self, one: Person) -> dict[str, Any]:
        """Return an account, locked, without much that others tell."""
        told = {**super().account(one), "locked": True}
        return {name: value for name, value in told.items() if name not in self._untold}

    def status(self, one: Post) -> dict[str, Any]:
        """Return a status without much that others tell."""
        kept = {"uri"}
        told = super().status(one)
        return {name: value for name, value in told.items() if name in kept or name not in self._untold}

    def _instance_v1(self, request: httpx.Request) -> Reply:
        return 200, {
            "uri": self.host,
            "version": "0.17.3+git",
            "configuration": {"statuses": {"max_characters": 5000, "characters_reserved_per_url": 25}},
        }

    def _count_of(self, text: str) -> int:
        return len(regex.findall(r"\X", MENTION.sub(r"@\1", LINK.sub("x" * 25, text))))

    def _given(self, people: list[Person]) -> None:
        people.append(self.me)  # asked twice, it gives twice
