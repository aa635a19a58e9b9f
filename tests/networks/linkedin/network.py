"""LinkedIn, played after the examples of its documentation (see the connector's NOTES.md).

It insists on what LinkedIn insists on: headers, versions, ids quoted in addresses, escaped texts, roles.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from portevoix.core.http import MaybeReceived
from portevoix.networks.linkedin.text import length_of, plain
from tests.networks.contract import START

CLIENT_ID, CLIENT_SECRET = "app-of-ours", "kept-in-a-drawer"
PAGE, SHOWCASE, ELSEWHERE = (
    "urn:li:organization:5515715",
    "urn:li:organization:2414183",
    "urn:li:organization:1",
)
LEA, PAUL, OWNER = "urn:li:person:lea1", "urn:li:person:paul2", "urn:li:person:own3r"
UPLOADS = "https://www.linkedin.com/dms-uploads"
SCOPE = (
    "r_basicprofile,w_member_social,rw_organization_admin,r_organization_social,w_organization_social,"
    "r_organization_social_feed,w_organization_social_feed"
)
ORGANIZATIONS: dict[str, dict[str, Any]] = {
    PAGE: {
        "id": 5515715,
        "localizedName": "Atelier Marion",
        "vanityName": "atelier-marion",
        "localizedWebsite": "https://atelier.example/",
        "localizedDescription": "Marion teaches. Run by the team of Atelier.",
        "primaryOrganizationType": "NONE",
    },
    SHOWCASE: {
        "id": 2414183,
        "localizedName": "Atelier, the courses",
        "vanityName": "atelier-courses",
        "primaryOrganizationType": "BRAND",
    },
    ELSEWHERE: {"id": 1, "localizedName": "Elsewhere", "vanityName": "elsewhere"},
}
_RESERVED = re.compile(r"(?<!\\)[|{}@\[\]()<>#*_~]")
_ELEMENTS = re.compile(r"@\[[^\]]*\]\(urn:li:[^)]*\)|\{hashtag\|\\#\|[^}]*\}|\\.", re.DOTALL)


def problem(status: int, code: str, message: str) -> httpx.Response:
    """Return an answer that says what is wrong, as LinkedIn does."""
    return httpx.Response(status, json={"status": status, "code": code, "message": message})


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@dataclass
class PlayedLinkedIn:
    """LinkedIn's API for one sign-in; `requests` are those that came, `now` is its clock."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    access: set[str] = field(default_factory=lambda: {"access-0"})
    refresh: set[str] = field(default_factory=lambda: {"refresh-0"})
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    gives_refresh: bool = True
    now: datetime = START
    loses_answer: bool = False
    limits_rate: str = ""
    refuses: str = ""
    next_upload: str = ""
    granted: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, as documented."""
        request.read()
        self.requests.append(request)
        if self.limits_rate:
            message, self.limits_rate = self.limits_rate, ""
            return problem(429, "TOO_MANY_REQUESTS", message)
        answer = self._answer(request)
        answer.headers["date"] = self.now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        if self.loses_answer:
            self.loses_answer = False
            raise MaybeReceived("lost")
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/v2/accessToken":
            return self._token(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.access:
            return problem(401, "REVOKED_ACCESS_TOKEN", "The token has been revoked by the user")
        if request.url.host == "www.linkedin.com":
            return self._put(request)
        if request.url.path.startswith("/rest/"):
            assert request.headers["x-restli-protocol-version"] == "2.0.0"
            if request.headers["linkedin-version"] < "202507":
                return problem(426, "NONEXISTENT_VERSION", "Requested version is not active")
        return self._routed(request)

    def _routed(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        routes: list[tuple[str, str, Callable[..., httpx.Response]]] = [
            ("GET", r"/v2/me", self._me),
            ("GET", r"/rest/organizationAcls", self._acls),
            ("GET", r"/rest/organizations/(\d+)", self._organization),
            ("GET", r"/rest/networkSizes/([^/]+)", self._size),
            ("GET", r"/rest/organizationalEntityShareStatistics", self._statistics),
            ("GET", r"/rest/posts", self._find),
            ("POST", r"/rest/posts", self._create),
            ("POST", r"/rest/posts/([^/]+)", self._update),
            ("DELETE", r"/rest/posts/([^/]+)", self._delete),
            ("POST", r"/rest/images", self._announce),
            ("GET", r"/rest/images/([^/]+)", self._image),
            ("GET", r"/rest/socialActions/([^/]+)/comments", self._comments),
            ("POST", r"/rest/socialActions/([^/]+)/comments", self._comment),
            ("DELETE", r"/rest/socialActions/([^/]+)/comments/(\d+)", self._uncomment),
        ]
        for method, pattern, answers in routes:
            if method == request.method and (match := re.fullmatch(pattern, path)):
                assert not any(":" in group for group in match.groups()), "ids are quoted in addresses"
                return answers(request, *(unquote(group) for group in match.groups()))
        raise AssertionError(f"nobody plays {request.method} {path}")

    # Signing in

    def agree(self, url: str) -> dict[str, str]:
        """Agree as a person at LinkedIn does."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert "code_challenge" not in asked
        self.codes["code-1"] = asked
        return {"code": "code-1", "state": asked["state"]}

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return httpx.Response(401, json={"error": "invalid_client"})
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh:
                words = "The provided authorization grant or refresh token is invalid, expired or revoked."
                return httpx.Response(400, json={"error": "invalid_request", "error_description": words})
            return self._grant()
        asked = self.codes.pop(form["code"], None)
        if not asked or asked["redirect_uri"] != form["redirect_uri"]:
            words = "appid/redirect uri/code verifier does not match authorization code."
            return httpx.Response(400, json={"error": "invalid_request", "error_description": words})
        return self._grant()

    def _grant(self) -> httpx.Response:
        self.granted += 1
        access = f"access-{self.granted}"
        self.access.add(access)
        told: dict[str, Any] = {"access_token": access, "expires_in": 5_184_000, "scope": SCOPE}
        if self.gives_refresh:
            told |= {"refresh_token": "refresh-0", "refresh_token_expires_in": 31_536_000}
        return httpx.Response(200, json=told)

    # Accounts

    def _me(self, request: httpx.Request) -> httpx.Response:
        names = {"localizedFirstName": "Béatrice", "localizedLastName": "Aubrac", "vanityName": "beatrice-a"}
        return httpx.Response(200, json={"id": "own3r", **names})

    def _acls(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        assert (query["q"], query["role"], query["state"]) == ("roleAssignee", "ADMINISTRATOR", "APPROVED")
        rows = [
            {"organization": urn, "role": "ADMINISTRATOR", "roleAssignee": OWNER, "state": "APPROVED"}
            for urn in (PAGE, SHOWCASE.replace("organization:", "organizationBrand:"))
        ]
        return self._paged(request, rows)

    def _organization(self, request: httpx.Request, number: str) -> httpx.Response:
        found = ORGANIZATIONS.get(f"urn:li:organization:{number}")
        return httpx.Response(200, json=found) if found else problem(404, "NOT_FOUND", "No such organization")

    def _size(self, request: httpx.Request, urn: str) -> httpx.Response:
        assert request.url.params["edgeType"] == "COMPANY_FOLLOWED_BY_MEMBER"
        return httpx.Response(200, json={"firstDegreeSize": 219_145})

    def _statistics(self, request: httpx.Request) -> httpx.Response:
        query = request.url.query.decode()
        assert f"organizationalEntity={PAGE.replace(':', '%3A')}" in query
        asked = [unquote(urn) for found in re.findall(r"List\(([^)]*)\)", query) for urn in found.split(",")]
        total = {
            "uniqueImpressionsCount": 71,
            "shareCount": 3,
            "engagement": 0.07,
            "clickCount": 7,
            "likeCount": 12,
            "impressionCount": 90,
            "commentCount": 5,
        }
        rows = [
            {
                "organizationalEntity": PAGE,
                ("share" if ":share:" in urn else "ugcPost"): urn,
                "totalShareStatistics": total,
            }
            for urn in asked
            if urn in self.posts
        ]
        return httpx.Response(200, json={"paging": {"count": 10, "start": 0}, "elements": rows})

    # Posts

    def _find(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["x-restli-method"] == "FINDER"
        query = request.url.params
        assert (query["q"], query["sortBy"]) == ("author", "CREATED")
        mine = [one for one in self.posts.values() if one["author"] == query["author"]]
        return self._paged(request, sorted(mine, key=lambda one: -one["createdAt"]))

    def _paged(self, request: httpx.Request, rows: list[dict[str, Any]]) -> httpx.Response:
        start, count = int(request.url.params["start"]), int(request.url.params["count"])
        paging = {"start": start, "count": count, "links": [], "total": len(rows)}
        return httpx.Response(200, json={"paging": paging, "elements": rows[start : start + count]})

    def _create(self, request: httpx.Request) -> httpx.Response:
        told = httpx.Response(200, content=request.content).json()
        if refused := self._refused(told):
            return refused
        urn = self.make(told["author"], told["commentary"], self.now, **_beside(told))
        return httpx.Response(201, headers={"x-restli-id": urn, "x-linkedin-id": urn})

    def _refused(self, told: dict[str, Any]) -> httpx.Response | None:
        words, context = plain(told["commentary"]), told.get("reshareContext")
        assert not _RESERVED.search(_ELEMENTS.sub("", told["commentary"])), "reserved characters are escaped"
        is_empty = not (words.strip() or context or told.get("content"))
        if is_empty or length_of(words) > 3000:
            return problem(400, "FIELD_LENGTH_TOO_LONG", "commentary: length is wrong")
        if words and words == self.refuses:
            return problem(422, "DUPLICATE_POST", "Content is a duplicate of urn:li:share:1")
        if context and context["parent"] not in self.posts:
            return problem(404, "NOT_FOUND", "The post to reshare is not there")
        return None

    def make(self, author: str, commentary: str, at: datetime, **more: Any) -> str:
        """Put a post there, made at `at`; return its URN."""
        kind = "ugcPost" if more.get("content", {}).keys() & {"media", "multiImage"} else "share"
        urn = f"urn:li:{kind}:{7_000_000_000_000_000_000 + len(self.posts)}"
        told = {"id": urn, "author": author, "commentary": commentary, "lifecycleState": "PUBLISHED"}
        instants = {"createdAt": milliseconds(at) + len(self.posts), "publishedAt": milliseconds(at)}
        self.posts[urn] = {**told, **instants, **more}
        return urn

    def _update(self, request: httpx.Request, urn: str) -> httpx.Response:
        assert request.headers["x-restli-method"] == "PARTIAL_UPDATE"
        told = httpx.Response(200, content=request.content).json()
        if urn not in self.posts:
            return problem(404, "NOT_FOUND", "The post is not there")
        self.posts[urn]["commentary"] = told["patch"]["$set"]["commentary"]
        return httpx.Response(204)

    def _delete(self, request: httpx.Request, urn: str) -> httpx.Response:
        self.posts.pop(urn, None)
        return httpx.Response(204)

    # Pictures

    def _announce(self, request: httpx.Request) -> httpx.Response:
        told = httpx.Response(200, content=request.content).json()
        assert told["initializeUploadRequest"]["owner"] in (PAGE, OWNER)
        urn = f"urn:li:image:C4E10AQF{len(self.images)}"
        self.images[urn] = "WAITING_UPLOAD"
        value = {
            "uploadUrlExpiresAt": 1,
            "uploadUrl": self.next_upload or f"{UPLOADS}/{urn[13:]}",
            "image": urn,
        }
        return httpx.Response(200, json={"value": value})

    def _put(self, request: httpx.Request) -> httpx.Response:
        assert request.content
        self.images[f"urn:li:image:{request.url.path.rpartition('/')[2]}"] = "PROCESSING"
        return httpx.Response(201)

    def _image(self, request: httpx.Request, urn: str) -> httpx.Response:
        status, self.images[urn] = self.images[urn], "AVAILABLE"
        return httpx.Response(200, json={"id": urn, "owner": PAGE, "status": status})

    # Comments

    def _comments(self, request: httpx.Request, target: str) -> httpx.Response:
        return self._paged(request, self.comments.get(target, []))

    def _comment(self, request: httpx.Request, target: str) -> httpx.Response:
        told = httpx.Response(200, content=request.content).json()
        if target not in self.posts and not target.startswith("urn:li:comment:"):
            return problem(404, "NOT_FOUND", "Nothing to comment on")
        made = self.say(target, told["actor"], told["message"]["text"], self.now)
        return httpx.Response(201, json=made, headers={"x-restli-id": made["id"]})

    def say(self, target: str, actor: str, text: str, at: datetime) -> dict[str, Any]:
        """Let somebody comment on a post, or on a comment."""
        number = str(6_636_062_862_760_562_688 + sum(len(each) for each in self.comments.values()))
        found = re.search(r"\d{19}", target)
        thread = f"urn:li:activity:{found[0] if found else 0}"
        made = {
            "id": number,
            "actor": actor,
            "object": thread,
            "commentUrn": f"urn:li:comment:({thread},{number})",
            "created": {"actor": actor, "time": milliseconds(at)},
            "lastModified": {"actor": actor, "time": milliseconds(at)},
            "message": {"attributes": [], "text": text},
        }
        self.comments.setdefault(target, []).append(made)
        return made

    def _uncomment(self, request: httpx.Request, thread: str, number: str) -> httpx.Response:
        assert request.url.params["actor"] in (PAGE, OWNER)
        for each in self.comments.values():
            each[:] = [one for one in each if one["id"] != number]
        return httpx.Response(204)

    def react(self, urn: str) -> list[datetime]:
        """Let 30 comments be written under a post; return instants by which ever more were."""
        start = datetime.fromtimestamp(self.posts[urn]["publishedAt"] / 1000, UTC)
        for number in range(30):
            who, at = (LEA, PAUL)[number % 2], start + timedelta(minutes=20 * (number + 1))
            self.say(urn, who, f"Réponse n° {number} 👏", at)
        self.say(urn, self.posts[urn]["author"], "We thank you.", start + timedelta(minutes=5))
        return [start + timedelta(hours=hours) for hours in (1, 2, 7, 9, 30)]


def _beside(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("content", "reshareContext") if name in told}
