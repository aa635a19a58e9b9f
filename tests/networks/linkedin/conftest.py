"""What tests of LinkedIn's door share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.linkedin.connector import LinkedInConnector
from tests.networks.linkedin.case import LinkedInCase


@pytest.fixture
def case(data_folder: Path) -> LinkedInCase:
    return LinkedInCase(data_folder)


@pytest.fixture
def door(case: LinkedInCase) -> Iterator[LinkedInConnector]:
    with case.connector() as opened:
        yield opened
