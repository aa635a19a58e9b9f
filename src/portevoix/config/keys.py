"""Keys that are made once in the data folder when the administrator gives none."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def _kept(path: Path, fresh: str) -> str:
    """Return the text of `path`, writing `fresh` there first if nobody did; safe between processes."""
    path.parent.mkdir(parents=True, exist_ok=True)
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
    return path.read_text(encoding="utf-8").strip()


def signing_key(folder: Path) -> str:
    """Return the key that signs sessions, kept in `folder`/secret-key (mode 600)."""
    path = folder / "secret-key"
    return (
        path.read_text(encoding="utf-8").strip() if path.exists() else _kept(path, secrets.token_urlsafe(50))
    )


def encryption_keys(folder: Path) -> list[str]:
    """Return the Fernet keys, newest first, kept in `folder`/encryption-keys (mode 600), one a line."""
    path = folder / "encryption-keys"
    text = path.read_text(encoding="utf-8") if path.exists() else _kept(path, Fernet.generate_key().decode())
    return text.split()
