"""What everybody sees of the stand-in: posts with their counts, threads, profiles, and who did what to whom."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.networks.bluesky.accounts import POST, Account, Record, Refusal, digest, invalid

LIKE, REPOST, FOLLOW = "app.bsky.feed.like", "app.bsky.feed.repost", "app.bsky.graph.follow"
GIVEN = {LIKE: "like", REPOST: "repost", FOLLOW: "follow"}
Params = httpx.QueryParams


def iso(at: datetime) -> str:
    """Return an instant as the network writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class View:
    """All accounts, as the service that knows all servers tells them. `most` is what a page holds."""

    def __init__(self, accounts: dict[str, Account]) -> None:
        self._accounts = accounts
        self.most = 7
        self.unseen: set[str] = set()
        """Keys of records that have not come in yet: the view of all is a moment behind."""

    def answer(self, name: str, viewer: Account, asked: Params) -> Any:
        """Return what a query is answered."""
        query = getattr(self, f"_{name.rpartition('.')[2]}", None)
        if not query:
            raise Refusal(501, "MethodNotImplemented", "Method Not Implemented")
        return query(viewer, asked)

    def record(self, uri: str) -> tuple[Account, Record] | None:
        """Return whose record it is, and the record."""
        match = re.fullmatch(r"at://([^/]+)/([^/]+)/([^/]+)", uri)
        account = self._accounts.get(match[1]) if match else None
        value = account.records.get((match[2], match[3])) if account and match else None
        return (account, value) if account and value else None

    def everything(self, collection: str) -> Iterator[tuple[str, Account, Record]]:
        """Yield (address, account, record) of all records of a collection."""
        for account in self._accounts.values():
            for key, value in account.of(collection):
                if key not in self.unseen:
                    yield account.uri(collection, key), account, value

    def _to(self, collection: str, target: str) -> list[tuple[str, Account, Record]]:
        found = self.everything(collection)
        return [one for one in found if target in (one[2]["subject"], dict_of(one[2]["subject"]).get("uri"))]

    def _page(self, items: list[Any], asked: Params, of: str) -> Record:
        first = int(asked.get("cursor", 0))
        last = first + min(int(asked.get("limit", 50)), self.most)
        return {of: items[first:last], **({"cursor": str(last)} if last < len(items) else {})}

    # Accounts

    def _basic(self, account: Account) -> Record:
        return {"did": account.did, "handle": account.handle, "displayName": account.name}

    def _profile(self, account: Account, viewer: Account) -> Record:
        followed = {uri for uri, who, _value in self._to(FOLLOW, account.did) if who is viewer}
        return self._basic(account) | {
            "description": account.description,
            "website": account.website,
            "followersCount": len(self._to(FOLLOW, account.did)),
            "followsCount": len(account.of(FOLLOW)),
            "postsCount": len(account.of(POST)),
            "viewer": {"following": followed.pop()} if followed else {},
        }

    def _getProfile(self, viewer: Account, asked: Params) -> Record:  # noqa: N802  (the network's own names)
        named = asked["actor"]
        found = [one for one in self._accounts.values() if named in (one.did, one.handle)]
        if not found:
            raise invalid("Profile not found")
        return self._profile(found[0], viewer)

    def _getProfiles(self, viewer: Account, asked: Params) -> Record:  # noqa: N802
        dids = [did for did in asked.get_list("actors") if did in self._accounts]
        return {"profiles": [self._profile(self._accounts[did], viewer) for did in dids]}

    def _getFollowers(self, _viewer: Account, asked: Params) -> Record:  # noqa: N802
        found = [self._basic(who) for _uri, who, _value in self._to(FOLLOW, asked["actor"])]
        return self._page(found, asked, "followers")

    # Posts

    def _post(self, uri: str, viewer: Account) -> Record | None:
        found = self.record(uri)
        if not found or POST not in uri:
            return None
        author, value = found
        given = {GIVEN[kind]: self._to(kind, uri) for kind in (LIKE, REPOST)}
        mine = {name: of for name, acts in given.items() for of, who, _value in acts if who is viewer}
        return {
            "uri": uri,
            "cid": digest(value),
            "author": self._basic(author),
            "record": value,
            "indexedAt": value["createdAt"],
            "likeCount": len(given["like"]),
            "repostCount": len(given["repost"]),
            "replyCount": len(self._answers(uri)),
            "quoteCount": sum(quoted(one) == uri for _uri, _who, one in self.everything(POST)),
            "viewer": mine,
        }

    def _answers(self, uri: str) -> list[str]:
        return [of for of, _who, value in self.everything(POST) if "reply" in value and parent(value) == uri]

    def _getPosts(self, viewer: Account, asked: Params) -> Record:  # noqa: N802
        uris = asked.get_list("uris")
        if len(uris) > 25 or not all(uri.startswith("at://") for uri in uris):
            raise invalid("Error: uris must not have more than 25 elements")
        return {"posts": [post for uri in uris if (post := self._post(uri, viewer))]}

    def _getPostThread(self, viewer: Account, asked: Params) -> Record:  # noqa: N802
        return {"thread": self._node(asked["uri"], viewer)}

    def _node(self, uri: str, viewer: Account) -> Record:
        post = self._post(uri, viewer)
        if not post:
            raise Refusal(400, "NotFound", f"Post not found: {uri}")
        replies = [self._node(answer, viewer) for answer in self._answers(uri)]
        gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri + "gone", "notFound": True}
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": post, "replies": [*replies, gone]}

    def _getLikes(self, _viewer: Account, asked: Params) -> Record:  # noqa: N802
        found = [{"actor": self._basic(who)} for _uri, who, _value in self._to(LIKE, asked["uri"])]
        return self._page(found, asked, "likes")

    def _getRepostedBy(self, _viewer: Account, asked: Params) -> Record:  # noqa: N802
        found = [self._basic(who) for _uri, who, _value in self._to(REPOST, asked["uri"])]
        return self._page(found, asked, "repostedBy")

    # Notifications

    def _listNotifications(self, viewer: Account, asked: Params) -> Record:  # noqa: N802
        told = sorted(self._notified(viewer), key=lambda one: one["indexedAt"], reverse=True)
        before = asked.get("cursor", "9")
        left = [one for one in told if one["indexedAt"] < before]
        page = left[: min(int(asked.get("limit", 50)), self.most)]
        more = {"cursor": page[-1]["indexedAt"]} if len(left) > len(page) else {}
        return {"notifications": page, **more}

    def _notified(self, viewer: Account) -> Iterator[Record]:
        for collection, reason in GIVEN.items():
            for uri, who, value in self.everything(collection):
                subject = dict_of(value["subject"]).get("uri", "")
                concerned = subject.split("/")[2] if subject else value["subject"]
                if concerned == viewer.did and who is not viewer:
                    yield self._notification(uri, who, value, reason, subject)
        for uri, who, value in self.everything(POST):
            reason, subject = self._reason(value, viewer)
            if reason and who is not viewer:
                yield self._notification(uri, who, value, reason, subject)

    def _reason(self, post: Record, viewer: Account) -> tuple[str, str]:
        """Return why a post is told to an account (one reason a post), and about which of its posts."""
        features = [one for facet in post.get("facets", []) for one in facet["features"]]
        if any(one.get("did") == viewer.did for one in features):
            return "mention", ""
        if viewer.did in quoted(post):
            return "quote", quoted(post)
        above = parent(post)
        while above:
            if viewer.did in above:
                return "reply", above
            found = self.record(above)
            above = parent(found[1]) if found else ""
        return "", ""

    def _notification(self, uri: str, who: Account, value: Record, reason: str, subject: str) -> Record:
        told: Record = {"uri": uri, "cid": digest(value), "author": self._basic(who), "reason": reason}
        told |= {"record": value, "isRead": False, "indexedAt": value["createdAt"]}
        return told | ({"reasonSubject": subject} if subject else {})


def dict_of(value: object) -> Record:
    """Return `value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def parent(post: Record) -> str:
    """Return the post that a post answers, '' for none."""
    return str(dict_of(dict_of(post.get("reply")).get("parent")).get("uri", ""))


def quoted(post: Record) -> str:
    """Return the post that a post quotes, '' for none."""
    inner = dict_of(dict_of(post.get("embed")).get("record"))
    return str(dict_of(inner.get("record", inner)).get("uri", ""))
