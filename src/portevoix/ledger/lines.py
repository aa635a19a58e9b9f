"""Lines of a text file that may be compressed, damaged or hostile: bounded memory, every line accounted for."""

import contextlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

CHUNK: Final = 1 << 18
LONGEST_LINE: Final = 1 << 16
_GZIP_MAGIC: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Damaged(Exception):
    """The file ends, or turns to noise, in the middle of compressed data."""


class Line(NamedTuple):
    """One line: its number from 1, its bytes without the line's end, and why they cannot be used, if so."""

    number: int
    content: bytes
    refused: str = ""


class LineReader:
    """Reads the lines of a file, plain or gzip.

    `bytes_read` says how far in the file on disk it is, `text_bytes` how much text that gave.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes_read = 0
        self.text_bytes = 0

    def __iter__(self) -> Iterator[Line]:
        """Yield every line once, in order: all that is whole before some damage, which is one refused line."""
        with self.path.open("rb") as file:
            yield from self._lines(file)

    def _lines(self, file: BinaryIO) -> Iterator[Line]:
        number, rest, is_skipping = 0, b"", False
        chunks = self._chunks(file)
        while True:
            try:
                chunk = next(chunks, None)
            except Damaged:
                yield Line(number + 1, rest, "damaged")
                return
            if chunk is None:
                break
            if not self.text_bytes:
                chunk = chunk.removeprefix(_BYTE_ORDER_MARK)
            self.text_bytes += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            for content in whole:
                number += 1
                if is_skipping or len(content) > LONGEST_LINE:
                    is_skipping = False
                    yield Line(number, b"", "too_long")
                else:
                    yield Line(number, content.removesuffix(b"\r"))
            if len(rest) > LONGEST_LINE:
                is_skipping, rest = True, b""
        if is_skipping:
            yield Line(number + 1, b"", "too_long")
        elif rest:
            yield Line(number + 1, rest.removesuffix(b"\r"))

    def _chunks(self, file: BinaryIO) -> Iterator[bytes]:
        is_compressed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        return self._inflated(file) if is_compressed else self._raw(file)

    def _raw(self, file: BinaryIO) -> Iterator[bytes]:
        while chunk := file.read(CHUNK):
            self.bytes_read += len(chunk)
            yield chunk

    def _inflated(self, file: BinaryIO) -> Iterator[bytes]:
        inflate = zlib.decompressobj(wbits=31)
        for packed in self._raw(file):
            waiting = packed
            while waiting:
                if inflate.eof:  # a gzip file may be several, one after another, with zeros after each
                    waiting = waiting.lstrip(b"\0")
                    inflate = zlib.decompressobj(wbits=31) if waiting else inflate
                    continue
                before = inflate.copy()
                try:
                    text = inflate.decompress(waiting, CHUNK)
                except zlib.error as problem:
                    yield _until_damage(before, waiting)
                    raise Damaged from problem
                if text:
                    yield text
                waiting = inflate.unconsumed_tail or inflate.unused_data
        if not inflate.eof:
            raise Damaged


def _until_damage(inflate: "zlib._Decompress", packed: bytes) -> bytes:
    """Return what `packed` holds before its damage, byte by byte: a failing call loses all that it had made."""
    text = bytearray()
    with contextlib.suppress(zlib.error):
        for place in range(len(packed)):
            text += inflate.decompress(packed[place : place + 1])
    return bytes(text)
