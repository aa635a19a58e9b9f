"""Facebook, played after the examples of Meta's documentation (see the connector's NOTES.md)."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from portevoix.core.http import MaybeReceived
from tests.networks.contract import START

APP_ID, APP_SECRET = "1234567890", "kept-in-a-drawer"
PAGE, OTHER_PAGE = "546349135390552", "20531316728"
LEA, PAUL = "10150001", "10150002"
SCOPES = (
    *("pages_show_list", "pages_read_engagement", "pages_manage_posts"),
    *("pages_read_user_content", "pages_manage_engagement", "read_insights"),
)
PAGES: dict[str, dict[str, Any]] = {
    PAGE: {
        "id": PAGE,
        "name": "Marion, atelier",
        "username": "marion.atelier",
        "link": f"https://www.facebook.com/{PAGE}",
        "about": "Marion teaches. Run by the team of Atelier.",
        "website": "https://atelier.example/",
        "followers_count": 1204,
        "fan_count": 1100,
    },
    OTHER_PAGE: {"id": OTHER_PAGE, "name": "Another", "followers_count": 3, "fan_count": 3},
}


def error(code: int, message: str, status: int = 400, **more: Any) -> httpx.Response:
    """Return an answer that says what is wrong, as Meta does."""
    told = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "EJplcsCHuLu", **more}
    return httpx.Response(status, json={"error": told})


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def form_of(request: httpx.Request) -> dict[str, str]:
    """Return what a form holds, its files aside."""
    if not request.headers["content-type"].startswith("multipart/"):
        return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
    parts = re.findall(rb'name="([^"]+)"\r\n\r\n(.*?)\r\n--', request.content, re.DOTALL)
    return {name.decode(): value.decode() for name, value in parts}


@dataclass
class PlayedFacebook:
    """The Graph API for one Page; `requests` are those that came, `now` is its clock."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {"page-0"})
    codes: dict[str, str] = field(default_factory=dict)
    usage: dict[str, str] = field(default_factory=dict)
    metric: str = "post_media_view"
    now: datetime = START
    loses_answer: bool = False
    next_error: httpx.Response | None = None
    refuses: str = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, as documented."""
        request.read()
        self.requests.append(request)
        if self.next_error:
            answer, self.next_error = self.next_error, None
            return answer
        answer = self._answer(request)
        answer.headers.update(self.usage)
        if self.loses_answer:
            self.loses_answer = False
            raise MaybeReceived("lost")
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "graph.facebook.com"
        assert "access_token" not in request.url.params, "no address holds a token"
        path = request.url.path.removeprefix("/v25.0/")
        assert path != request.url.path, "a version is named"
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if path == "oauth/access_token":
            return self._token(request)
        if path == "debug_token":
            return self._debug(request, token)
        if path == "me/accounts":
            return self._accounts(request, token)
        if token not in self.tokens:
            return error(190, "Error validating access token: The session has been invalidated", 401)
        return self._routed(request, path)

    def _routed(self, request: httpx.Request, path: str) -> httpx.Response:
        routes: list[tuple[str, str, Callable[..., httpx.Response]]] = [
            ("GET", r"(\d+)", self._page),
            ("GET", r"(\d+)/published_posts", self._published),
            ("POST", r"(\d+)/feed", self._feed),
            ("POST", r"(\d+)/photos", self._photo),
            ("GET", r"(\d+_\d+)/insights", self._insights),
            ("GET", r"(\d+_\d+)/comments", self._comments),
            ("POST", r"(\d+_\d+)/comments", self._comment),
            ("GET", r"(\d+_\d+)", self._post),
            ("POST", r"(\d+_\d+)", self._change),
            ("DELETE", r"(\d+_\d+)", self._delete),
        ]
        for method, pattern, answers in routes:
            if method == request.method and (match := re.fullmatch(pattern, path)):
                return answers(request, *match.groups())
        raise AssertionError(f"nobody plays {request.method} {path}")

    # Signing in

    def agree(self, url: str) -> dict[str, str]:
        """Agree as a person at Facebook does."""
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert parts.path == "/v25.0/dialog/oauth"
        assert set(asked["scope"].split(",")) == set(SCOPES)
        self.codes["code-1"] = asked["redirect_uri"]
        return {"code": "code-1", "state": asked["state"]}

    def _token(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if (query["client_id"], query["client_secret"]) != (APP_ID, APP_SECRET):
            return error(1, "Error validating client secret.")
        if query.get("grant_type") == "fb_exchange_token":
            assert query["fb_exchange_token"] == "short"
            told = {"access_token": "long", "token_type": "bearer", "expires_in": 5_183_944}
            return httpx.Response(200, json=told)
        if self.codes.pop(query["code"], None) != query["redirect_uri"]:
            return error(100, "This authorization code has been used.", error_subcode=36009)
        return httpx.Response(200, json={"access_token": "short", "token_type": "bearer", "expires_in": 3600})

    def _debug(self, request: httpx.Request, token: str) -> httpx.Response:
        assert token == f"{APP_ID}|{APP_SECRET}"
        assert request.url.params["input_token"] == "long"
        ends_at = int((START + timedelta(days=90)).timestamp())
        told = {"app_id": APP_ID, "is_valid": True, "expires_at": ends_at, "data_access_expires_at": ends_at}
        return httpx.Response(200, json={"data": {**told, "scopes": list(SCOPES)}})

    def _accounts(self, request: httpx.Request, token: str) -> httpx.Response:
        assert token == "long"
        self.tokens |= {"page-0", "page-1"}
        rows = [{**page, "access_token": f"page-{n}"} for n, page in enumerate(PAGES.values())]
        return self._paged(request, rows)

    # Telling

    def _page(self, request: httpx.Request, page: str) -> httpx.Response:
        if page not in PAGES:
            return error(
                100, f"Unsupported get request. Object with ID '{page}' does not exist", error_subcode=33
            )
        fields = re.findall(r"\w+", request.url.params["fields"])
        return httpx.Response(
            200, json={"id": page, **{f: PAGES[page][f] for f in fields if f in PAGES[page]}}
        )

    def _paged(self, request: httpx.Request, rows: list[dict[str, Any]]) -> httpx.Response:
        start, limit = int(request.url.params.get("after", 0)), int(request.url.params["limit"])
        shown, rest = rows[start : start + limit], rows[start + limit :]
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + len(shown))}}
        if rest:
            paging["next"] = f"https://graph.facebook.com/v25.0/elsewhere?after={start + len(shown)}"
        return httpx.Response(200, json={"data": shown, "paging": paging} if shown else {"data": []})

    def _published(self, request: httpx.Request, page: str) -> httpx.Response:
        assert "message" in request.url.params["fields"]
        return self._paged(
            request, sorted(self.posts.values(), key=lambda one: one["created_time"], reverse=True)
        )

    def _post(self, request: httpx.Request, post: str) -> httpx.Response:
        if post not in self.posts:
            return self._missing("get", post)
        told = {
            "id": post,
            "reactions": {"data": [], "summary": {"total_count": 17}},
            "comments": {"data": [], "summary": {"total_count": 4}},
            "shares": {"count": 2},
        }
        return httpx.Response(200, json=told)

    def _missing(self, what: str, object_id: str) -> httpx.Response:
        words = f"Unsupported {what} request. Object with ID '{object_id}' does not exist"
        return error(100, words, error_subcode=33)

    def _insights(self, request: httpx.Request, post: str) -> httpx.Response:
        metric = request.url.params["metric"]
        if metric != self.metric:
            return error(100, "(#100) The value must be a valid insights metric")
        row = {"name": metric, "period": "lifetime", "values": [{"value": 310}], "id": f"{post}/insights"}
        return httpx.Response(200, json={"data": [row]})

    # Writing

    def _feed(self, request: httpx.Request, page: str) -> httpx.Response:
        form = form_of(request)
        message = form.get("message", "")
        attached = [
            json.loads(value)["media_fbid"] for name, value in form.items() if "attached_media" in name
        ]
        if not message.strip() and not attached:
            return error(100, "Missing message or attachment")
        if len(message.encode("utf-16-le")) // 2 > 63_206:
            return error(100, "message is too long", error_user_msg="Your text is too long.")
        if message and message == self.refuses:
            return error(506, "Duplicate status message", error_user_msg="This was posted already.")
        assert all(one in self.photos for one in attached)
        made = self.make(message, self.now, pictures=len(attached))
        return httpx.Response(200, json={"id": made})

    def make(self, message: str, at: datetime, pictures: int = 0) -> str:
        """Put a post there, made at `at`; return its id."""
        post = f"{PAGE}_{1_116_689_038_356_556 + len(self.posts)}"
        told: dict[str, Any] = {"id": post, "created_time": written(at)}
        told["permalink_url"] = f"https://www.facebook.com/{PAGE}/posts/{post.partition('_')[2]}"
        if message:
            told["message"] = message
        if pictures:
            told["attachments"] = {"data": [{"media_type": "photo" if pictures == 1 else "album"}]}
        self.posts[post] = told
        return post

    def _photo(self, request: httpx.Request, page: str) -> httpx.Response:
        form = form_of(request)
        assert form["published"] == "false"
        number = str(10_150_000_000 + len(self.photos))
        self.photos[number] = form["alt_text_custom"]
        return httpx.Response(200, json={"id": number})

    def _change(self, request: httpx.Request, object_id: str) -> httpx.Response:
        if object_id not in self.posts:
            return self._missing("post", object_id)
        self.posts[object_id]["message"] = form_of(request)["message"]
        return httpx.Response(200, json={"success": True})

    def _delete(self, request: httpx.Request, object_id: str) -> httpx.Response:
        found = self.posts.pop(object_id, None)
        for each in self.comments.values():
            if any(one["id"] == object_id for one in each):
                found = {}
                each[:] = [one for one in each if one["id"] != object_id]
        return (
            self._missing("delete", object_id)
            if found is None
            else httpx.Response(200, json={"success": True})
        )

    # Comments

    def _comments(self, request: httpx.Request, target: str) -> httpx.Response:
        assert request.url.params["order"] == "reverse_chronological"
        rows = list(self.comments.get(target, []))
        if request.url.params["filter"] == "stream":
            rows += [below for one in rows for below in self.comments.get(one["id"], [])]
        return self._paged(request, sorted(rows, key=lambda one: one["created_time"], reverse=True))

    def _comment(self, request: httpx.Request, target: str) -> httpx.Response:
        made = self.say(target, PAGE, form_of(request)["message"], self.now)
        return httpx.Response(200, json={"id": made})

    def say(self, target: str, who: str, message: str, at: datetime) -> str:
        """Let somebody comment on a post; return the id of the comment."""
        number = 9_000_000_000 + sum(len(each) for each in self.comments.values())
        told: dict[str, Any] = {
            "id": f"{target.partition('_')[2]}_{number}",
            "message": message,
            "created_time": written(at),
        }
        if who:
            told["from"] = {"id": who, "name": f"Person {who}"}
        self.comments.setdefault(target, []).append(told)
        return str(told["id"])

    def react(self, post: str) -> list[datetime]:
        """Let 60 comments be written under a post; return instants by which ever more were."""
        start = datetime.fromisoformat(self.posts[post]["created_time"])
        for number in range(60):
            at = start + timedelta(minutes=10 * (number + 1))
            self.say(post, (LEA, PAUL, "")[number % 3], f"Réponse n° {number} 👏", at)
        self.say(post, PAGE, "We thank you.", start + timedelta(minutes=5))
        return [start + timedelta(hours=hours) for hours in (1, 2, 7, 9, 30)]
