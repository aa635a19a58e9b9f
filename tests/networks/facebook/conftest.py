"""What tests of Facebook's door share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.facebook.connector import FacebookConnector
from tests.networks.facebook.case import FacebookCase


@pytest.fixture
def case(data_folder: Path) -> FacebookCase:
    return FacebookCase(data_folder)


@pytest.fixture
def door(case: FacebookCase) -> Iterator[FacebookConnector]:
    with case.connector() as opened:
        yield opened
