"""A brand with a voice on the network x, and a way to write import files."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portevoix.networks.models import Account, Holding
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
START = 1_341_100_972
"""A second of 2012-07-01 in UTC."""

WriteFile = Callable[..., Path]


@pytest.fixture
def brand(db: None, data_folder: Path) -> Brand:
    """Return a brand of Paris with files of its own."""
    return Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris", languages=["fr"])


@pytest.fixture
def account(brand: Brand) -> Account:
    """Return account 88 of the network x, held by Marion always."""
    voice = Voice.objects.create(
        brand=brand, slug="marion", kind="persona", first_name="Marion", state="active"
    )
    account = Account.objects.create(brand=brand, network="x", remote_id="88", handle="marion_acme")
    Holding.objects.create(voice=voice, account=account)
    return account


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Return a function that writes lines (text or bytes) into a file, compressed when its name ends in .gz."""

    def write(*lines: str | bytes, name: str = "facts.txt", ends: bool = True) -> Path:
        content = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
        content += b"\n" if ends else b""
        path = tmp_path / name
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write
