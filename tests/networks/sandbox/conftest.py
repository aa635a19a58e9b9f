"""A sandbox to play in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.networks.sandbox.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Play a sandbox in a folder of its own."""
    played = Stage(tmp_path)
    yield played
    played.close()
