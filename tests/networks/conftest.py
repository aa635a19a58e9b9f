"""What tests of the doors share: one network's case, played in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.connector import Connector
from tests.networks.contract import ConnectorCase, all_cases


@pytest.fixture
def case(request: pytest.FixtureRequest, data_folder: Path) -> Iterator[ConnectorCase]:
    """Play the network whose key the test was given."""
    played = all_cases()[request.param](data_folder)
    yield played
    played.close()


@pytest.fixture
def door(case: ConnectorCase) -> Iterator[Connector]:
    """Open the connector of the network that is played."""
    with case.connector() as connector:
        yield connector
