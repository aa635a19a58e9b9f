"""Finds the addresses that X turns into links, with and without a scheme.

Each counts for 23 characters, and a post that has one costs more. The rules are those of twitter-text, read in its
documentation and conformance tests; the endings come from the Public Suffix List. It is a scan and not one
pattern, since a pattern for all of it runs away on long rows of dots.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from publicsuffixlist import PublicSuffixList

LONGEST: Final = 4096
"""Characters of the longest address that X takes for one."""
_LONGEST_ENDING: Final = 24
_INVALID: Final = "\ufffe\ufeff\uffff"
_SPACES: Final = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTIONS: Final = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_NO_HOST: Final = rf"!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${_SPACES}{_INVALID}{_DIRECTIONS}"
_LATIN: Final = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272"
    "\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_PATH: Final = rf"[A-Za-z0-9\u0400-\u04ff{_LATIN}!*';:=+,.$/%#\[\]\u2013_~@|&-]"
_QUERY: Final = r"[A-Za-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]"

_HOSTS: Final = re.compile(rf"[^{_NO_HOST}]+")
"""Whatever may be a host: letters of any script, dots, hyphens and underscores."""
_SCHEME: Final = re.compile(r"https?://\Z", re.IGNORECASE)
_GLUED: Final = re.compile(rf"[A-Za-z0-9@＠$#＃{_INVALID}]")
"""What an address may not stand directly behind."""
_LATIN_LABELS: Final = re.compile(rf"(?:[A-Za-z0-9{_LATIN}-]+\.)+")
_PUNYCODE: Final = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
_ALPHANUMERIC: Final = re.compile(r"[A-Za-z0-9]+")
_GOES_ON: Final = re.compile(r"[0-9A-Za-z@+-]")
_PORT: Final = re.compile(r":[0-9]+")
_GROUP: Final = rf"\((?:{_PATH}++|{_PATH}*+\({_PATH}++\){_PATH}*+)\)"
_WAY: Final = re.compile(rf"/(?:{_PATH}++|{_GROUP})*+")
_WAY_END: Final = re.compile(rf"[A-Za-z0-9\u0400-\u04ff{_LATIN}+=_#/)-]")
_ASKED: Final = re.compile(rf"\?{_QUERY}*+")
_ASKED_END: Final = re.compile(r"[A-Za-z0-9_&=#/-]")
_SHORTENED: Final = re.compile(r"https?://t\.co/[a-z0-9]+", re.IGNORECASE)


class Span(NamedTuple):
    """An address within a text: from `start` up to `end`."""

    start: int
    end: int


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True, accept_unknown=False)


@lru_cache(maxsize=4096)
def is_ending(label: str) -> bool:
    """Return whether an address may end with `label`: a top-level domain, in its own script or in ASCII."""
    return bool(label) and _list().publicsuffix(f"a.{label.lower()}") is not None


def find(text: str) -> list[Span]:
    """Return the addresses in `text` (NFC) that X makes links, in order."""
    found: list[Span] = []
    for run in _HOSTS.finditer(text):
        if "." in run.group():
            free = found[-1].end + 1 if found else 0
            spans = _in_run(text, run.start(), run.end(), free)
            found += (span for span in spans if span.end - span.start <= LONGEST)
    return found


def _in_run(text: str, start: int, end: int, free: int) -> Iterator[Span]:
    """Yield the addresses whose hosts stand in the run of host letters from `start` to `end`.

    None begins before `free`: something must stand between two addresses.
    """
    hosts = _Hosts(text, start, end)
    scheme = _SCHEME.search(text, max(0, start - len("https://")), start)
    is_begun = (
        scheme
        and scheme.start() >= free
        and not _GLUED.match(text[max(0, scheme.start() - 1) : scheme.start()])
    )
    if scheme and is_begun and (reached := hosts.reach(start)):
        yield Span(scheme.start(), _whole_end(text, scheme.start(), reached))
    else:
        yield from _bare(text, hosts, max(start, free), end)


class _Hosts:
    """The hosts within one run of host letters: how far one that begins at a place reaches."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._labels: list[Span] = []
        place = start
        for label in text[start:end].split("."):
            self._labels.append(Span(place, place + len(label)))
            place += len(label) + 1
        self._reaches = [0] * (len(self._labels) + 1)
        for number in range(len(self._labels) - 1, -1, -1):
            self._reaches[number] = self._reach(number, self._labels[number].start)
        self._number = 0

    def reach(self, place: int) -> int:
        """Return where the longest host that begins at `place` ends, 0 when none does. Places only grow."""
        while self._labels[self._number].end < place:
            self._number += 1
        return self._reach(self._number, place)

    def _reach(self, number: int, place: int) -> int:
        """Return how far a host reaches of which label `number`, from `place` on, is the first."""
        end = self._labels[number].end
        is_last = number + 1 == len(self._labels)
        if is_last or place >= end or self._text[place] in "_-" or self._text[end - 1] in "_-":
            return 0
        if further := self._reaches[number + 1]:
            return further
        return 0 if "_" in self._text[place:end] else ending(self._text, self._labels[number + 1])


def ending(text: str, label: Span) -> int:
    """Return where the top-level domain with which `label` begins ends, 0 when it begins with none."""
    if punycode := _PUNYCODE.match(text, label.start, label.end):
        return punycode.end()
    if run := _ALPHANUMERIC.match(text, label.start, label.end):
        is_whole = not _GOES_ON.match(text, run.end())
        return run.end() if is_whole and is_ending(run.group()) else 0
    longest = min(label.end, label.start + _LONGEST_ENDING)
    ends = range(longest, label.start, -1)
    return next((at for at in ends if is_ending(text[label.start : at]) and not _GOES_ON.match(text, at)), 0)


def _bare(text: str, hosts: _Hosts, start: int, end: int) -> Iterator[Span]:
    """Yield the addresses without a scheme: the Latin parts of hosts, the last one with its path."""
    place = start
    while place < end:
        before = text[place - 1 : place] if place else ""
        if text[place] == "." or _GLUED.match(before) or not (reached := hosts.reach(place)):
            place += 1
            continue
        if before not in ("-", "_", ".", "/"):
            yield from _latin(text, place, reached)
        place = reached + 1


def _latin(text: str, start: int, end: int) -> Iterator[Span]:
    for labels in _LATIN_LABELS.finditer(text, start, end):
        dots = [at for at in range(labels.start(), labels.end()) if text[at] == "."]
        for dot in reversed(dots):
            stop = text.find(".", dot + 1, end)
            if reached := ending(text, Span(dot + 1, end if stop < 0 else stop)):
                yield Span(labels.start(), _bare_end(text, labels.start(), reached))
                break


def _bare_end(text: str, start: int, host_end: int) -> int:
    """Return where an address without a scheme ends: a port or a query belongs to it only beside a path."""
    port = _PORT.match(text, host_end)
    has_path = text.startswith("/", port.end() if port else host_end)
    return _whole_end(text, start, host_end) if has_path else host_end


def _whole_end(text: str, start: int, host_end: int) -> int:
    """Return where the address that begins at `start` ends, with its port, path and query."""
    port = _PORT.match(text, host_end)
    place = _trimmed(text, port.end() if port else host_end, _WAY, _WAY_END)
    place = _trimmed(text, place, _ASKED, _ASKED_END)
    shortened = _SHORTENED.match(text, start, place)
    if shortened and not text.startswith("?", shortened.end()):
        return shortened.end()
    return place


def _trimmed(text: str, place: int, part: re.Pattern[str], last_char: re.Pattern[str]) -> int:
    """Return where `part`, which may stand at `place`, ends without the punctuation of the sentence around it."""
    told = part.match(text, place)
    if not told:
        return place
    last = told.end()
    while last > place and not last_char.match(text[last - 1]):
        last -= 1
    return last
