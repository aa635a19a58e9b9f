"""Archives as a Mastodon server gives them, with as many posts as a test needs."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

ME: Final = "https://mastodon.example/users/marion"
FIRST: Final = datetime(2026, 5, 1, 10, tzinfo=UTC)
_PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"


def note(number: int, **more: Any) -> dict[str, Any]:
    """Return a post of Marion's; the one of the next number is an hour later."""
    told = {
        "id": f"{ME}/statuses/{number}",
        "type": "Note",
        "published": (FIRST + timedelta(hours=number)).isoformat(),
        "to": [_PUBLIC],
        "content": f"<p>Word {number}.</p>",
        **more,
    }
    return {"id": f"{ME}/statuses/{number}/activity", "type": "Create", "actor": ME, "object": told}


def archive(path: Path, activities: list[dict[str, Any]], owner: str = ME) -> Path:
    """Write an archive of these activities, and return it."""
    actor = {"id": owner, "preferredUsername": "marion", "name": "Marion"}
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("actor.json", json.dumps(actor))
        packed.writestr("outbox.json", json.dumps({"orderedItems": activities}))
    return path
