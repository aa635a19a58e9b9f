"""X as a case of the contract."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, Gesture, PublishedRef
from portevoix.networks.x.config import SCOPES
from portevoix.networks.x.connector import XConnector
from portevoix.networks.x.credentials import Application, Credentials
from tests.networks.contract import START, ConnectorCase
from tests.networks.walk import TROUBLES, Wire
from tests.networks.x.network import CLIENT_ID, CLIENT_SECRET, PlayedX
from tests.networks.x.world import LEA, ME, others


class XCase(ConnectorCase):
    """Marion, and Léa who answers her."""

    speaks_http = True
    own_meanings = MappingProxyType({("withdraw", 404): None})
    """X: “Resource doesn't exist or has been deleted” (NOTES.md)."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.network = PlayedX()
        self.wire = self._way = Wire(self.network)
        before = START - timedelta(days=3)
        self.leas_post = self.network.world.make(LEA, "What do you teach?", before)
        self.network.world.make(ME, "This was said already.", before)
        self.network.world.said_before.add("This was said already.")

    def connector(self) -> XConnector:
        return XConnector(self.options(), self.secret(), transport=self.wire)

    def options(self) -> dict[str, object]:
        """Return the account's options."""
        return {"account": ME}

    def bad_options(self) -> list[Options]:
        return [
            {},
            {"account": ""},
            {"account": "marion_x"},
            {"account": "1" * 20},
            {"account": "١٢"},
            {"account": ME, "premium": "yes"},
            {"account": ME, "colour": "red"},
        ]

    def credentials(self) -> Credentials:
        """Return what opens the account."""
        ends_at = datetime(2026, 12, 1, tzinfo=UTC)
        return Credentials(
            Application(CLIENT_ID, CLIENT_SECRET), "access-0", "refresh-0", ends_at, frozenset(SCOPES)
        )

    def secret(self) -> str:
        return self.credentials().written()

    def unreachable(self) -> None:
        self._way.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self.network.loses_answer = True

    def limit_rate(self) -> None:
        self.network.limits_rate = True

    def revoke(self) -> None:
        self.network.access.clear()
        self.network.refresh.clear()

    def refused_draft(self) -> Draft:
        return Draft("This was said already.")

    def targets(self) -> Mapping[Gesture, str]:
        return {Gesture.REPOST: self.leas_post.id}

    def somebody(self) -> str:
        return LEA

    def typed(self) -> Mapping[str, str]:
        return {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    def agree(self, url: str) -> Mapping[str, str]:
        return self.network.agree(url)

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        assert len(list(others(self.network.world, ref.remote_id))) == 30
        start = self.network.world.posts[ref.remote_id].at
        return [start + timedelta(hours=hours) for hours in (1, 2, 7, 9, 30, 500)]
