"""`docs/programme-file.md` has an entry for every key that a programme file may hold."""

import re
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path

import pytest

from portevoix.programme.file import schema

DOCUMENT = (Path(__file__).parents[2] / "docs" / "programme-file.md").read_text(encoding="utf-8")
SECTIONS: dict[str, Iterable[str]] = {
    "brand": ("slug", *schema.BRAND),
    "spheres": ("key", *schema.SPHERE),
    "ranges": ("slug", *schema.range_fields(())),
    "phases": ("slug", *schema.PHASE),
    "line": ("from", *schema.LINE),
    "voices": ("slug", *schema.VOICE, "consent", "accounts"),
    "consent": ("given_on", *schema.CONSENT),
    "accounts": ("network", "remote_id", *schema.ACCOUNT, *schema.holding_fields(UTC)),
}


def documented(section: str) -> list[str]:
    """Return the keys of the table under the heading of `section`."""
    body = DOCUMENT.split(f"\n### `{section}`", 1)[1].split("\n#", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_has_its_entry_and_every_entry_its_key(section: str) -> None:
    assert sorted(documented(section)) == sorted(SECTIONS[section])


def test_every_section_has_its_heading() -> None:
    headings = re.findall(r"^### `(\w+)`", DOCUMENT, flags=re.MULTILINE)
    assert set(headings) == set(SECTIONS)
    assert set(schema.SECTIONS) <= set(headings)
