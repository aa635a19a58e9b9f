"""A long text as a thread: parts that each fit, cut where one draws breath, and no word lost."""

import re
from collections.abc import Callable, Iterator
from typing import Final

import regex

from portevoix.networks.text import LINK

Fits = Callable[[str], bool]
"""Whether a text fits one post."""

_ABBREVIATIONS: Final = (
    *("M", "MM", "Mme", "Mmes", "Mlle", "Dr", "Pr", "St", "Ste", "art", "cf", "p", "ex", "env", "etc", "vol"),
    *("Mr", "Mrs", "Ms", "Prof", "vs", "e.g", "i.e", "approx", "No", "n°", "al", "Jr", "Sr", "Inc", "Ltd"),
)
"""After these, a full stop ends no sentence."""
_STOP: Final = re.compile(r"[.!?…]+[»”\"’')\]]*(?:[\u00a0\u202f]*[»”])?\s+")
_LETTER: Final = regex.compile(rf"(?i:{LINK.pattern})|\X")
_WIDEST_NUMBER: Final = " 99/99"


def split(text: str, fits: Fits, *, is_numbered: bool = False) -> tuple[str, ...]:
    """Return `text` in parts that all fit, as few as filling each in turn gives; one part where it fits whole.

    Cut at the ends of paragraphs where that is enough, else of sentences, else between words; a word that fits
    nowhere is cut between its letters, an address never: at most away from the punctuation that touches it.
    `is_numbered` puts 1/3, 2/3, 3/3 behind the parts.
    Raises ValueError when an address alone does not fit.
    """
    whole = text.strip()
    if fits(whole):
        return (whole,)
    room = (lambda part: fits(part + _WIDEST_NUMBER)) if is_numbered else fits
    parts = [part.strip() for part in _packed(whole, room, 0)]
    if not is_numbered:
        return tuple(parts)
    return tuple(f"{part} {place}/{len(parts)}" for place, part in enumerate(parts, 1))


def _packed(text: str, fits: Fits, level: int) -> Iterator[str]:
    """Yield parts of `text`, each filled with pieces of `level` as long as they fit."""
    part = ""
    for piece in _CUTS[level](text):
        if fits((part + piece).strip()):
            part += piece
            continue
        if part.strip():
            yield part
        part = ""
        if fits(piece.strip()):
            part = piece
        elif piece.strip():
            *full, part = _finer(piece, fits, level)
            yield from full
    if part.strip():
        yield part


def _finer(piece: str, fits: Fits, level: int) -> list[str]:
    """Return a piece that does not fit, in parts cut more finely. Raises ValueError where it cannot be cut."""
    if level + 1 == len(_CUTS):
        raise ValueError("an address or a letter alone is longer than a post may be")
    return list(_packed(piece, fits, level + 1))


def _paragraphs(text: str) -> list[str]:
    return re.findall(r".+?(?:\n\s*\n|\Z)", text, re.DOTALL)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _sentences(text: str) -> list[str]:
    """Return the sentences of `text`, each with the white space behind it."""
    found, start = [], 0
    links = [link.span() for link in LINK.finditer(text)]
    for stop in _STOP.finditer(text):
        is_inside = any(first < stop.start() < last for first, last in links)
        if not is_inside and not _is_abbreviation(text[start : stop.start()]):
            found.append(text[start : stop.end()])
            start = stop.end()
    return [*found, text[start:]] if text[start:] else found


def _is_abbreviation(before: str) -> bool:
    """Return whether the full stop behind `before` belongs to its last word."""
    word = re.split(r"[\s(«“\u00a0\u202f’']", before)[-1]
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isupper())


def _words(text: str) -> list[str]:
    # Spaces that do not break a line keep what they join: a figure and its unit, a word and its punctuation.
    return re.findall(r"[^ \t\n]+[ \t\n]*|[ \t\n]+", text)


def _letters(text: str) -> list[str]:
    """Return the letters of `text` as people see them; an address counts as one."""
    return [found[0] for found in _LETTER.finditer(text)]


_CUTS: Final = (_paragraphs, _lines, _sentences, _words, _letters)
