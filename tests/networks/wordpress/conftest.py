"""The site under test, and the door to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.wordpress.case import WordPressCase


@pytest.fixture
def case(data_folder: Path) -> WordPressCase:
    """Play the site."""
    return WordPressCase(data_folder)


@pytest.fixture
def door(case: WordPressCase) -> Iterator[WordPressConnector]:
    """Open Marion's connector."""
    with case.connector() as opened:
        yield opened
