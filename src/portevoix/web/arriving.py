"""A file on its way from a browser: written to the data folder as it comes, within a limit, its lines counted."""

import errno
import io
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portevoix.ledger import kept

_PACKED: Final = (b"\x1f\x8b", b"PK")
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Arrived:
    """A file that is all there: where, how it is called, and how many lines it has (None where it is packed)."""

    path: Path
    name: str
    line_count: int | None


class ToDataFolder(FileUploadHandler):
    """Writes what comes to the data folder. `arrived` is the file; `problem` says why one was not taken."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.problem = ""
        self.arrived: Arrived | None = None
        self._file: BinaryIO | None = None
        self._place = ""
        self._size = self._lines = 0
        self._is_packed = self._ends_whole = False

    def new_file(self, *arguments: Any, **options: Any) -> None:
        """Begin a file: under a name of ours, whatever it is called."""
        super().new_file(*arguments, **options)
        descriptor, self._place = tempfile.mkstemp(prefix=kept.ARRIVING, dir=kept.folder())
        self._file = os.fdopen(descriptor, "wb")
        self._size = self._lines = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write one piece, unless it is one too many or the disk is full: then the rest is not listened to."""
        if not start:
            self._is_packed = raw_data.startswith(_PACKED)
        self._size += len(raw_data)
        self._lines += raw_data.count(b"\n")
        self._ends_whole = raw_data.endswith(b"\n")
        if self._size > settings.UPLOAD_LIMIT:
            self._refuse(
                _(
                    "The file is larger than %(limit)d MB. Nothing was kept; cut it, or import it on the server."
                )
                % {"limit": settings.UPLOAD_LIMIT // 1024**2}
            )
        self._attempt(lambda file: file.write(raw_data))

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """Return the file once all of it is there."""
        self._attempt(lambda file: file.close())
        lines = None if self._is_packed else self._lines + (not self._ends_whole and file_size > 0)
        self.arrived = Arrived(Path(self._place), self.file_name or "", lines)
        return UploadedFile(io.BytesIO(), self.file_name, size=file_size)

    def upload_interrupted(self) -> None:
        """Keep nothing of a file that breaks off."""
        self.discard()

    def discard(self) -> None:
        """Throw away what came, if anything did."""
        if self._file:
            with suppress(OSError):  # a full disk does not take what is left to write either
                self._file.close()
            Path(self._place).unlink(missing_ok=True)

    def _attempt(self, does: Callable[[BinaryIO], object]) -> None:
        """Do what the disk may not let us do."""
        try:
            if self._file:
                does(self._file)
        except OSError as problem:
            self._refuse(_problem(problem))

    def _refuse(self, problem: str) -> None:
        self.problem = problem
        self.discard()
        raise StopUpload(connection_reset=False)


def _problem(problem: OSError) -> str:
    if problem.errno in _FULL:
        return _(
            "The disk of the server is full. Nothing was kept; ask who runs it to make room, then try again."
        )
    return _(
        "The server could not write the file. Nothing was kept; ask who runs it to look at its data folder."
    )
