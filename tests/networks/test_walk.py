"""The walk through every answer finds a connector that misreads one; a small network over HTTP is walked."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from portevoix.core.http import HttpError, Transport, make_client
from portevoix.networks.connector import Connector, Options
from portevoix.networks.contracts import (
    ActorRef,
    Capabilities,
    Draft,
    Looking,
    Page,
    Profile,
    PublishedRef,
    SeenPost,
)
from portevoix.networks.errors import (
    NeedsReconnection,
    NetworkError,
    UnexpectedReply,
    from_http_error,
    from_status,
)
from portevoix.networks.registry import connector_class
from tests.networks.contract import ConnectorCase, all_cases
from tests.networks.walk import TROUBLES, Wire, claimed, walk_wire

ME = ActorRef("me")


class Postcards(Connector):
    """The smallest network that speaks HTTP: posts are put, deleted and listed."""

    key = "postcards"
    capabilities = Capabilities(
        can_publish=True, can_update=True, can_withdraw=True, looking=Looking.KEYED, can_read_posts=True
    )

    def __init__(
        self, options: Options, credentials: str = "", *, transport: Transport | None = None
    ) -> None:
        super().__init__(options, credentials, transport=transport)
        self._client = make_client(transport=transport)

    def _ask(self, method: str, path: str, now: datetime, **body: Any) -> Any:
        writes = method != "GET"
        try:
            answer = self._client.request(method, f"https://postcards.example/{path}", **body)
            if answer.is_success:
                return answer.json()
        except HttpError as problem:
            raise from_http_error(problem, writes=writes) from problem
        raise self._meaning(answer.status, answer.headers, writes=writes, now=now)

    def _meaning(
        self, status: int, headers: Mapping[str, str], *, writes: bool, now: datetime
    ) -> NetworkError:
        return from_status(status, headers, writes=writes, now=now)

    def verify(self, now: datetime) -> Profile:
        self._ask("GET", "me", now)
        return Profile(ME, now)

    def new_key(self, now: datetime) -> str:
        return "post"

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        self._ask("PUT", key, now, json={"text": draft.text})
        return PublishedRef(key, f"https://postcards.example/{key}", now)

    def find(self, draft: Draft, *, key: str, since: datetime, now: datetime) -> tuple[PublishedRef, ...]:
        return tuple(PublishedRef(one) for one in self._ask("GET", "", now) if one == key)

    def update(self, ref: PublishedRef, draft: Draft, *, now: datetime) -> PublishedRef:
        return self.publish(draft, key=ref.remote_id, now=now)

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        self._ask("DELETE", ref.remote_id, now)

    def read_posts(self, cursor: str, now: datetime) -> Page[SeenPost]:
        return Page(tuple(SeenPost(one, ME, now) for one in self._ask("GET", "", now)), cursor)


class Gullible(Postcards):
    """It takes every refusal for a lost sign-in."""

    def _meaning(
        self, status: int, headers: Mapping[str, str], *, writes: bool, now: datetime
    ) -> NetworkError:
        return NeedsReconnection(f"HTTP status {status}")


class Forgiving(Postcards):
    """To it, a post that is not there is withdrawn already."""

    def withdraw(self, ref: PublishedRef, *, now: datetime) -> None:
        try:
            super().withdraw(ref, now=now)
        except NetworkError as problem:
            if problem.detail != "HTTP status 404":
                raise


class PostcardsCase(ConnectorCase):
    """An account of which the posts lie in a dictionary."""

    speaks_http = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.posts: dict[str, str] = {}
        self.wire = Wire(self._play)

    def _play(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.strip("/")
        if request.method == "PUT":
            self.posts[name] = json.loads(request.content)["text"]
        elif request.method == "DELETE":
            self.posts.pop(name, None)
        return httpx.Response(200, json=list(self.posts))

    def connector(self) -> Postcards:
        return Postcards({}, transport=self.wire)

    def bad_options(self) -> list[Options]:
        return []


class Careful(Postcards):
    """It looks at what is there before it publishes."""

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        self._ask("GET", "", now)
        return super().publish(draft, key=key, now=now)


class Careless(Careful):
    """It takes a refusal of what it writes for one of its look."""

    def publish(self, draft: Draft, *, key: str, now: datetime) -> PublishedRef:
        try:
            return super().publish(draft, key=key, now=now)
        except NetworkError as problem:
            raise UnexpectedReply(problem.detail) from problem


def speaking() -> list[tuple[type[ConnectorCase], str]]:
    """Return (case, call) of all that connectors which speak HTTP claim, the smallest network among them."""
    connected = {case: connector_class(key) for key, case in all_cases().items() if case.speaks_http}
    played: dict[type[ConnectorCase], type[Connector]] = {PostcardsCase: Postcards, **connected}
    return [(case, name) for case, door in played.items() for name in claimed(door.capabilities)]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(("played", "name"), speaking())
def test_every_answer_of_a_server_means_the_same_for_every_call(
    data_folder: Path, played: type[ConnectorCase], name: str, trouble: str
) -> None:
    case = played(data_folder)
    with case.connector() as door:
        walk_wire(case, door, name, TROUBLES[trouble])
    case.close()


@pytest.mark.parametrize("trouble", ["302", "400", "404", "422", "429", "500"])
@pytest.mark.parametrize("name", ["publish", "read_posts"])
def test_a_connector_that_misreads_an_answer_is_found(tmp_path: Path, name: str, trouble: str) -> None:
    case = PostcardsCase(tmp_path)
    with Gullible({}, transport=case.wire) as door, pytest.raises(AssertionError):
        walk_wire(case, door, name, TROUBLES[trouble])


def test_a_network_may_give_a_status_a_meaning_of_its_own(tmp_path: Path) -> None:
    case = PostcardsCase(tmp_path)
    case.own_meanings = {("withdraw", 404): None, ("publish", 422): UnexpectedReply}
    with Forgiving({}, transport=case.wire) as door:
        walk_wire(case, door, "withdraw", TROUBLES["404"])
        with pytest.raises(AssertionError):
            walk_wire(case, door, "publish", TROUBLES["422"])


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_call_that_looks_before_it_writes_is_walked_at_both(tmp_path: Path, trouble: str) -> None:
    case = PostcardsCase(tmp_path)
    case.looks_first = frozenset({"publish"})
    with Careful({}, transport=case.wire) as door:
        walk_wire(case, door, "publish", TROUBLES[trouble])


def test_a_connector_that_misreads_an_answer_to_its_write_is_found(tmp_path: Path) -> None:
    case = PostcardsCase(tmp_path)
    case.looks_first = frozenset({"publish"})
    with Careless({}, transport=case.wire) as door, pytest.raises(AssertionError):
        walk_wire(case, door, "publish", TROUBLES["422"])
