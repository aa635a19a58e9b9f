"""What the database is told as it is opened."""

import pytest
from django.db import connection

from portevoix.config import settings


@pytest.mark.django_db
def test_what_sqlite_sorts_may_go_to_disk() -> None:
    assert settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA temp_store")
        assert cursor.fetchone() == (0,)
