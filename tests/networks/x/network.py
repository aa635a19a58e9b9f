"""X, played: every request and every reply is held to X's own description of its API.

It does what X does to what it is given: texts are cut of outer white space, addresses become `t.co`, three
characters are escaped, replies begin with the name of whom they answer, refresh tokens work once.
"""

import base64
import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import httpx

from portevoix.core.http import MaybeReceived
from tests.networks.contract import START
from tests.networks.described import Description
from tests.networks.x.world import ADDRESS, ME, Post, World, weight

DESCRIPTION = Path(__file__).parents[1] / "descriptions" / "x-openapi.json.gz"
CLIENT_ID, CLIENT_SECRET = "app-of-ours", "kept-in-a-drawer"
SCOPE = "tweet.read tweet.write users.read media.write offline.access"


def problem(status: int, kind: str, title: str, detail: str) -> httpx.Response:
    """Return an answer that says what is wrong, as X does."""
    told = {"type": kind, "title": title, "detail": detail, "status": status}
    return httpx.Response(status, json=told, headers={"content-type": "application/problem+json"})


def _only(post: dict[str, Any], asked: set[str]) -> dict[str, Any]:
    """Return a post as X tells it: what was asked for, and no more."""
    return {name: value for name, value in post.items() if name in asked}


class PlayedX:
    """X's API over a `World`; `requests` are those that came."""

    def __init__(self) -> None:
        self.world = World()
        self.description = Description.read(DESCRIPTION)
        self.requests: list[httpx.Request] = []
        self.access, self.refresh = {"access-0"}, {"refresh-0"}
        self.codes: dict[str, dict[str, str]] = {}
        self.granted = 0
        self.loses_answer = self.limits_rate = False
        self.works_on_media = 1
        self.left = 300

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, as described."""
        request.read()
        self.requests.append(request)
        if self.limits_rate:
            self.limits_rate = False
            reset = str(int((START + timedelta(minutes=15)).timestamp()))
            return httpx.Response(429, headers={"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset})
        answer = self._answer(request)
        if self.loses_answer:
            self.loses_answer = False
            raise MaybeReceived("lost")
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/2/oauth2/token":
            return self._token(request)
        self.description.check_request(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.access:
            return problem(401, "about:blank", "Unauthorized", "Unauthorized")
        answer = self._routed(request)
        if answer.is_success:
            self.description.check_reply(request, answer.status_code, answer.json())
            self.left -= 1
            answer.headers["x-rate-limit-remaining"] = str(self.left)
            answer.headers["x-rate-limit-reset"] = str(int((START + timedelta(minutes=15)).timestamp()))
        return answer

    def _routed(self, request: httpx.Request) -> httpx.Response:
        routes: list[tuple[str, str, Callable[..., httpx.Response]]] = [
            ("GET", r"/2/users/me", lambda r: self._user(ME)),
            ("GET", r"/2/users/(\d+)", lambda r, one: self._user(one)),
            ("GET", r"/2/users/(\d+)/tweets", self._own),
            ("GET", r"/2/users/(\d+)/mentions", self._mentions),
            ("GET", r"/2/tweets", self._lookup),
            ("GET", r"/2/tweets/search/recent", self._search),
            ("POST", r"/2/tweets", self._create),
            ("DELETE", r"/2/tweets/(\d+)", self._delete),
            ("POST", r"/2/users/(\d+)/retweets", self._repost),
            ("DELETE", r"/2/users/(\d+)/retweets/(\d+)", self._unrepost),
            ("POST", r"/2/media/upload/initialize", self._begin),
            ("POST", r"/2/media/upload/(\d+)/append", self._append),
            ("POST", r"/2/media/upload/(\d+)/finalize", self._end),
            ("GET", r"/2/media/upload", self._status),
            ("POST", r"/2/media/metadata", self._describe),
        ]
        for method, path, answers in routes:
            if method == request.method and (match := re.fullmatch(path, request.url.path)):
                return answers(request, *match.groups())
        raise AssertionError(f"nobody plays {request.method} {request.url.path}")

    # Signing in

    def agree(self, url: str) -> dict[str, str]:
        """Agree as a person at X does."""
        asked = {name: values[0] for name, values in parse_qs(urlparse(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "offline.access" in asked["scope"].split()
        self.codes["code-1"] = asked
        return {"code": "code-1", "state": asked["state"]}

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}" and form.get("client_id") != CLIENT_ID:
            return httpx.Response(401, json={"error": "unauthorized_client"})
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh:
                described = "Value passed for the token was invalid."
                return httpx.Response(400, json={"error": "invalid_request", "error_description": described})
            self.refresh.discard(form["refresh_token"])
            return self._grant()
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if not asked or asked["code_challenge"] != challenge.decode().rstrip("="):
            return httpx.Response(400, json={"error": "invalid_grant"})
        assert form["redirect_uri"] == asked["redirect_uri"]
        return self._grant(asked["scope"])

    def _grant(
        self, scope: str = "tweet.read tweet.write users.read media.write offline.access"
    ) -> httpx.Response:
        self.granted += 1
        access, refresh = f"access-{self.granted}", f"refresh-{self.granted}"
        self.access.add(access)
        self.refresh.add(refresh)
        told = {"token_type": "bearer", "expires_in": 7200, "access_token": access, "refresh_token": refresh}
        return httpx.Response(200, json={**told, "scope": scope})

    # Telling

    def _user(self, user_id: str) -> httpx.Response:
        user = self.world.users.get(user_id)
        if user is None:
            told = {
                "type": "https://api.x.com/2/problems/resource-not-found",
                "title": "Not Found Error",
                "detail": f"Could not find user with id: [{user_id}].",
                "resource_type": "user",
            }
            return httpx.Response(200, json={"errors": [told]})
        return httpx.Response(200, json={"data": self._told_user(user)})

    def _told_user(self, user: dict[str, str]) -> dict[str, Any]:
        counts = {"followers_count": 1200, "following_count": 80, "post_count": 12, "listed_count": 3}
        bio = [
            {"start": 8, "end": 25, "url": "https://t.co/bio1", "expanded_url": "https://atelier.example/"}
        ]
        site = [
            {
                "start": 0,
                "end": 23,
                "url": "https://t.co/site",
                "expanded_url": "https://atelier.example/marion",
            }
        ]
        entities = {"description": {"urls": bio}, "url": {"urls": site}} if user["id"] == ME else {}
        return {**user, "protected": False, "public_metrics": counts, "entities": entities}

    def _told(self, post: Post) -> dict[str, Any]:
        text, urls = html.escape(post.text, quote=False), []
        if post.parent and (parent := self.world.posts.get(post.parent)) and parent.author != post.author:
            text = f"@{self.world.users[parent.author]['username']} {text}"
        for count, match in enumerate(ADDRESS.findall(text)):
            short = f"https://t.co/{post.id[-6:]}{count}"
            urls.append({"start": 0, "end": 23, "url": short, "expanded_url": html.unescape(match)})
            text = text.replace(match, short, 1)
        for media in post.media:
            short, whole = f"https://t.co/pic{media}", f"https://x.com/marion_x/status/{post.id}/photo/1"
            urls.append(
                {"start": 0, "end": 23, "url": short, "expanded_url": whole, "media_key": f"3_{media}"}
            )
            text = f"{text} {short}"
        references = [
            {"type": kind, "id": one}
            for kind, one in (("replied_to", post.parent), ("quoted", post.quoted))
            if one
        ]
        return {
            "id": post.id,
            "text": text,
            "author_id": post.author,
            "created_at": post.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conversation_id": self.world.root(post).id,
            "lang": "en",
            "entities": {"urls": urls},
            "public_metrics": {
                "like_count": post.likes,
                "repost_count": 1,
                "reply_count": 2,
                "quote_count": 0,
                "bookmark_count": 0,
                "impression_count": 90,
            },
            **({"referenced_posts": references} if references else {}),
            **({"in_reply_to_user_id": self._answered(post)} if self._answered(post) else {}),
        }

    def _page(
        self, request: httpx.Request, posts: list[Post], turned_by: str = "pagination_token"
    ) -> httpx.Response:
        query, size = request.url.params, int(request.url.params.get("max_results", 10))
        newest = sorted(posts, key=lambda one: int(one.id), reverse=True)
        if since := query.get("since_id"):
            newest = [one for one in newest if int(one.id) > int(since)]
        if below := query.get("until_id"):
            newest = [one for one in newest if int(one.id) < int(below)]
        if start := query.get("start_time"):
            newest = [one for one in newest if one.at >= datetime.fromisoformat(start)]
        if token := query.get(turned_by):
            newest = [one for one in newest if int(one.id) < int(token.removeprefix("older-than-"))]
        page, rest = newest[:size], newest[size:]
        meta: dict[str, Any] = {"result_count": len(page)}
        if rest:
            meta["next_token"] = f"older-than-{page[-1].id}"
        return self._listed(request, page, meta)

    def _listed(self, request: httpx.Request, page: list[Post], meta: dict[str, Any]) -> httpx.Response:
        expansions = request.url.params.get("expansions", "").split(",")
        fields = {"id", "text", *request.url.params.get("post.fields", "").split(",")}
        told: dict[str, Any] = {"meta": meta}
        if page:
            told["data"] = [_only(self._told(one), {*fields, *expansions}) for one in page]
        includes: dict[str, Any] = {}
        if "author_id" in expansions and page:
            authors = dict.fromkeys(one.author for one in page)
            if "in_reply_to_user_id" in expansions:
                authors |= dict.fromkeys(one for one in map(self._answered, page) if one)
            includes["users"] = [self._told_user(self.world.users[one]) for one in authors]
        parents = dict.fromkeys(one for post in page for one in (post.parent, post.quoted) if one)
        if "referenced_posts" in expansions and (
            there := [one for one in parents if one in self.world.posts]
        ):
            includes["posts"] = [_only(self._told(self.world.posts[one]), fields) for one in there]
        return httpx.Response(200, json={**told, "includes": includes} if includes else told)

    def _answered(self, post: Post) -> str:
        parent = self.world.posts.get(post.parent)
        return parent.author if parent else ""

    def _own(self, request: httpx.Request, user_id: str) -> httpx.Response:
        return self._page(request, [one for one in self.world.posts.values() if one.author == user_id])

    def _mentions(self, request: httpx.Request, user_id: str) -> httpx.Response:
        return self._page(request, [one for one in self.world.posts.values() if self._concerns(one, user_id)])

    def _concerns(self, post: Post, user_id: str) -> bool:
        parent = self.world.posts.get(post.parent)
        named = f"@{self.world.users[user_id]['username']}" in post.text
        return named or (parent is not None and parent.author == user_id and post.author != user_id)

    def _lookup(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params["ids"].split(",")
        page = [self.world.posts[one] for one in asked if one in self.world.posts]
        return self._listed(request, page, {"result_count": len(page)})

    def _search(self, request: httpx.Request) -> httpx.Response:
        root = request.url.params["query"].removeprefix("conversation_id:")
        found = [
            one for one in self.world.posts.values() if self.world.root(one).id == root and one.id != root
        ]
        return self._page(request, found, "next_token")

    # Doing

    def _create(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        text = unicodedata.normalize("NFC", body["text"].strip())
        media = body.get("media", {}).get("media_ids", [])
        if any(
            unicodedata.category(char) in ("Cc", "Cs") for char in text.replace("\n", "").replace("\t", "")
        ):
            return problem(
                400, "about:blank", "Invalid Request", "Your Tweet text holds characters of no use."
            )
        if not (text or media) or weight(text) > 280:
            return problem(403, "about:blank", "Forbidden", "Your Tweet text is too long.")
        if text in self.world.said_before:
            told = "You are not allowed to create a Tweet with duplicate content."
            return problem(403, "about:blank", "Forbidden", told)
        parent = body.get("reply", {}).get("in_reply_to_tweet_id", "")
        if parent and parent not in self.world.posts:
            told = "You attempted to reply to a Tweet that is deleted or not visible to you."
            return problem(403, "about:blank", "Forbidden", told)
        post = self.world.make(ME, text, parent=parent, media=media)
        return httpx.Response(201, json={"data": {"id": post.id, "text": self._told(post)["text"]}})

    def _delete(self, request: httpx.Request, post_id: str) -> httpx.Response:
        if self.world.posts.pop(post_id, None) is None:
            kind = "https://api.x.com/2/problems/resource-not-found"
            return problem(404, kind, "Not Found Error", "Could not find tweet.")
        return httpx.Response(200, json={"data": {"deleted": True}})

    def _repost(self, request: httpx.Request, user_id: str) -> httpx.Response:
        source = json.loads(request.content)["tweet_id"]
        if source not in self.world.posts:
            kind = "https://api.x.com/2/problems/resource-not-found"
            return problem(404, kind, "Not Found Error", "Could not find tweet.")
        if source in self.world.reposted:
            return problem(403, "about:blank", "Forbidden", "You have already retweeted this Tweet.")
        self.world.reposted.add(source)
        return httpx.Response(200, json={"data": {"retweeted": True, "rest_id": source}})

    def _unrepost(self, request: httpx.Request, user_id: str, source: str) -> httpx.Response:
        if source not in self.world.reposted:
            return problem(403, "about:blank", "Forbidden", "You have not retweeted this Tweet.")
        self.world.reposted.discard(source)
        return httpx.Response(200, json={"data": {"retweeted": False}})

    # Media

    def _begin(self, request: httpx.Request) -> httpx.Response:
        media_id = str(7000 + len(self.world.uploads))
        self.world.uploads[media_id] = {"bytes": b"", "asks": 0, **json.loads(request.content)}
        return httpx.Response(200, json={"data": {"id": media_id, "expires_after_secs": 86400}})

    def _append(self, request: httpx.Request, media_id: str) -> httpx.Response:
        self.world.uploads[media_id]["bytes"] += request.content
        return httpx.Response(200, json={"data": {"expires_at": 1}})

    def _end(self, request: httpx.Request, media_id: str) -> httpx.Response:
        return httpx.Response(200, json={"data": {"id": media_id, **self._work(media_id)}})

    def _status(self, request: httpx.Request) -> httpx.Response:
        media_id = request.url.params["media_id"]
        self.world.uploads[media_id]["asks"] += 1
        return httpx.Response(200, json={"data": {"id": media_id, **self._work(media_id)}})

    def _work(self, media_id: str) -> dict[str, Any]:
        is_done = self.world.uploads[media_id]["asks"] >= self.works_on_media
        state = {"state": "succeeded"} if is_done else {"state": "in_progress", "check_after_secs": 20}
        return {"processing_info": state}

    def _describe(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.world.uploads[body["id"]]["words"] = body["metadata"]["alt_text"]["text"]
        return httpx.Response(200, json={"data": {"id": body["id"]}})
