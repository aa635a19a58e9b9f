"""How LinkedIn counts a post, and how it writes one: “little text”, in which fifteen characters are escaped.

LinkedIn says “3,000 characters” and not of which kind, and cuts what is longer without a word. Of what it may
mean, UTF-16 units are the most, so that what is valid here is never cut. What counts is what people see: neither
escapes nor the marks of mentions and hashtags.
"""

import re
import unicodedata
from typing import Final

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import verdict

LIMITS: Final = Limits(
    text_length=3000,
    media_count=20,
    alternative_text_length=4086,
    media_side=6000,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
)
COMMENT_LENGTH: Final = 1250
_RESERVED: Final = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_MENTION: Final = r"@\[(?P<name>[^\[\]()\n]+)\]\((?P<urn>urn:li:(?:organization|person):[A-Za-z0-9_-]+)\)"
_HASHTAG: Final = r"(?<![\w&/#])#(?P<tag>[^\W_]*[^\W\d_][^\W_]*)(?!\w)"
_MARKS: Final = re.compile(f"{_MENTION}|{_HASHTAG}")
_TOKENS: Final = re.compile(
    r"\\(?P<escaped>.)"
    r"|@\[(?P<name>(?:\\.|[^\\\]])*)\] ?\(urn:li:[^()]*\)"
    r"|\{hashtag\|\\?(?P<sign>[#\uFF03])\|(?P<tag>(?:\\.|[^\\}])*)\}",
    re.DOTALL,
)


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` as LinkedIn counts it."""
    return verdict(length_of(plain(written(text))), (limits or LIMITS).text_length)


def length_of(text: str) -> int:
    """Return the UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def normalized(text: str) -> str:
    """Return `text` as it is counted and sent: no outer white space, composed, lines ending in one character."""
    return unicodedata.normalize("NFC", text.strip().replace("\r\n", "\n").replace("\r", "\n"))


def written(text: str) -> str:
    """Return `text` as LinkedIn writes it.

    `#word` becomes a hashtag, and `@[Name](urn:li:organization:1)` a mention; all else is what it is.
    """
    text, place = normalized(text), 0
    parts: list[str] = []
    for found in _MARKS.finditer(text):
        parts += [_escaped(text[place : found.start()]), _mark(found)]
        place = found.end()
    return "".join([*parts, _escaped(text[place:])])


def plain(little: str) -> str:
    """Return the words that people see of a text that LinkedIn wrote."""
    return _TOKENS.sub(_seen, little)


def _mark(found: re.Match[str]) -> str:
    if found["tag"]:
        return rf"{{hashtag|\#|{found['tag']}}}"
    return f"@[{_escaped(found['name'])}]({found['urn']})"


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text)


def _seen(found: re.Match[str]) -> str:
    if found["escaped"]:
        return found["escaped"]
    if found["sign"]:
        return found["sign"] + plain(found["tag"])
    return plain(found["name"])
