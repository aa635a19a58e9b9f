"""Facebook as a case of the contract."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from portevoix.networks.connector import Options
from portevoix.networks.contracts import Draft, PublishedRef
from portevoix.networks.facebook.connector import FacebookConnector
from portevoix.networks.facebook.sign_in import PageToken
from tests.networks.contract import START, ConnectorCase
from tests.networks.facebook.network import APP_ID, APP_SECRET, PAGE, SCOPES, PlayedFacebook, error
from tests.networks.walk import TROUBLES, Wire


class FacebookCase(ConnectorCase):
    """The Page through which Marion speaks."""

    speaks_http = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.network = PlayedFacebook()
        self.wire = self._way = Wire(self.network)

    def connector(self) -> FacebookConnector:
        return FacebookConnector(self.options(), self.secret(), transport=self.wire)

    def options(self) -> dict[str, object]:
        """Return the account's options."""
        return {"account": PAGE}

    def bad_options(self) -> list[Options]:
        return [
            {},
            {"account": ""},
            {"account": 546349135390552},
            {"account": "marion.atelier"},
            {"account": "1" * 21},
            {"account": "١٢"},
            {"account": PAGE, "colour": "red"},
        ]

    def token(self, *scopes: str) -> PageToken:
        """Return what opens the Page, with these permissions or all."""
        return PageToken("page-0", frozenset(scopes or SCOPES), START + timedelta(days=90))

    def secret(self) -> str:
        return self.token().written()

    def unreachable(self) -> None:
        self._way.spoil(TROUBLES["no connection"])

    def lose_answer(self) -> None:
        self.network.loses_answer = True

    def limit_rate(self) -> None:
        self.network.next_error = error(32, "(#32) Page request limit reached", 403)

    def revoke(self) -> None:
        self.network.tokens.clear()

    def refused_draft(self) -> Draft:
        self.network.refuses = "This was said already."
        return Draft(self.network.refuses)

    def typed(self) -> Mapping[str, str]:
        return {"client_id": APP_ID, "client_secret": APP_SECRET}

    def agree(self, url: str) -> Mapping[str, str]:
        return self.network.agree(url)

    def let_others_react(self, ref: PublishedRef) -> list[datetime]:
        return self.network.react(ref.remote_id)
