"""Where files lie that people bring from a page, from their arrival until they are in.

Nothing of a file's own name is in its path.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from portevoix.ledger.models import Upload

ARRIVING: Final = "arriving-"
_ENDING: Final = "-upload"


def folder() -> Path:
    """Return the folder of files that are brought in, made for its owner alone if it was not there."""
    found = Path(settings.DATA) / "imports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(upload: Upload) -> Path:
    """Return where the file of `upload` lies while it has one."""
    return Path(settings.DATA) / "imports" / f"{upload.pk}{_ENDING}"


def keep(arrived: Path, upload: Upload) -> None:
    """Give a file that has arrived its place, on disk for good."""
    with arrived.open("rb") as file:
        os.fsync(file.fileno())
    arrived.replace(path_of(upload))


def kept() -> Iterator[tuple[int, Path]]:
    """Yield (row id of the upload, path) of every file that lies there."""
    for path in folder().glob(f"*{_ENDING}"):
        number = path.name.removesuffix(_ENDING)
        if number.isdecimal():
            yield int(number), path


def arriving(before: float) -> Iterator[Path]:
    """Yield files whose arrival was broken off: nothing came since the instant `before`, in UNIX seconds."""
    for path in folder().glob(f"{ARRIVING}*"):
        if path.stat().st_mtime < before:
            yield path
