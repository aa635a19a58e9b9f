"""An animated GIF freed of what stands beside its pictures, each picture and its time kept byte for byte."""

from typing import Final

_EXTENSION: Final = 0x21
_PICTURE: Final = 0x2C
_END: Final = 0x3B
_TIMING: Final = 0xF9
_APPLICATION: Final = 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""The applications whose blocks say how often the animation is repeated."""


def bare(content: bytes) -> bytes:
    """Return a GIF without comments and what applications wrote, but how often it repeats. Raises ValueError."""
    at = 13 + _table(content, 10)
    kept = [content[:at]]
    while (kind := _byte(content, at)) != _END:
        end = _end_of(content, at, kind)
        if kind == _PICTURE or _is_of_the_animation(content, at):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, bytes([_END])])


def _is_of_the_animation(content: bytes, at: int) -> bool:
    label = _byte(content, at + 1)
    return label == _TIMING or (label == _APPLICATION and content[at + 3 : at + 14] in _LOOPS)


def _end_of(content: bytes, at: int, kind: int) -> int:
    """Return where the block at `at` ends. Raises ValueError for what is none."""
    if kind == _EXTENSION:
        return _behind(content, at + 2)
    if kind == _PICTURE:
        return _behind(content, at + 11 + _table(content, at + 9))
    raise ValueError("a GIF with a block of no known kind")


def _table(content: bytes, at: int) -> int:
    """Return how many bytes the colours take of which the byte at `at` tells."""
    flags = _byte(content, at)
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind(content: bytes, at: int) -> int:
    """Return the place behind the data at `at`: parts with their lengths before them, an empty one at the end."""
    while length := _byte(content, at):
        at += 1 + length
    return at + 1


def _byte(content: bytes, at: int) -> int:
    if at >= len(content):
        raise ValueError("a GIF that ends too early")
    return content[at]
