"""A Mastodon server that keeps to the truth: what is asked and answered is held to the API's description.

It has the people and posts that it was given, a clock that tests set, and the rules of Mastodon's own source:
what a text counts, which ids come in what order, what is refused.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx
import regex

from tests.networks.mastodon.consent import Consent
from tests.networks.mastodon.entities import LINK, MENTION, Person, Post
from tests.networks.mastodon.stage import Refusal, Reply, description

Route = tuple[str, re.Pattern[str], Callable[..., Reply]]


class Server(Consent):
    """A server of Mastodon's own make, version 4.7."""

    def play(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, both as the API is described."""
        request.read()
        self.asked.append(request)
        path = request.url.path
        if self.rate_refusal:
            return httpx.Response(429, headers=self.rate_refusal, json={"error": "Too many requests"})
        if path == "/.well-known/webfinger":
            return self._webfinger(request)
        description().check_request(request)
        try:
            if path in self.missing:
                raise Refusal(404, "Record not found")
            status, reply = self._answer(request)
        except Refusal as refused:
            status, reply = refused.status, {"error": refused.sentence}
        if self.is_described:
            description().check_reply(request, status, reply)
        headers = {**self.rate_headers, **self._links(request, reply)}
        return httpx.Response(status, headers=headers, json=None if status == 206 else reply)

    def _answer(self, request: httpx.Request) -> Reply:
        for method, pattern, answer in self._routes():
            if request.method == method and (found := pattern.fullmatch(request.url.path)):
                return answer(request, *found.groups())
        raise AssertionError(f"{request.method} {request.url.path} is not played")

    def _routes(self) -> list[Route]:
        status, account = r"/api/v1/statuses/([^/]+)", r"/api/v1/accounts/([^/]+)"
        told: list[tuple[str, str, Callable[..., Reply]]] = [
            ("POST", r"/api/v1/apps", self._register),
            ("POST", r"/oauth/token", self._token),
            ("GET", r"/api/v2/instance", self._instance),
            ("GET", r"/api/v1/instance", self._instance_v1),
            ("GET", r"/api/v2/search", self._search),
            ("GET", r"/api/v1/accounts/verify_credentials", self._whoami),
            ("GET", account, self._account),
            ("GET", rf"{account}/statuses", self._statuses_of),
            ("GET", rf"{account}/followers", self._followers),
            ("POST", rf"{account}/follow", self._follow),
            ("POST", rf"{account}/unfollow", self._unfollow),
            ("POST", r"/api/v1/statuses", self._publish),
            ("GET", r"/api/v1/statuses", self._several),
            ("GET", status, self._show),
            ("PUT", status, self._edit),
            ("DELETE", status, self._delete),
            ("GET", rf"{status}/context", self._context),
            ("GET", rf"{status}/favourited_by", self._liked_by),
            ("GET", rf"{status}/reblogged_by", self._reposted_by),
            ("POST", rf"{status}/(favourite|unfavourite|reblog|unreblog)", self._gesture),
            ("POST", r"/api/v2/media", self._upload),
            ("GET", r"/api/v1/media/([^/]+)", self._media),
            ("GET", r"/api/v1/notifications", self._notifications),
        ]
        return [(method, re.compile(pattern), answer) for method, pattern, answer in told]

    def _account(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "read:accounts")
        return 200, self.account(self._somebody(local_id))

    def _followers(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "read:accounts")
        found = [self.account(one) for one in reversed(self._followers_now())]
        return 200, self._paged(request, found)

    def _follow(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "write:follows")
        if local_id in self.blocks_us:
            raise Refusal(403, "This action is not allowed")
        return 200, self._relationship(self._somebody(local_id), following=True)

    def _unfollow(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "write:follows")
        return 200, self._relationship(self._somebody(local_id), following=False)

    def _relationship(self, one: Person, *, following: bool) -> dict[str, Any]:
        flags = (
            *("blocked_by", "blocking", "domain_blocking", "endorsed", "followed_by", "muting"),
            *("muting_notifications", "notifying", "requested", "requested_by", "showing_reblogs"),
        )
        return {"id": one.local_id, "note": "", "following": following, **dict.fromkeys(flags, False)}

    def _search(self, request: httpx.Request) -> Reply:
        self._admit(request, "read:search")
        wanted = request.url.params["q"]
        accounts = [
            one for one in self.people.values() if wanted in (one.uri, f"https://{one.host}/@{one.username}")
        ]
        posts = [one for one in self.posts.values() if one.uri == wanted and one.at <= self.clock]
        return 200, {
            "accounts": [self.account(one) for one in accounts],
            "statuses": [self.status(one) for one in posts],
            "hashtags": [],
        }

    def _count_of(self, text: str) -> int:
        """Return what a text counts: characters as people see them, an address 23, a handle without domain."""
        short = LINK.sub("x" * 23, text)
        return len(regex.findall(r"\X", MENTION.sub(r"@\1", short)))

    def _publish(self, request: httpx.Request) -> Reply:
        self._admit(request, "write:statuses")
        body, key = json.loads(request.content), request.headers.get("idempotency-key", "")
        if self.knows_keys and key in self.keys and self.keys[key] in self.posts:
            return 200, self.status(self.posts[self.keys[key]])
        text = self._checked(body)
        self.clock += timedelta(milliseconds=10)
        one = self.post(
            self.me,
            text,
            self.clock,
            language=body.get("language"),
            answers=self._there(body.get("in_reply_to_id")),
            quotes=self._there(body.get("quoted_status_id")),
            media=body.get("media_ids", []),
            made_with="Porte-voix",
        )
        self.keys[key] = one.local_id
        return 200, self.status(one)

    def _checked(self, body: Mapping[str, Any]) -> str:
        text = body.get("status", "").strip("\t\n\v\f\r \0")
        if not text.strip() and not body.get("media_ids"):
            raise Refusal(422, "Validation failed: Text can't be blank")
        if self._count_of(text) > self.text_limit:
            raise Refusal(422, f"Validation failed: Text character limit of {self.text_limit} exceeded")
        if any(self.media.get(each, {}).get("left", 1) for each in body.get("media_ids", [])):
            raise Refusal(
                422, "Cannot attach files that have not finished processing. Try again in a moment!"
            )
        return str(text)

    def _show(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "read:statuses")
        return 200, self.status(self._one(local_id))

    def _several(self, request: httpx.Request) -> Reply:
        self._admit(request, "read:statuses")
        wanted = request.url.params.get_list("id[]")
        assert len(wanted) <= 20
        return 200, [self.status(self.posts[each]) for each in wanted if each in self.posts]

    def _edit(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "write:statuses")
        one, body = self._own(local_id), json.loads(request.content)
        one.text, one.media = self._checked(body), body.get("media_ids", [])
        return 200, self.status(one)

    def _delete(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "write:statuses")
        one = self._own(local_id)
        told = {**self.status(one), "text": one.text}
        del self.posts[local_id]
        return 200, told

    def _statuses_of(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "read:statuses")
        one = self._somebody(local_id)
        mine = [each for each in self.posts.values() if each.author is one and each.at <= self.clock]
        newest_first = sorted(mine, key=lambda each: each.local_id, reverse=True)
        return 200, self._paged(request, [self.status(each) for each in newest_first])

    def _context(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "read:statuses")
        before: list[Post] = []
        one = self._one(local_id)
        while one.answers in self.posts:
            one = self.posts[one.answers]
            before.insert(0, one)
        after, open_ids = [], [local_id]
        for each in sorted(self.posts.values(), key=lambda post: post.local_id):
            if each.answers in open_ids and each.at <= self.clock:
                after.append(each)
                open_ids.append(each.local_id)
        return 200, {
            "ancestors": [self.status(each) for each in before],
            "descendants": [self.status(each) for each in after],
        }

    def _liked_by(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "read:statuses")
        return 200, self._paged(request, [self.account(one) for one in reversed(self._one(local_id).likes)])

    def _reposted_by(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "read:statuses")
        return 200, self._paged(request, [self.account(one) for one in reversed(self._one(local_id).reposts)])

    def _gesture(self, request: httpx.Request, local_id: str, call: str) -> Reply:
        self._admit(request, "write:favourites" if "favourite" in call else "write:statuses")
        one = self._one(local_id)
        people = one.likes if "favourite" in call else one.reposts
        if call.startswith("un") and self.me in people:
            people.remove(self.me)
        elif not call.startswith("un"):
            self._given(people)
        return 200, self.status(one)

    def _given(self, people: list[Person]) -> None:
        if self.me not in people:
            people.append(self.me)

    def _upload(self, request: httpx.Request) -> Reply:
        self._admit(request, "write:media")
        local_id = self.new_id()
        found = re.search(rb'name="description"\r\n\r\n(.*?)\r\n', request.content, re.DOTALL)
        assert b"filename=" in request.content
        assert found
        self.media[local_id] = {"description": found[1].decode(), "left": self.working}
        return (202 if self.working else 200), self._attachment(local_id)

    def _media(self, request: httpx.Request, local_id: str) -> Reply:
        self._admit(request, "write:media")
        if local_id not in self.media:
            raise Refusal(404, "Record not found")
        told = self.media[local_id]
        told["left"] = max(0, told["left"] - 1)
        return (206 if told["left"] else 200), self._attachment(local_id)

    def _notifications(self, request: httpx.Request) -> Reply:
        self._admit(request, "read:notifications")
        told = [one for one in reversed(self.told) if one.at <= self.clock]
        return 200, self._paged(request, [self._notification(one) for one in told])
