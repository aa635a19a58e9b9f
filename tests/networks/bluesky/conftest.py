"""The stage on which Bluesky's own behaviour is tested."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.bluesky.connector import BlueskyConnector
from tests.networks.bluesky.case import BlueskyCase


@pytest.fixture
def stage(data_folder: Path) -> BlueskyCase:
    """Play the network."""
    return BlueskyCase(data_folder)


@pytest.fixture
def marion(stage: BlueskyCase) -> Iterator[BlueskyConnector]:
    """Open Marion's door."""
    with stage.connector() as door:
        yield door
