"""What networks rename from time to time: versions of their API, names of figures. Dated data with a source.

A network's folder holds its list (`editions.toml`); a file `editions/<key>.toml` in the data folder adds lines to
it, and wins where both have a line of the same thing from the same day: what changed is mended without a release.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from portevoix.networks.errors import UnexpectedReply

_SHIPPED: Final = Path(__file__).parent


@dataclass(frozen=True)
class Edition:
    """How a network calls `what` from the day `since` on ('': no more); `source` is where that was read."""

    what: str
    value: str
    since: date
    source: str = ""


def name_of(network: str, what: str, now: datetime) -> str:
    """Return how `network` calls `what` at `now`; '' when it has no name for it. Raises UnexpectedReply."""
    ours = Path(settings.DATA) / "editions" / f"{network}.toml"
    return name_in((*_shipped(network), *_read_file(ours)), what, now.astimezone(UTC).date())


def name_in(editions: Iterable[Edition], what: str, on: date) -> str:
    """Return the name of `what` that is in force on the day `on`; of two of one day, the later in the list."""
    valid = [one for one in editions if one.what == what and one.since <= on]
    return max(enumerate(valid), key=lambda each: (each[1].since, each[0]))[1].value if valid else ""


def read(text: str) -> tuple[Edition, ...]:
    """Return the names that `text` (TOML) lists. Raises UnexpectedReply."""
    try:
        return tuple(_edition(line) for line in tomllib.loads(text).get("edition", []))
    except (tomllib.TOMLDecodeError, LookupError, TypeError, ValueError, AttributeError) as problem:
        raise UnexpectedReply(f"a list of names that is none ({type(problem).__name__})") from problem


def _edition(line: dict[str, Any]) -> Edition:
    value, since = line["value"], line["since"]
    if not isinstance(value, str) or type(since) is not date:
        raise ValueError
    return Edition(str(line["what"]), value, since, str(line.get("source", "")))


@lru_cache(maxsize=16)
def _shipped(network: str) -> tuple[Edition, ...]:
    return _read_file(_SHIPPED / network / "editions.toml")


def _read_file(path: Path) -> tuple[Edition, ...]:
    try:
        return read(path.read_text("utf-8")) if path.is_file() else ()
    except (OSError, UnicodeDecodeError) as problem:
        raise UnexpectedReply(f"{path.name} cannot be read ({type(problem).__name__})") from problem
