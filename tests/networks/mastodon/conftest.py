"""An account on a Mastodon server, and the door to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks.mastodon.case import MastodonCase


@pytest.fixture
def marions(data_folder: Path) -> Iterator[MastodonCase]:
    """Play a server of Mastodon's own make."""
    played = MastodonCase(data_folder)
    yield played
    played.close()


@pytest.fixture
def opened(marions: MastodonCase) -> Iterator[MastodonConnector]:
    """Open the connector of Marion's account."""
    with marions.connector() as connector:
        yield connector
