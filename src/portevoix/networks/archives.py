"""Archives that people download from their networks: text files within a ZIP or tar, read within limits.

Nothing is unpacked on disk, so names lead nowhere. What cannot be read is one refusal, and the rest goes on.
"""

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Final, cast

from django.utils.translation import gettext_noop

LONGEST_MEMBER: Final = 256 * 1024**2
"""Bytes of one file that is read; the networks cut theirs into parts well below."""
LONGEST_ARCHIVE: Final = 64 * 1024**3
"""Bytes that may be gone through, pictures and films passed over among them."""

REASON_SENTENCES: Final = {
    "damaged": gettext_noop("The file is damaged, cut short or locked: nothing more can be read of it."),
    "too_large": gettext_noop("The file is larger than what is read of one."),
    "not_json": gettext_noop("This is not written as the network writes its archives."),
    "missing_field": gettext_noop("A field is missing, or holds something else than it should."),
    "impossible_date": gettext_noop("The date is impossible, or no date at all."),
    "unknown_columns": gettext_noop("None of the columns is one that this import knows."),
    "per_day": gettext_noop(
        "This file tells what happened each day, not what each post has reached. Export the file of posts instead."
    ),
}
"""Why something in an archive can be refused."""


@dataclass(frozen=True)
class Refused:
    """Something in an archive that is no fact: where it stands there, and why (one of REASON_SENTENCES)."""

    place: str
    reason: str


@dataclass(frozen=True)
class Member:
    """One file of an archive: its name there, with slashes, and its whole content."""

    name: str
    content: bytes = field(repr=False)


Wanted = Callable[[str], bool]
"""Whether the member of that name is to be read."""


class _TooLarge(Exception):
    """More bytes than are read of an archive."""


_UNREADABLE: Final = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, OverflowError),
)
"""What the standard library raises of archives that are damaged, locked, or written to do harm."""


def members(
    path: Path, wanted: Wanted, *, longest: int = LONGEST_MEMBER, whole: int = LONGEST_ARCHIVE
) -> Iterator[Member | Refused]:
    """Yield the wanted files of the ZIP or tar archive at `path` (gzip or plain), in its order.

    Each is read whole, `longest` bytes at most; of the archive, `whole` bytes are gone through at most. Raises
    OSError when there is no such file.
    """
    with path.open("rb") as file:
        read = _of_zip if zipfile.is_zipfile(file) else _of_tar
        file.seek(0)
        try:
            yield from read(file, wanted, longest, whole)
        except _TooLarge:
            yield Refused(path.name, "too_large")
        except _UNREADABLE:
            yield Refused(path.name, "damaged")


def _named(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _of_zip(file: IO[bytes], wanted: Wanted, longest: int, whole: int) -> Iterator[Member | Refused]:
    with zipfile.ZipFile(file) as archive:
        for told in archive.infolist():
            name = _named(told.filename)
            if told.is_dir() or not wanted(name):
                continue
            one = _whole(name, partial(archive.open, told), min(longest, whole))
            whole -= len(one.content) if isinstance(one, Member) else 0
            yield one


def _whole(name: str, opened: Callable[[], IO[bytes] | None], longest: int) -> Member | Refused:
    """Return one file, or why it cannot be read: its own damage is not the archive's."""
    try:
        stream = opened()
        content = stream.read(longest + 1) if stream else b""
    except _UNREADABLE:
        return Refused(name, "damaged")
    return Refused(name, "too_large") if len(content) > longest else Member(name, content)


class _Bounded(io.BufferedIOBase):
    """A stream of which no more is read at once, and no more gone through, than is allowed.

    Headers of a tar tell their own length, and a few bytes can be packed billions.
    """

    def __init__(self, stream: IO[bytes], longest: int, whole: int) -> None:
        self._stream, self._longest, self._whole = stream, longest, whole

    def read(self, size: int | None = -1, /) -> bytes:
        """Return `size` bytes. Raises _TooLarge."""
        wanted = -1 if size is None else size
        if not 0 <= wanted <= self._longest:
            raise _TooLarge
        self._hold(self.tell() + wanted)
        return self._stream.read(wanted)

    def seek(self, place: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to `place`, counted from the beginning. Raises _TooLarge."""
        self._hold(place)
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        """Return how far it has gone."""
        return self._stream.tell()

    def _hold(self, place: int) -> None:
        if place > self._whole:
            raise _TooLarge


def _of_tar(file: IO[bytes], wanted: Wanted, longest: int, whole: int) -> Iterator[Member | Refused]:
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if is_packed else file
    bounded = _Bounded(stream, longest + 1, whole)
    with tarfile.open(fileobj=bounded, mode="r:") as archive:
        for told in archive:
            name = _named(told.name)
            if told.isreg() and wanted(name):
                yield _whole(name, partial(archive.extractfile, told), longest)
