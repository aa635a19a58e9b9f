"""The real network as a case of the contract: a fresh account on its server, and people who are there already."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from portevoix.core.http import GuardedTransport, MaybeReceived
from portevoix.networks.bluesky.connector import BlueskyConnector
from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, Gesture, Kind, PublishedRef
from tests.networks.contract import START, ConnectorCase
from tests.networks.walk import TROUBLES, Wire
from tests.servers.bluesky.running import Bluesky

LIKE, REPOST, FOLLOW = "app.bsky.feed.like", "app.bsky.feed.repost", "app.bsky.graph.follow"
_CROWD = 30
_KINDS = {Kind.LIKE: LIKE, Kind.REPOST: REPOST, Kind.FOLLOW: FOLLOW}


class RealCase(ConnectorCase):
    """Marion, whose account is new; Paul, who has one post; thirty people."""

    speaks_http = True
    wire: Wire
    looks_first = frozenset({"keep_list", *(f"give_{gesture}" for gesture in Gesture)})

    def __init__(self, folder: Path, network: Bluesky) -> None:
        super().__init__(folder)
        self.network = network
        self.marion = network.add("marion")
        self.password = network.app_password(self.marion)
        self.people = network.crowd(_CROWD)
        self.paul = self.people[-1]
        self.pauls_post = network.say(self.paul, "Bonjour.", START - timedelta(days=30))
        self.acts: dict[Kind, list[tuple[int, str]]] = {kind: [] for kind in _KINDS}
        self._transport = GuardedTransport(allow_private=True)
        self._loses_answer, self._spares_looks, self._has_written = False, False, True
        self.wire = Wire(self._play)
        (signed,) = BlueskyConnector.sign_in(self.typed(), now=START, transport=self.wire)
        self.signed = signed

    def _play(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on; all see what was written before they are asked what they see."""
        if self._has_written and "/xrpc/app.bsky." in str(request.url):
            self.network.settle()
            self._has_written = False
        self._has_written = self._has_written or request.method != "GET"
        answer = self._transport.handle_request(request)
        if self._loses_answer and not (self._spares_looks and request.method == "GET"):
            self._loses_answer = self._spares_looks = False
            answer.close()
            raise MaybeReceived("the answer was lost")
        return answer

    def connector(self) -> BlueskyConnector:
        return BlueskyConnector(self.signed.options, self.secret(), transport=self.wire)

    def bad_options(self) -> list[Options]:
        return [{}]

    def secret(self) -> str:
        return self.signed.credentials

    def unreachable(self) -> None:
        self.wire.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self._loses_answer = True

    def lose_answer_to_write(self) -> None:
        """Let the next call be carried out, and the answer to what it writes be lost."""
        self._loses_answer = self._spares_looks = True

    def limit_rate(self) -> None:
        self.wire.spoil(TROUBLES["429"])

    def revoke(self) -> None:
        self.network.take_down(self.marion)

    def refused_draft(self) -> Draft:
        return Draft("A text in a language that nobody speaks.", language="no language")

    def targets(self) -> Mapping[Gesture, str]:
        return {
            Gesture.LIKE: self.pauls_post,
            Gesture.REPOST: self.pauls_post,
            Gesture.FOLLOW: self.paul.did,
        }

    def quoted(self) -> str:
        return self.pauls_post

    def list_members(self) -> list[str]:
        return [self.people[0].did, self.people[1].did]

    def listed(self, ref: PublishedRef) -> set[str]:
        self.network.settle()
        told = self.network.ask("app.bsky.graph.getList", self.marion, list=ref.remote_id)
        return {item["subject"]["did"] for item in told["items"]}

    def take_back(self, kind: Kind, ref: PublishedRef) -> str:
        number, act = self.acts[kind].pop(0)
        self.network.delete(self.people[number], act)
        self._has_written = True
        return self.people[number].did

    def typed(self) -> Mapping[str, str]:
        return {
            "handle": self.marion.handle,
            "password": self.password,
            "server": self.network.server,
        }

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        start = ref.at or START
        for number, at in self._moments(start):
            if number not in {follower for follower, _act in self.acts[Kind.FOLLOW]}:
                self._give(number, Kind.FOLLOW, self.marion.did, at)
            self._give(number, Kind.LIKE, ref.remote_id, at + timedelta(seconds=1))
            if number % 4 == 0:
                self._give(number, Kind.REPOST, ref.remote_id, at + timedelta(seconds=2))
            if number % 6 == 0:
                self._say(number, ref.remote_id, at + timedelta(seconds=3))
        self._has_written = True
        return [start + timedelta(hours=hours) for hours in (1, 2, 7, 30, 31, 32, 500)]

    def _moments(self, start: datetime) -> Iterator[tuple[int, datetime]]:
        for number in range(len(self.people) - 1):
            yield number, start + timedelta(minutes=3 + number * number * 3)

    def _give(self, number: int, kind: Kind, target: str, at: datetime) -> None:
        act = self.network.give(self.people[number], _KINDS[kind], target, at)
        if kind is not Kind.FOLLOW:
            self.acts[kind] = [one for one in self.acts[kind] if one[0] != number]
        self.acts[kind].append((number, act))

    def _say(self, number: int, uri: str, at: datetime) -> None:
        who, post = self.people[number], self.network.strong(self.marion, uri)
        say, second = self.network.say, timedelta(seconds=1)
        say(who, "I see it otherwise: listen.", at, reply={"root": post, "parent": post})
        say(who, "Read this.", at + second, embed={"$type": "app.bsky.embed.record", "record": post})
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": self.marion.did}
        facets = [{"index": {"byteStart": 0, "byteEnd": 7}, "features": [feature]}]
        say(who, "@marion, hello.", at + 2 * second, facets=facets)

    def close(self) -> None:
        self._transport.close()
