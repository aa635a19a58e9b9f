"""Keys that are made once in the data folder when the administrator gives none."""

import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet

from portevoix.config.options import BadOption

SIGNING_KEY: Final = "secret-key"
ENCRYPTION_KEYS: Final = "encryption-keys"


def _kept(path: Path, fresh: str) -> str:
    """Return the text of `path`, writing `fresh` there first if nobody did; safe between processes.

    Raises BadOption when it can be neither read nor written.
    """
    try:
        _write_once(path, fresh)
        return _read(path)
    except OSError as problem:
        raise BadOption(f"{path} cannot be written: {problem.strerror}.") from problem


def _write_once(path: Path, fresh: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(fresh)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails when another process was first: then its key is the key
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read(path: Path) -> str:
    """Return the text of `path`. Raises BadOption when it holds none: another key would open nothing."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise BadOption(f"{path} holds no key: put the one back that was there.")
    return text


def signing_key(folder: Path) -> str:
    """Return the key that signs sessions, kept in `folder`/secret-key (mode 600). Raises BadOption."""
    path = folder / SIGNING_KEY
    return _read(path) if path.exists() else _kept(path, secrets.token_urlsafe(50))


def encryption_keys(folder: Path) -> list[str]:
    """Return the Fernet keys, newest first, kept in `folder`/encryption-keys (mode 600), one a line.

    Raises BadOption.
    """
    path = folder / ENCRYPTION_KEYS
    text = _read(path) if path.exists() else _kept(path, Fernet.generate_key().decode())
    return text.split()
