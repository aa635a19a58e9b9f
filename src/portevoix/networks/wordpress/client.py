"""The REST API of one WordPress site, spoken by one of its authors."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Final

from portevoix.core.http import Answer, HttpError, Transport, make_client
from portevoix.networks.articles import Picture
from portevoix.networks.calls import SUCCESSES, Calls, understood
from portevoix.networks.contracts import Media
from portevoix.networks.errors import ContentRefused, NetworkError, RateLimited, UnexpectedReply
from portevoix.networks.wordpress.config import Login, Site
from portevoix.networks.wordpress.discovery import index_of, is_plain

PAGE: Final = 100
"""Items a page: the most that a site gives."""
PUBLIC: Final = ("publish", "future")
"""The states of what everybody sees, or will by itself."""
ANY_STATE: Final = "publish,future,draft,pending,private,trash"
"""All of them by name: what WordPress calls `any` leaves out the trash."""
_FLOOD_PAUSE: Final = timedelta(minutes=1)
_UPLOAD_SECONDS: Final = 60.0
"""A site makes several sizes of a picture before it answers."""
_TAILS: Final = tuple(f"{twin}{trash}" for twin in ("", "-2", "-3", "-4") for trash in ("", "__trashed"))
"""What a site adds to a slug: a number where it is taken, a word in the trash."""
_MEDIA_NAMES: Final = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
_ENTRY: Final = "id,slug,status,link,date_gmt"
_ARTICLE: Final = f"{_ENTRY},author,title.raw,content.raw"
_COMMENT: Final = "id,post,parent,author,author_name,author_url,date_gmt,link,content,status"


GONE: Final = frozenset({"rest_post_invalid_id", "rest_comment_invalid_id", "rest_already_trashed"})
"""The codes of what is not on the site any more."""
DUPLICATE: Final = "comment_duplicate"
_NO_TRASH: Final = "rest_trash_not_supported"
_NAMED: Final = frozenset(
    {*((404, code) for code in GONE), (410, "rest_already_trashed"), (409, DUPLICATE), (501, _NO_TRASH)}
)


class SiteRefused(ContentRefused):
    """The site refuses, and names why in a `code` of its own."""

    def __init__(self, detail: str, *, reason: str, code: str) -> None:
        super().__init__(detail, reason=reason)
        self.code = code


def _told(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except HttpError:
        return {}
    return found if isinstance(found, dict) else {}


def _reason(answer: Answer) -> str:
    """Return the site's own sentence, in the site's language."""
    return unescape(str(_told(answer).get("message", "")))


def _meaning(answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
    """Return what a refusal means that has a name of WordPress's own."""
    code = str(_told(answer).get("code", ""))
    detail = f"HTTP status {answer.status} {code}"[:200]
    if code == "rest_no_route" and not writes:
        # The site has no such part of the API: that says nothing of an article.
        return UnexpectedReply(detail)
    if not writes or not code:
        return None
    if (answer.status, code) == (400, "comment_flood"):
        return RateLimited(now + _FLOOD_PAUSE, detail)
    # Whoever is signed in and may not do this gets 403: signing in again would change nothing.
    if (answer.status, code) in _NAMED or answer.status == 403:  # noqa: PLR2004
        return SiteRefused(detail, reason=_reason(answer), code=code)
    return None


class WordPressClient:
    """What may be asked of a site. Times are UTC, as sites tell them in their `…_gmt` fields."""

    def __init__(self, site: Site, login: Login, transport: Transport | None = None) -> None:
        self._site = site
        self._http = make_client(transport=transport)
        self._calls = Calls(self._http, site.root, meaning=_meaning, reason=_reason)
        self._login = login

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def index(self, now: datetime) -> dict[str, Any]:
        """Return what the site tells of itself."""
        return index_of(self._http, self._site.root, now)

    def me(self, now: datetime) -> dict[str, Any]:
        """Return the author whose login this is, with what the site lets the author do."""
        return self._one(self._ask("GET", "users/me", now, query={"context": "edit"}))

    def user(self, number: int, now: datetime) -> dict[str, Any]:
        """Return what everybody may know of an author."""
        return self._one(self._ask("GET", f"users/{number}", now))

    def under(self, slug: str, now: datetime, states: str = ANY_STATE) -> list[dict[str, Any]]:
        """Return the posts of that slug, or of it with a tail that sites add, in those states; oldest first."""
        slugs = ",".join(f"{slug}{tail}" for tail in _TAILS)
        query = {"slug": slugs, "status": states, "_fields": _ENTRY, "per_page": PAGE}
        found = self._many(self._ask("GET", "posts", now, query=query))
        with understood(writes=False):
            told = [{**one, "status": str(one["status"])} for one in found]
        return sorted(told, key=lambda one: int(one["id"]))

    def create(self, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Make a post and return it."""
        return self._one(self._ask("POST", "posts", now, json=fields), writes=True)

    def change(self, number: int, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Change a post and return it. Raises SiteRefused when it is gone."""
        return self._one(self._ask("POST", f"posts/{number}", now, json=fields), writes=True)

    def remove(self, kind: str, number: int, now: datetime, *, for_good: bool = False) -> None:
        """Put a post or comment (`kind` of the API, 'posts') into the trash; what is gone already stays gone.

        Where the site has no trash, or `for_good`, it is deleted.
        """
        query = {"force": "true"} if for_good else {}
        try:
            self._ask("DELETE", f"{kind}/{number}", now, query=query)
        except SiteRefused as refused:
            if refused.code in GONE:
                return
            if refused.code != _NO_TRASH or for_good:
                raise
            self.remove(kind, number, now, for_good=True)

    def upload(self, media: Media, name: str, now: datetime) -> tuple[int, Picture]:
        """Put a picture into the site's library, with its words, in one request."""
        file = (f"{name}.{_MEDIA_NAMES.get(media.media_type, 'bin')}", media.content, media.media_type)
        words = {"alt_text": media.alternative_text}
        told = self._one(
            self._ask("POST", "media", now, files={"file": file}, data=words, seconds=_UPLOAD_SECONDS),
            writes=True,
        )
        with understood(writes=True):
            return int(told["id"]), Picture(str(told["source_url"]), media.alternative_text)

    def posts_after(
        self, author: int, after: datetime | None, page: int, now: datetime
    ) -> list[dict[str, Any]]:
        """Return a page of an author's posts that are or will be public, oldest first, as they were written."""
        query = {"author": author, "status": ",".join(PUBLIC), "context": "edit", "_fields": _ARTICLE}
        return self._page("posts", {**query, "orderby": "date"}, after, page, now)

    def posts(self, numbers: Collection[int | str], now: datetime) -> list[dict[str, Any]]:
        """Return those of the posts that are public."""
        query = {"include": _joined(numbers), "status": "publish", "context": "edit", "_fields": _ARTICLE}
        return self._many(self._ask("GET", "posts", now, query={**query, "per_page": PAGE}))

    def scheduled(self, numbers: Collection[int | str], now: datetime) -> list[dict[str, Any]]:
        """Return those of the posts that are public, or will be by themselves."""
        query = {
            "include": _joined(numbers),
            "status": "publish,future",
            "context": "edit",
            "_fields": _ARTICLE,
        }
        return self._many(self._ask("GET", "posts", now, query={**query, "per_page": PAGE}))

    def comments_after(self, after: datetime | None, page: int, now: datetime) -> list[dict[str, Any]]:
        """Return a page of the site's comments, those that wait for approval too, each with its post's author."""
        return self._page("comments", _WITH_POST, after, page, now)

    def comments(self, numbers: Collection[int | str], now: datetime) -> list[dict[str, Any]]:
        """Return those of the comments that are approved, or wait for it."""
        query = {**_WITH_POST, "include": _joined(numbers), "per_page": PAGE}
        return self._many(self._ask("GET", "comments", now, query=query))

    def thread(self, post: int, page: int, now: datetime) -> list[dict[str, Any]]:
        """Return a page of the approved comments on a post, the oldest first."""
        query = {"post": post, "status": "approve", "_fields": _COMMENT, "orderby": "date_gmt"}
        return self._page("comments", query, None, page, now)

    def own_comments(self, post: int, parent: int, author: int, now: datetime) -> list[dict[str, Any]]:
        """Return what an author answered to one comment, or to the post itself (`parent` 0)."""
        query = {"post": post, "parent": parent, "author": author, "status": "all", "_fields": _COMMENT}
        return self._many(self._ask("GET", "comments", now, query={**query, "per_page": PAGE}))

    def comment_count(self, post: int, now: datetime) -> int:
        """Return how many comments on a post are approved."""
        query = {"post": post, "status": "approve", "per_page": 1, "_fields": "id"}
        answer = self._ask("GET", "comments", now, query=query)
        with understood(writes=False):
            return int(answer.headers["x-wp-total"])

    def answer(self, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Comment, and return the comment. Raises SiteRefused when it stands there already."""
        return self._one(self._ask("POST", "comments", now, json=fields), writes=True)

    def change_comment(self, number: int, words: str, now: datetime) -> dict[str, Any]:
        """Change a comment and return it. Raises SiteRefused when it is gone."""
        return self._one(self._ask("POST", f"comments/{number}", now, json={"content": words}), writes=True)

    def _page(
        self, kind: str, query: Mapping[str, Any], after: datetime | None, page: int, now: datetime
    ) -> list[dict[str, Any]]:
        since = {"after": f"{after:%Y-%m-%dT%H:%M:%SZ}"} if after else {}
        whole = {**query, **since, "order": "asc", "page": page, "per_page": PAGE}
        # A page past the last one is refused for posts, and empty for comments.
        takes = SUCCESSES | {400} if page > 1 else SUCCESSES
        answer = self._ask("GET", kind, now, query=whole, takes=takes)
        if answer.status == 400 and _told(answer).get("code") == "rest_post_invalid_page_number":  # noqa: PLR2004
            return []
        return self._many(answer)

    def _ask(
        self,
        method: str,
        route: str,
        now: datetime,
        *,
        query: Mapping[str, Any] | None = None,
        takes: Collection[int] = SUCCESSES,
        **body: Any,
    ) -> Answer:
        root, params = self._site.root, dict(query or {})
        if is_plain(root):
            root, params = root.partition("?")[0], {"rest_route": f"/wp/v2/{route}", **params}
        else:
            root = f"{root.rstrip('/')}/wp/v2/{route}"
        headers = {"authorization": self._login.header(), "accept": "application/json"}
        return self._calls.ask(
            method, root, now=now, writes=method != "GET", takes=takes, params=params, headers=headers, **body
        )

    def _one(self, answer: Answer, *, writes: bool = False) -> dict[str, Any]:
        with understood(writes=writes):
            found = _whole(answer)
            return {**found, "id": int(found["id"])}

    def _many(self, answer: Answer) -> list[dict[str, Any]]:
        with understood(writes=False):
            return [{**found, "id": int(found["id"])} for found in _whole(answer)]


_WITH_POST: Final = {
    "status": "all",
    "orderby": "date_gmt",
    "_embed": "up",
    "_fields": f"{_COMMENT},_links,_embedded",
}


def _whole(answer: Answer) -> Any:
    """Return the JSON of an answer. Raises ValueError when it is none, for `understood` to read."""
    try:
        return answer.json()
    except HttpError as problem:
        raise ValueError(str(problem)) from None


def _joined(numbers: Collection[int | str]) -> str:
    return ",".join(str(number) for number in numbers)
