"""What every test shares: a data folder of its own, set before Django reads its settings."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

os.environ["PORTEVOIX_DATA"] = tempfile.mkdtemp(prefix="portevoix-tests-")


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Return an empty data folder in which files of this one test lie."""
    settings.DATA = tmp_path
    return tmp_path
