"""LinkedIn's API, and nothing else. The calls, with the page that describes each, are in NOTES.md."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from portevoix.core.http import Answer, Client, HttpError
from portevoix.networks.calls import Calls
from portevoix.networks.editions import name_of
from portevoix.networks.errors import (
    AccessExpired,
    NeedsReconnection,
    NetworkError,
    OutcomeUnknown,
    UnexpectedReply,
    from_http_error,
)
from portevoix.networks.linkedin.problems import is_day_over, meaning, paused_until, reason_of
from portevoix.networks.meter import Meter
from portevoix.networks.oauth import Grant

BASE: Final = "https://api.linkedin.com"
PAGE: Final = 50
_MOST_PAGES: Final = 40
_STATISTICS: Final = "/rest/organizationalEntityShareStatistics"
_OWN_HOSTS: Final = ".linkedin.com"
_PROTOCOL: Final = "2.0.0"
Told = Mapping[str, Any]


class LinkedInClient:
    """LinkedIn as one sign-in meets it. Every method may raise a NetworkError."""

    def __init__(self, client: Client, grant: Grant, meter: Meter) -> None:
        self._client = client
        self._calls = Calls(client, BASE, meaning=self._meaning, reason=reason_of)
        self.grant = grant
        self._meter, self._window = meter, ""

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    # Asking

    def read(self, path: str, *, now: datetime, method: str = "") -> Told:
        """Return the object that a question is answered with; `method` is the Rest.li method to be named."""
        answer = self.ask("GET", path, now=now, restli=method)
        try:
            told = answer.json()
        except HttpError as problem:
            raise from_http_error(problem, writes=False) from problem
        if not isinstance(told, dict):
            raise UnexpectedReply("an answer that is no object")
        return told

    def create(self, path: str, body: Told, *, now: datetime) -> Answer:
        """Make something; its id is in the header `x-restli-id` of the answer."""
        return self.ask("POST", path, now=now, json=body)

    def ask(self, method: str, path: str, *, now: datetime, restli: str = "", **request: Any) -> Answer:
        """Return the answer to one request, counted among those of its day."""
        resource = path.partition("?")[0].split("/")[2]
        self._window = f"{method} {resource}"
        self._meter.require(self._window, now=now)
        headers = {"authorization": f"Bearer {self.grant.access}"}
        if path.startswith("/rest/"):
            headers |= {"linkedin-version": self._version(now), "x-restli-protocol-version": _PROTOCOL}
        if restli:
            headers["x-restli-method"] = restli
        try:
            writes = method != "GET"
            return self._calls.ask(method, path, now=now, writes=writes, headers=headers, **request)
        except NeedsReconnection as refused:
            if self.grant.refresh and self.grant.ends_at and self.grant.ends_at <= now:
                raise AccessExpired(refused.detail) from refused
            raise

    def put(self, address: str, content: bytes, media_type: str, now: datetime) -> None:
        """Put bytes where LinkedIn said that they go. Nobody but LinkedIn is shown the token."""
        headers = {"content-type": media_type}
        if (urlsplit(address).hostname or "").endswith(_OWN_HOSTS):
            headers["authorization"] = f"Bearer {self.grant.access}"
        self._calls.ask("PUT", address, now=now, writes=True, headers=headers, content=content)

    def _version(self, now: datetime) -> str:
        version = name_of("linkedin", "version", now)
        if not version:
            raise UnexpectedReply("no version of LinkedIn's API is known here")
        return version

    def _meaning(self, answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
        """Note that a day's calls are used up; and say what the answer means."""
        if is_day_over(answer):
            self._meter.told(self._window, 0, paused_until(answer, now))
        return meaning(answer, writes, now)

    def pages(self, path: str, *, now: datetime, method: str = "") -> Iterator[list[Told]]:
        """Yield the pages of a list, in LinkedIn's order."""
        joint = "&" if "?" in path else "?"
        for number in range(_MOST_PAGES):
            told = self.read(f"{path}{joint}start={number * PAGE}&count={PAGE}", now=now, method=method)
            elements = told["elements"]
            if not isinstance(elements, list):
                raise TypeError
            yield elements
            if len(elements) < PAGE:
                return

    # Accounts

    def me(self, now: datetime) -> Told:
        """Return the person who signed in."""
        return self.read("/v2/me", now=now)

    def administered(self, now: datetime) -> list[str]:
        """Return the numbers of the organizations, brands among them, of which the person is administrator."""
        path = "/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED"
        rows = [one for page in self.pages(path, now=now, method="FINDER") for one in page]
        told = (str(one.get("organization") or one["organizationTarget"]) for one in rows)
        return list(dict.fromkeys(urn.rpartition(":")[2] for urn in told))

    def organization(self, number: str, now: datetime) -> Told:
        """Return an organization."""
        return self.read(f"/rest/organizations/{quoted(number)}", now=now)

    def followers(self, urn: str, now: datetime) -> int:
        """Return how many follow an organization."""
        path = f"/rest/networkSizes/{quoted(urn)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        return int(self.read(path, now=now)["firstDegreeSize"])

    # Posts

    def posts(self, author: str, now: datetime) -> Iterator[list[Told]]:
        """Yield pages of what an account published, newest first."""
        path = f"/rest/posts?author={quoted(author)}&q=author&sortBy=CREATED"
        return self.pages(path, now=now, method="FINDER")

    def comments(self, target: str, now: datetime) -> Iterator[list[Told]]:
        """Yield pages of the comments on a post, or on a comment."""
        return self.pages(f"/rest/socialActions/{quoted(target)}/comments", now=now)

    def statistics(self, organization: str, posts: Iterable[str], now: datetime) -> list[Told]:
        """Return what LinkedIn counts of those posts of an organization, as far as it counts them."""
        asked = f"{_STATISTICS}?q=organizationalEntity&organizationalEntity={quoted(organization)}"
        urns = list(posts)
        for name, kind in (("shares", "urn:li:share:"), ("ugcPosts", "urn:li:ugcPost:")):
            if chosen := ",".join(quoted(one) for one in urns if one.startswith(kind)):
                asked += f"&{name}=List({chosen})"
        return list(self.read(asked, now=now)["elements"])


def quoted(urn: str) -> str:
    """Return an id as it stands in an address."""
    return quote(urn, safe="")


def made(answer: Answer) -> str:
    """Return the id of what was made. Raises OutcomeUnknown when the answer does not tell it."""
    urn: str = answer.headers.get("x-restli-id", "")
    if not urn:
        raise OutcomeUnknown("an answer without the id of what was made")
    return urn
