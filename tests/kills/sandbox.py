"""The sandbox that is collected in the middle of which a process dies: two members with enough to tell."""

from datetime import UTC, datetime, timedelta
from typing import Final

from portevoix.networks.actions.linking import link
from portevoix.networks.contracts import Draft
from portevoix.networks.models import Account
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.config import default_file
from portevoix.networks.sandbox.connector import SandboxConnector
from portevoix.people.journal import SYSTEM

OPENED: Final = datetime(2026, 5, 1, 8, tzinfo=UTC)
COLLECTED: Final = datetime(2026, 6, 20, 8, tzinfo=UTC)
AGAIN: Final = COLLECTED + timedelta(hours=1)
"""Later than the half hour for which an account is left to a process that has begun with it."""


def open_sandbox() -> None:
    """Open a sandbox account for each sandbox account of the programme, publish on it, and connect it."""
    with Backstage(default_file()) as backstage:
        for account in Account.objects.filter(network="sandbox").order_by("pk"):
            name = account.remote_id
            token = backstage.open_account(name, now=OPENED, followers=1500, growth=4.0)
            _publish(name, token)
            link(account, options={"account": name}, credentials=token, by=SYSTEM, now=OPENED)


def _publish(account: str, token: str) -> None:
    with SandboxConnector({"account": account}, token) as connector:
        for day in range(10):
            draft = Draft(f"Note {day}: what did you measure?")
            connector.publish(draft, key=f"{account}-{day}", now=OPENED + timedelta(days=3 * day))
