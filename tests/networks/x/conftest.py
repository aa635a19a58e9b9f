"""What tests of X's door share: X played, a connector, and a meter that keeps what was used."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.x.connector import XConnector
from tests.networks.meters import MemoryMeter
from tests.networks.x.case import XCase


@pytest.fixture
def case(data_folder: Path) -> XCase:
    return XCase(data_folder)


@pytest.fixture
def door(case: XCase) -> Iterator[XConnector]:
    with case.connector() as opened:
        yield opened


@pytest.fixture
def meter(data_folder: Path) -> MemoryMeter:
    return MemoryMeter("x")
