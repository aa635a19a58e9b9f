"""A world that the tests of one module share, and that is undone after them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Undo, after the tests of this module, all that is lived in it."""
    folder = tmp_path_factory.mktemp("life")
    with django_db_blocker.unblock(), override_settings(DATA=folder), transaction.atomic():
        yield
        transaction.set_rollback(True)
