"""Every setting an administrator may give, as one typed list with its help.

Settings come from environment variables. For a secret, `NAME_FILE` may name a file that holds it.
`docs/settings.md` has an entry for each; a test compares the two.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from cryptography.fernet import Fernet


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
    Option(
        "PORTEVOIX_UPLOAD_LIMIT", "Megabytes of the largest file that people may bring from a page.", "1024"
    ),
    Option("PORTEVOIX_ALLOW_PRIVATE_ADDRESSES", "Set to 1 to let connectors call private addresses.", "0"),
    Option("PORTEVOIX_DEBUG", "Set to 1 to see errors in the browser while developing.", "0"),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


def text(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return the value of option `name`: the variable, or the content of the file `NAME_FILE` names.

    Raises BadOption when that file cannot be read or is empty, or both are given.
    """
    option = BY_NAME[name]
    given, file = environ.get(name, ""), environ.get(f"{name}_FILE", "") if option.is_secret else ""
    if given and file:
        raise BadOption(f"Both {name} and {name}_FILE are set: keep one of them.")
    return _content(name, Path(file)) if file else given or option.default


def _content(name: str, file: Path) -> str:
    try:
        content = file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise BadOption(f"{name}_FILE names a file that cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError:
        raise BadOption(f"{name}_FILE names a file that is not text: write the secret in UTF-8.") from None
    if not content:
        raise BadOption(f"{name}_FILE names an empty file: write the secret there, or unset the variable.")
    return content


def flag(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether option `name` is on. Raises BadOption for anything but 0 or 1."""
    value = text(name, environ)
    if value not in ("0", "1"):
        raise BadOption(f"{name} is {value!r}: write 0 or 1.")
    return value == "1"


def number(
    name: str, environ: Mapping[str, str] = os.environ, *, least: int = 0, most: int = 1_000_000
) -> int:
    """Return option `name` as a whole number from `least` to `most`. Raises BadOption when it is none."""
    value = text(name, environ)
    if not (value.isascii() and value.isdecimal() and least <= int(value[:10]) <= most):
        raise BadOption(f"{name} is {value!r}: write a whole number from {least} to {most}.")
    return int(value)


def choice(name: str, among: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> str:
    """Return option `name`, which must be one of `among`. Raises BadOption otherwise."""
    value = text(name, environ)
    if value not in among:
        raise BadOption(f"{name} is {value!r}: write one of {', '.join(among)}.")
    return value


def folder(name: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that option `name` tells, made for its owner alone if it was not there.

    Raises BadOption when it can neither be found nor made.
    """
    value = text(name, environ)
    try:
        found = Path(value).expanduser().resolve()
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise BadOption(f"{name} is {value!r}, a folder that cannot be used: {reason}.") from problem
    return found


def web_address(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return option `name`, an http or https address or nothing, without a final slash. Raises BadOption."""
    value = text(name, environ).rstrip("/")
    try:
        parts = urlsplit(value)
        is_good = not value or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        is_good = False
    if not is_good:
        raise BadOption(f"{name} is {value!r}: write an address that begins with https:// or http://.")
    return value


def host(address: str) -> str:
    """Return how requests write the host of `address`, a name or a numeric address, in their addresses."""
    try:
        numeric = ip_address(address)
    except ValueError:
        return address.lower()
    return str(numeric) if numeric.version == 4 else f"[{numeric}]"  # noqa: PLR2004


def database(name: str, default: str, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Django's settings of the database that option `name` tells, or of the address `default`.

    Raises BadOption, which never shows the address: it may hold a password.
    """
    wrong = BadOption(f"{name} is no address of a database: write sqlite:///PATH or postgres://….")
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(text(name, environ) or default, conn_max_age=600))
    except ValueError:
        raise wrong from None
    is_nameless = found["NAME"] in ("", ":memory:")
    if is_nameless or found["ENGINE"] not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        raise wrong
    return found


def checked_keys(keys: Sequence[str], origin: str) -> list[str]:
    """Return `keys` once each is known to encrypt. Raises BadOption, naming their `origin` and showing none."""
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        keys = ()
    if not keys:
        raise BadOption(
            f"{origin} holds what is no encryption key: write keys as `Fernet.generate_key()` of Python's "
            "cryptography makes them, newest first."
        )
    return list(keys)
