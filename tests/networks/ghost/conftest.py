"""The site under test, and the door to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.ghost.connector import GhostConnector
from tests.networks.ghost.case import GhostCase


@pytest.fixture
def case(data_folder: Path) -> GhostCase:
    """Play the site."""
    return GhostCase(data_folder)


@pytest.fixture
def door(case: GhostCase) -> Iterator[GhostConnector]:
    """Open its connector."""
    with case.connector() as opened:
        yield opened
