"""Every setting an administrator may give, as one typed list with its help.

Settings come from environment variables. For a secret, `NAME_FILE` may name a file that holds it.
`docs/settings.md` has an entry for each; a test compares the two.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class BadOption(ValueError):
    """A setting holds something that cannot be used; the message says which, and what to write."""


@dataclass(frozen=True)
class Option:
    """One environment variable: `name`, what it is for, its default as text ('' when there is none)."""

    name: str
    help: str
    default: str = ""
    is_secret: bool = False


OPTIONS: tuple[Option, ...] = (
    Option(
        "PORTEVOIX_DATA", "Folder that holds the database, the queue, files and keys.", "./portevoix-data"
    ),
    Option("PORTEVOIX_ADDRESS", "Address the web process listens on.", "127.0.0.1"),
    Option("PORTEVOIX_PORT", "Port the web process listens on; 0 takes any free one.", "8000"),
    Option("PORTEVOIX_PUBLIC_URL", "Address people type in their browser, when a proxy stands in front."),
    Option(
        "PORTEVOIX_DATABASE_URL", "Database address (sqlite or postgres); empty: SQLite in the data folder."
    ),
    Option(
        "PORTEVOIX_SECRET_KEY",
        "Key that signs sessions; empty: made once in the data folder.",
        is_secret=True,
    ),
    Option(
        "PORTEVOIX_ENCRYPTION_KEYS",
        "Keys that encrypt credentials, newest first, separated by commas; empty: made once in the data folder.",
        is_secret=True,
    ),
    Option("PORTEVOIX_ENGINE", "Engine that computes figures: duckdb, sqlite, postgres or spark.", "duckdb"),
    Option("PORTEVOIX_SPARK_MASTER", "Address of the Spark master when the engine is spark.", "local[2]"),
    Option("PORTEVOIX_WORKERS", "Threads of one worker process.", "2"),
    Option("PORTEVOIX_ALLOW_PRIVATE_ADDRESSES", "Set to 1 to let connectors call private addresses.", "0"),
    Option("PORTEVOIX_DEBUG", "Set to 1 to see errors in the browser while developing.", "0"),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


def text(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return the value of option `name`: the variable, or the content of the file `NAME_FILE` names.

    Raises BadOption when that file cannot be read or both are given.
    """
    option = BY_NAME[name]
    given, file = environ.get(name, ""), environ.get(f"{name}_FILE", "") if option.is_secret else ""
    if given and file:
        raise BadOption(f"Both {name} and {name}_FILE are set: keep one of them.")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as problem:
            raise BadOption(f"{name}_FILE names a file that cannot be read: {problem.strerror}.") from problem
    return given or option.default


def flag(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether option `name` is on. Raises BadOption for anything but 0 or 1."""
    value = text(name, environ)
    if value not in ("0", "1"):
        raise BadOption(f"{name} is {value!r}: write 0 or 1.")
    return value == "1"


def number(name: str, environ: Mapping[str, str] = os.environ) -> int:
    """Return option `name` as a whole number. Raises BadOption when it is none."""
    value = text(name, environ)
    if not value.isdecimal():
        raise BadOption(f"{name} is {value!r}: write a whole number.")
    return int(value)


def choice(name: str, among: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> str:
    """Return option `name`, which must be one of `among`. Raises BadOption otherwise."""
    value = text(name, environ)
    if value not in among:
        raise BadOption(f"{name} is {value!r}: write one of {', '.join(among)}.")
    return value
