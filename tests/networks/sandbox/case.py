"""The sandbox as a case of the contract."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, Gesture, Kind, PublishedRef
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.connector import SandboxConnector
from portevoix.networks.sandbox.deeds import FORBIDDEN_WORD
from portevoix.networks.sandbox.faults import Fault
from tests.networks.contract import START, ConnectorCase


class SandboxCase(ConnectorCase):
    """Marion, with two thousand followers; Paul, who has one post, follows her."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.file = folder / "sandbox.sqlite3"
        self.backstage = Backstage(self.file)
        opened = START - timedelta(days=30)
        self.token = self.backstage.open_account("marion", now=opened, followers=2000, growth=20.0)
        token = self.backstage.open_account("paul", now=opened, language="fr", followers=300)
        self.paul = SandboxConnector({"account": "paul", "file": str(self.file)}, token)
        self.given: dict[Gesture, PublishedRef] = {}
        self.pauls_post = self.paul.publish(Draft("Bonjour."), key="first", now=opened)

    def connector(self) -> SandboxConnector:
        return SandboxConnector({"account": "marion", "file": str(self.file)}, self.token)

    def bad_options(self) -> list[Options]:
        return [
            {},
            {"account": ""},
            {"account": "a/b"},
            {"account": 3},
            {"account": "a", "file": 3},
            {"account": "a", "file": "/etc/passwd"},
            {"colour": "red"},
        ]

    def secret(self) -> str:
        return self.token

    def unreachable(self) -> None:
        self.backstage.order("marion", Fault.UNREACHABLE)

    def lose_answer(self) -> None:
        self.backstage.order("marion", Fault.LOST_ANSWER)

    def limit_rate(self) -> None:
        self.backstage.order("marion", Fault.RATE_LIMITED, seconds=90)

    def revoke(self) -> None:
        self.backstage.sign_out("marion")

    def refused_draft(self) -> Draft:
        return Draft(f"Beware of {FORBIDDEN_WORD}.")

    def targets(self) -> Mapping[Gesture, str]:
        post = self.pauls_post.remote_id
        return {Gesture.LIKE: post, Gesture.REPOST: post, Gesture.FOLLOW: "paul"}

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        start = ref.at or START
        self.paul.publish(
            Draft("@marion merci.", in_reply_to=ref.remote_id), key="thanks", now=start + timedelta(hours=1)
        )
        for gesture in Gesture:
            target = "marion" if gesture is Gesture.FOLLOW else ref.remote_id
            self.given[gesture] = self.paul.give(gesture, target, now=start + timedelta(hours=2))
        return [start + timedelta(hours=hours) for hours in (1, 2, 7, 30, 31, 32, 500)]

    def quoted(self) -> str:
        return self.pauls_post.remote_id

    def list_members(self) -> list[str]:
        return ["paul", "person/12"]

    def listed(self, ref: PublishedRef) -> set[str]:
        return self.backstage.lists("marion")[ref.remote_id]

    def take_back(self, kind: Kind, ref: PublishedRef) -> str:
        self.paul.withdraw(self.given[Gesture(kind.value)], now=(ref.at or START) + timedelta(hours=400))
        return "paul"

    def close(self) -> None:
        self.paul.close()
        self.backstage.close()
