"""What stands in a text besides words: links, mentions and hashtags, told by their bytes of UTF-8."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import regex
from publicsuffixlist import PublicSuffixList

from portevoix.networks.bluesky.text import graphemes

_LONGEST_TAG: Final = 64
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LINK: Final = regex.compile(
    rf"(?<![^\s(«“\"])(?:https?://[^\s/?#.][^\s]*|(?P<host>{_LABEL}(?:\.{_LABEL})+)(?![\w@-])(?:[:/?#][^\s]*)?)",
    regex.IGNORECASE,
)
_MENTION: Final = regex.compile(
    rf"(?<![\w.@/-])@(?P<handle>{_LABEL}(?:\.{_LABEL})+)(?![\w@-])", regex.IGNORECASE
)
_NOWHERE: Final = r"\u00ad\u2060\u200a-\u200d\u20e2"
"""Letters that take no room; a hashtag ends before one."""
_TAG: Final = regex.compile(rf"(?<![^\s(«“])[#＃](?!\ufe0f)(?P<tag>[^\s{_NOWHERE}]+)")
_AFTER: Final = regex.compile(r"\p{P}+$")
_SENTENCE_END: Final = ".,;:!?…\"'’”»"
_WORDLESS: Final = regex.compile(r"[\d\p{P}]*")


class EntityKind(StrEnum):
    """What an entity is."""

    LINK = "link"
    MENTION = "mention"
    TAG = "tag"


@dataclass(frozen=True)
class Entity:
    """One entity of a text, from letter `start` to letter `end` (excluded).

    `value` is the whole address of a link, the handle that is mentioned, or the hashtag without its sign.
    """

    kind: EntityKind
    start: int
    end: int
    value: str


def entities(text: str) -> tuple[Entity, ...]:
    """Return what stands in `text`, in order; of two that overlap, the one that begins first."""
    found = sorted((*_links(text), *_mentions(text), *_tags(text)), key=lambda one: (one.start, -one.end))
    kept: list[Entity] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _links(text: str) -> Iterator[Entity]:
    for match in _LINK.finditer(text):
        address = _without_ending(match[0])
        host = match["host"]
        if host and not _is_domain(host):
            continue
        whole = f"https://{address}" if host else address
        yield Entity(EntityKind.LINK, match.start(), match.start() + len(address), whole)


def _without_ending(address: str) -> str:
    """Return `address` without the punctuation of the sentence around it; a bracket that it opened stays."""
    while address and (
        address[-1] in _SENTENCE_END or (address[-1] == ")" and address.count("(") < address.count(")"))
    ):
        address = address[:-1]
    return address


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


def _is_domain(host: str) -> bool:
    """Return whether `host` ends in what ends addresses: 'e.g' is none, 'example.paris' is one."""
    return bool(_suffixes().privatesuffix(host.lower()))


def _mentions(text: str) -> Iterator[Entity]:
    for match in _MENTION.finditer(text):
        yield Entity(EntityKind.MENTION, match.start(), match.end(), match["handle"].lower())


def _tags(text: str) -> Iterator[Entity]:
    for match in _TAG.finditer(text):
        tag = _AFTER.sub("", match["tag"])
        if tag and not _WORDLESS.fullmatch(tag) and graphemes(tag) <= _LONGEST_TAG:
            yield Entity(EntityKind.TAG, match.start(), match.start() + 1 + len(tag), tag)


_FEATURES: Final = {EntityKind.LINK: "uri", EntityKind.MENTION: "did", EntityKind.TAG: "tag"}


def facet(text: str, entity: Entity, value: str) -> dict[str, Any]:
    """Return `entity` of `text` as Bluesky writes it; `value` is the address, the account's id or the hashtag."""
    start, end = (len(text[:place].encode()) for place in (entity.start, entity.end))
    name = _FEATURES[entity.kind]
    feature = {"$type": f"app.bsky.richtext.facet#{entity.kind}", name: value}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}
