"""LinkedIn as a case of the contract."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, Gesture, PublishedRef
from portevoix.networks.linkedin.connector import LinkedInConnector
from portevoix.networks.oauth import Application, Credentials, Grant, scopes_in
from tests.networks.contract import START, ConnectorCase
from tests.networks.linkedin.network import (
    CLIENT_ID,
    CLIENT_SECRET,
    ELSEWHERE,
    OWNER,
    PAGE,
    SCOPE,
    PlayedLinkedIn,
)
from tests.networks.walk import TROUBLES, Wire

DAY_IS_OVER = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."


class LinkedInCase(ConnectorCase):
    """The Page through which Marion speaks."""

    speaks_http = True
    looks_first = frozenset({"give_repost"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.network = PlayedLinkedIn()
        self.wire = self._way = Wire(self.network)
        self.others_post = self.network.make(ELSEWHERE, "What do you teach?", START - timedelta(days=3))

    def connector(self) -> LinkedInConnector:
        return LinkedInConnector(self.options(), self.secret(), transport=self.wire)

    def options(self) -> dict[str, object]:
        """Return the account's options."""
        return {"account": PAGE}

    def personal(self) -> LinkedInConnector:
        """Return a connector of the profile of the person who signed in."""
        return LinkedInConnector({"account": OWNER}, self.secret(), transport=self.wire)

    def bad_options(self) -> list[Options]:
        return [
            {},
            {"account": ""},
            {"account": 5515715},
            {"account": "5515715"},
            {"account": "urn:li:organization:x"},
            {"account": "urn:li:person:a/b"},
            {"account": PAGE, "colour": "red"},
        ]

    def credentials(self, scope: str = SCOPE, refresh: str = "refresh-0") -> Credentials:
        """Return what opens the account."""
        ends = datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 9, 1, tzinfo=UTC)
        grant = Grant("access-0", ends[0], scopes_in(scope), refresh, ends[1] if refresh else None)
        return Credentials(Application(CLIENT_ID, CLIENT_SECRET), grant)

    def secret(self) -> str:
        return self.credentials().written()

    def unreachable(self) -> None:
        self._way.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self.network.loses_answer = True

    def limit_rate(self) -> None:
        self.network.limits_rate = (
            "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
        )

    def revoke(self) -> None:
        self.network.access.clear()
        self.network.refresh.clear()

    def refused_draft(self) -> Draft:
        self.network.refuses = "This was said already."
        return Draft(self.network.refuses)

    def targets(self) -> Mapping[Gesture, str]:
        return {Gesture.REPOST: self.others_post}

    def somebody(self) -> str:
        return ELSEWHERE

    def typed(self) -> Mapping[str, str]:
        return {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    def agree(self, url: str) -> Mapping[str, str]:
        return self.network.agree(url)

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        return self.network.react(ref.remote_id)
