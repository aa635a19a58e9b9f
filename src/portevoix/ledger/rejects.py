"""The file that lists what an import refused: line, reason, and the line itself where it can be shown.

Its length is part of each committed batch, so a resumed import cuts off what a dead process wrote beyond.
"""

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portevoix.core.disposable import Disposable
from portevoix.ledger.lines import Line
from portevoix.ledger.models import Import

REASON_SENTENCES: Final = {
    "empty": gettext_noop("The line is empty."),
    "damaged": gettext_noop(
        "The compressed file is damaged or cut short here: nothing after this can be read."
    ),
    "too_long": gettext_noop("The line is longer than 65,536 bytes."),
    "not_text": gettext_noop("The line is not UTF-8 text."),
    "missing_field": gettext_noop("A field is missing."),
    "too_many_fields": gettext_noop("There are more fields than columns."),
    "bad_quotes": gettext_noop("A quotation mark is left open."),
    "unknown_kind": gettext_noop("The kind is not one that this import knows."),
    "impossible_date": gettext_noop(
        "The date is impossible: before 1970, more than a day ahead, without an offset, or no date at all."
    ),
    "bad_id": gettext_noop("An id is longer than 500 characters or holds characters that cannot be shown."),
}
_SHOWN: Final = 200
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t")


def path_of(run: Import) -> Path:
    """Return where the rejects of `run` are listed."""
    return Path(settings.DATA) / "imports" / f"{run.pk}-rejects.csv"


def cut_off_uncommitted(run: Import) -> None:
    """Take from the rejects of `run` what a dead process wrote beyond its last committed batch."""
    path = path_of(run)
    if not run.rejects_bytes:
        path.unlink(missing_ok=True)
    elif path.exists() and path.stat().st_size > run.rejects_bytes:
        os.truncate(path, run.rejects_bytes)


def _shown(line: Line) -> str:
    """Return the beginning of the line, harmless to a spreadsheet that opens the file."""
    text = line.content[:_SHOWN].decode("utf-8", "backslashreplace")
    text = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


class RejectsFile(Disposable):
    """The rejects of one import, open for adding; `sentences` has what each reason means."""

    def __init__(self, run: Import, sentences: Mapping[str, str] = REASON_SENTENCES) -> None:
        self.path = path_of(run)
        self._sentences = sentences
        self._committed = run.rejects_bytes
        self._file: io.BufferedRandom | None = None

    def close(self) -> None:
        """Close the file; what was added is on disk already."""
        if self._file:
            self._file.close()

    def add(self, refused: list[tuple[Line, str]]) -> int:
        """Write refused lines with their reasons to disk for good; return the file's length in bytes."""
        if refused:
            file = self._opened()
            file.write(self._text(refused, with_header=self._committed == 0).encode())
            file.flush()
            os.fsync(file.fileno())
            self._committed = file.tell()
        return self._committed

    def _opened(self) -> io.BufferedRandom:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self._file = self.path.open("r+b")
            # Less than was committed, if somebody threw the list away.
            self._committed = min(self._committed, self.path.stat().st_size)
            self._file.truncate(self._committed)
            self._file.seek(self._committed)
        return self._file

    def _text(self, refused: list[tuple[Line, str]], *, with_header: bool) -> str:
        text = io.StringIO()
        out = csv.writer(text)
        if with_header:
            out.writerow(("line", "reason", "explanation", "content"))
        out.writerows(
            (line.number, reason, _(self._sentences[reason]), _shown(line)) for line, reason in refused
        )
        return text.getvalue()
