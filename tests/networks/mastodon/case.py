"""Mastodon as a case of the contract: a server of its own make, and one of another."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, SupportsIndex, overload

import httpx

from portevoix.core.http import MaybeReceived
from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, Gesture, Kind, PublishedRef, Uploaded
from portevoix.networks.errors import ContentRefused, NetworkError
from portevoix.networks.mastodon.config import Token, write_token
from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks.contract import START, ConnectorCase
from tests.networks.mastodon.entities import Person, Post
from tests.networks.mastodon.other_make import OtherMake
from tests.networks.mastodon.server import Server
from tests.networks.walk import TROUBLES, Wire


class Instants(list[datetime]):
    """Instants at which one looks: taking one out sets the server's clock, since a server has only its past."""

    def __init__(self, server: Server, instants: list[datetime]) -> None:
        super().__init__(instants)
        self._server = server

    def _now(self, instant: datetime) -> datetime:
        self._server.clock = max(self._server.clock, instant)
        return instant

    def __iter__(self) -> Iterator[datetime]:
        return (self._now(instant) for instant in super().__iter__())

    @overload
    def __getitem__(self, place: SupportsIndex, /) -> datetime: ...
    @overload
    def __getitem__(self, place: slice, /) -> list[datetime]: ...
    def __getitem__(self, place: SupportsIndex | slice, /) -> datetime | list[datetime]:
        found = super().__getitem__(place)
        return self._now(found) if isinstance(found, datetime) else found


class MastodonCase(ConnectorCase):
    """Marion, on a server where people of elsewhere are known; Paul has one post."""

    make: ClassVar[type[Server]] = Server
    speaks_http = True
    own_meanings: Mapping[tuple[str, int], type[NetworkError] | None] = MappingProxyType(
        {("withdraw", 404): None, ("give_follow", 403): ContentRefused}
    )
    looks_first = frozenset({"give_like", "give_repost", "give_follow"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = self.make(START - timedelta(days=1))
        self.paul = self.server.person("paul")
        self.pauls_post = self.server.post(self.paul, "Bonjour.", self.server.clock)
        self.server.clock = START
        self.wire = self.way = Wire(self._play)
        self._loses_answer = False
        self._newcomers = 0

    def _play(self, request: httpx.Request) -> httpx.Response:
        answer, is_lost, self._loses_answer = self.server.play(request), self._loses_answer, False
        if is_lost:
            raise MaybeReceived("an answer was lost")
        return answer

    def connector(self) -> MastodonConnector:
        return MastodonConnector(self.options(), self.credentials(), transport=self.wire)

    def options(self) -> Options:
        """Return the options of the account under test."""
        me = self.server.me
        address = self.server.account(me).get("uri") or self.server.account(me)["url"]
        return {"server": f"https://{self.server.host}", "account_id": me.local_id, "account": address}

    def credentials(self) -> str:
        """Return what is kept of the sign-in."""
        scopes = frozenset(self.server.tokens.get(self.server.token, "").split())
        return write_token(Token(self.server.token, scopes))

    def secret(self) -> str:
        return self.server.token

    def bad_options(self) -> list[Options]:
        good = self.options()
        return [
            {},
            {**good, "colour": "red"},
            {**good, "server": "http://mastodon.example"},
            {**good, "server": "https://mastodon.example/about"},
            {**good, "server": 3},
            {**good, "account_id": "a/b"},
            {**good, "account_id": ".."},
            {**good, "account": "marion"},
        ]

    def unreachable(self) -> None:
        self.way.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self._loses_answer = True

    def limit_rate(self) -> None:
        self.way.spoil(TROUBLES["429"])

    def revoke(self) -> None:
        self.server.tokens.clear()

    def refused_draft(self) -> Draft:
        return Draft("With a picture that is not there.", media=(Uploaded("4711", "Nothing"),))

    def targets(self) -> Mapping[Gesture, str]:
        post = self.pauls_post.uri
        return {Gesture.LIKE: post, Gesture.REPOST: post, Gesture.FOLLOW: self.address(self.paul)}

    def address(self, one: Person) -> str:
        """Return by which address this make of server names somebody."""
        told = self.server.account(one)
        return str(told.get("uri") or told["url"])

    def quoted(self) -> str:
        return self.pauls_post.uri

    def typed(self) -> Mapping[str, str]:
        return {"server": f"@marion@{self.server.host}"}

    def agree(self, url: str) -> Mapping[str, str]:
        return self.server.agree(url)

    def take_back(self, kind: Kind, ref: PublishedRef) -> str:
        post = self.server.posts[ref.remote_id.rpartition("/")[2]]
        if kind is Kind.FOLLOW:
            gone = next(one for one in self.server.people.values() if one.follows_me_since)
            gone.follows_me_since = None
        else:
            gone = (post.likes if kind is Kind.LIKE else post.reposts).pop(0)
        return self.address(gone)

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        post = self.server.posts[ref.remote_id.rpartition("/")[2]]
        start = self.server.clock
        for turn in range(8):
            self._newcomers += 1
            newcomer = self.server.person(f"newcomer{self._newcomers}")
            self._react(newcomer, post, start + timedelta(minutes=10 * turn + 1))
        return Instants(self.server, [start + timedelta(minutes=minutes) for minutes in (5, 25, 31, 77, 600)])

    def _react(self, who: Person, post: Post, at: datetime) -> None:
        """Let somebody follow, like, repost, answer and mention, a second apart."""
        instants = [at + timedelta(seconds=seconds) for seconds in range(6)]
        who.follows_me_since = instants[0]
        self.server.tell("follow", who, instants[0])
        post.likes.append(who)
        self.server.tell("favourite", who, instants[1], post)
        post.reposts.append(who)
        self.server.tell("reblog", who, instants[2], post)
        answer = self.server.post(who, "@marion Thanks.", instants[3], answers=post.local_id)
        self.server.tell("mention", who, instants[3], answer)
        word = self.server.post(who, "I was with @marion today.", instants[4])
        self.server.tell("mention", who, instants[4], word)
        self._more(who, post, instants[5])

    def _more(self, who: Person, post: Post, at: datetime) -> None:
        quote = self.server.post(who, "See this.", at, quotes=post.local_id)
        self.server.tell("quote", who, at, quote)
        self.server.tell("update", who, at, quote)
        whisper = self.server.post(who, "@marion between us", at, visibility="direct")
        self.server.tell("mention", who, at, whisper)


class OtherMakeCase(MastodonCase):
    """The same on a server of another make, which knows no quotes."""

    make = OtherMake

    def _more(self, who: Person, post: Post, at: datetime) -> None:
        self.server.tell("follow_request", who, at)
