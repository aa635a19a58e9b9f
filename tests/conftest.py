"""What tests of every part share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import settings

# How long an example takes says something of the machine, never of the rule that is tried.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Let no test speak the language of the person whose page another has opened in the same process."""
    yield
    translation.deactivate()


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Return an empty data folder in which files of this one test lie."""
    settings.DATA = tmp_path
    return tmp_path
