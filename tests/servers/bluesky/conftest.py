"""The Bluesky network that tests of this folder share, started on its first use."""

from collections.abc import Iterator

import pytest

from tests.servers.bluesky.running import Bluesky, network
from tests.servers.conftest import PostgreSQL


@pytest.fixture(scope="session")
def bluesky(postgresql: PostgreSQL, redis: str) -> Iterator[Bluesky]:
    """Start the network: its directory, one server, and the view of all."""
    with network(postgresql.fresh_database(), redis) as running:
        yield running
