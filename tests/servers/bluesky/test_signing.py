"""Signing in on the real network: found by its handle, with an app password alone, for as long as it stands."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portevoix.core.http import GuardedTransport, make_client
from portevoix.networks.bluesky.connector import BlueskyConnector
from portevoix.networks.bluesky.identity import Identities
from portevoix.networks.bluesky.session import read_session
from portevoix.networks.errors import NeedsReconnection, OptionsRefused
from tests.networks.contract import START
from tests.servers.bluesky.case import RealCase
from tests.servers.bluesky.running import Bluesky

pytestmark = pytest.mark.servers


@pytest.fixture
def stage(bluesky: Bluesky, data_folder: Path) -> Iterator[RealCase]:
    """Open a fresh account on the network."""
    with closing(RealCase(data_folder, bluesky)) as case:
        yield case


def test_a_handle_leads_to_the_server_on_which_its_account_lives(bluesky: Bluesky, stage: RealCase) -> None:
    with make_client(transport=GuardedTransport(allow_private=True)) as client:
        identities = Identities(client, entry=bluesky.server, directory=bluesky.directory)
        assert identities.server_of(stage.marion.handle, now=START) == bluesky.server
        assert identities.server_of(stage.marion.did, now=START) == bluesky.server
        with pytest.raises(OptionsRefused, match="Nobody has this handle"):
            identities.server_of("did:plc:" + "a" * 24, now=START)


def test_the_accounts_own_password_is_refused(stage: RealCase) -> None:
    with pytest.raises(OptionsRefused, match="own password"):
        BlueskyConnector.sign_in(
            {**stage.typed(), "password": stage.marion.password}, now=START, transport=stage.wire
        )


def test_a_session_is_renewed_by_its_token_and_without_it_by_the_app_password(stage: RealCase) -> None:
    with stage.connector() as door:
        renewed = read_session(door.renew(START))
    broken = read_session(renewed.kept().replace(renewed.refresh, renewed.access))
    with BlueskyConnector(stage.signed.options, broken.kept(), transport=stage.wire) as door:
        assert read_session(door.renew(START)).refresh != renewed.refresh
        assert door.verify(START).actor.remote_id == stage.marion.did


def test_once_its_app_password_is_deleted_nothing_renews_a_session(bluesky: Bluesky, stage: RealCase) -> None:
    names = bluesky.ask("com.atproto.server.listAppPasswords", stage.marion)["passwords"]
    body = {"name": names[0]["name"]}
    bluesky.call("com.atproto.server.revokeAppPassword", body, person=stage.marion)
    with stage.connector() as door, pytest.raises(NeedsReconnection):
        door.renew(START)
