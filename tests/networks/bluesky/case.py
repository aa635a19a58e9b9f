"""Bluesky as a case of the contract: an account on a server of the brand's own, and people who react."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from portevoix.core.http import MaybeReceived
from portevoix.networks.bluesky.connector import BlueskyConnector
from portevoix.networks.bluesky.keys import fresh_key
from portevoix.networks.bluesky.session import Session
from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, Gesture, Kind, PublishedRef
from tests.networks.bluesky.accounts import POST, Account, digest
from tests.networks.bluesky.network import SERVER, Network
from tests.networks.bluesky.view import FOLLOW, GIVEN, LIKE, REPOST, iso
from tests.networks.contract import START, ConnectorCase
from tests.networks.walk import TROUBLES, Wire

PASSWORD = "abcd-efgh-ijkl-mnop"
HOUR = timedelta(hours=1)
_KINDS = {Kind.LIKE: LIKE, Kind.REPOST: REPOST, Kind.FOLLOW: FOLLOW}


class BlueskyCase(ConnectorCase):
    """Marion, whose handle is the brand's own domain; Paul, who has one post; thirty people."""

    speaks_http = True
    wire: Wire
    looks_first = frozenset({"keep_list", *(f"give_{gesture}" for gesture in Gesture)})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.network = Network()
        self.wire = Wire(self._play)
        self.marion = self.network.add("marion.brand.example", password=PASSWORD)
        self.marion.description = "I test bicycles. Also at https://marion.example/about, and #cycling."
        self.paul = self.network.add("paul.bsky.social")
        self.people = [self.network.add(f"p{number}.bsky.social") for number in range(30)]
        self.pauls_post = self.post(self.paul, "Bonjour.", START - timedelta(days=30))
        self.session = Session.from_answer(self.network.tokens(self.marion, "com.atproto.appPass"), PASSWORD)
        self._loses_answer = self._limits_rate = False

    def _play(self, request: httpx.Request) -> httpx.Response:
        if self._limits_rate:
            self._limits_rate = False
            reset = {"ratelimit-reset": str(int((START + timedelta(seconds=90)).timestamp()))}
            return httpx.Response(429, json={"error": "RateLimitExceeded"}, headers=reset)
        answer = self.network.play(request)
        if self._loses_answer:
            self._loses_answer = False
            raise MaybeReceived("the answer was lost")
        return answer

    # What people do

    def post(self, who: Account, text: str, at: datetime, **parts: object) -> str:
        """Let somebody publish; return the address of the post."""
        return who.put(POST, fresh_key(at), {"$type": POST, "text": text, "createdAt": iso(at), **parts})

    def give(self, who: Account, collection: str, target: str, at: datetime) -> str:
        """Let somebody like or repost a post, or follow an account; return the address of the act."""
        found = self.network.view.record(target)
        subject = {"uri": target, "cid": digest(found[1])} if found else target
        record = {"$type": collection, "subject": subject, "createdAt": iso(at)}
        return who.put(collection, fresh_key(at), record)

    def strong(self, uri: str) -> dict[str, str]:
        """Return how a record names another one."""
        found = self.network.view.record(uri)
        return {"uri": uri, "cid": digest(found[1]) if found else ""}

    def answer(self, who: Account, uri: str, text: str, at: datetime) -> str:
        """Let somebody answer a post that begins its thread."""
        return self.post(who, text, at, reply={"root": self.strong(uri), "parent": self.strong(uri)})

    def hides_from_view(self, key: str) -> None:
        """Let a record that is to come not be seen by all yet."""
        self.network.view.unseen.add(key)

    # The contract's switches

    def connector(self) -> BlueskyConnector:
        return BlueskyConnector(self.options(), self.secret(), transport=self.wire)

    def options(self) -> Options:
        """Return the options of the account under test."""
        return {"did": self.marion.did, "server": SERVER}

    def bad_options(self) -> list[Options]:
        did = self.marion.did
        return [
            {},
            {"did": did},
            {"did": "marion", "server": SERVER},
            {"did": self.paul.did, "server": SERVER},
            {"did": did, "server": "http://pds.brand.example"},
            {"did": did, "server": "https://"},
            {"did": did, "server": "https://user@pds.brand.example"},
            {"did": did, "server": f"{SERVER}/path"},
            {"did": did, "server": 3},
            {"did": did, "server": SERVER, "colour": "red"},
        ]

    def secret(self) -> str:
        return self.session.kept()

    def unreachable(self) -> None:
        self.wire.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self._loses_answer = True

    def limit_rate(self) -> None:
        self._limits_rate = True

    def revoke(self) -> None:
        self.marion.is_taken_down = True

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
        items = (value for _key, value in self.marion.of("app.bsky.graph.listitem"))
        return {item["subject"] for item in items if item["list"] == ref.remote_id}

    def take_back(self, kind: Kind, ref: PublishedRef) -> str:
        target = self.marion.did if kind is Kind.FOLLOW else ref.remote_id
        for who in self.people:
            for key, value in who.of(_KINDS[kind]):
                if target in (value["subject"], self.strong_uri(value["subject"])):
                    del who.records[_KINDS[kind], key]
                    return who.did
        raise LookupError(GIVEN[_KINDS[kind]])

    def strong_uri(self, subject: object) -> str:
        """Return the address in what a record names, '' when it names an account."""
        return subject["uri"] if isinstance(subject, dict) else ""

    def typed(self) -> Mapping[str, str]:
        return {"handle": self.marion.handle, "password": PASSWORD}

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        start = ref.at or START
        for number, at in self._moments(start):
            who = self.people[number]
            if not who.of(FOLLOW):
                self.give(who, FOLLOW, self.marion.did, at)
            self.give(who, LIKE, ref.remote_id, at + timedelta(seconds=1))
            if number % 4 == 0:
                self.give(who, REPOST, ref.remote_id, at + timedelta(seconds=2))
            if number % 6 == 0:
                self._say(who, ref.remote_id, at + timedelta(seconds=3))
        return [start + hours * HOUR for hours in (1, 2, 7, 30, 31, 32, 500)]

    def _moments(self, start: datetime) -> Iterator[tuple[int, datetime]]:
        for number in range(len(self.people)):
            yield number, start + timedelta(minutes=3 + number * number * 3)

    def _say(self, who: Account, uri: str, at: datetime) -> None:
        self.answer(who, uri, "I see it otherwise: listen.", at)
        embed = {"$type": "app.bsky.embed.record", "record": self.strong(uri)}
        self.post(who, "Read this.", at + timedelta(seconds=1), embed=embed)
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": self.marion.did}
        facets = [{"index": {"byteStart": 0, "byteEnd": 7}, "features": [feature]}]
        self.post(who, "@marion, hello.", at + timedelta(seconds=2), facets=facets)
