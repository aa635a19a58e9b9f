"""How Mastodon counts a text: in characters as people see them, an address counting what the server reserves.

Of a handle `@user@domain` only `@user` counts. An address is one only where its server would make a link of it:
with `://`, and with a name that ends in a known top-level domain.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex
from publicsuffixlist import PublicSuffixList

from portevoix.networks.contracts import Limits, TextMeasure
from portevoix.networks.text import verdict

DEFAULTS: Final = Limits(text_length=500, media_count=4, alternative_text_length=1500, link_length=23)
"""What Mastodon itself allows where a server does not tell."""

_PATH: Final = r"[^\s<>()?]"
_IN_PARENS: Final = rf"\({_PATH}*(?:\({_PATH}+\){_PATH}*)?\)"
_PATH_END: Final = rf"(?:[^\s()?!*\"'「」<>;:=,.$%\[\]~&|@]|{_IN_PARENS})"
_QUERY: Final = r"[\w!?*'();:&=+$/%#\[\]\-.,~|@^]"
_ADDRESS: Final = regex.compile(
    rf"""(?<![A-Za-z0-9@＠$\#＃])
    (?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://
    (?P<host>(?:\w(?:[\w\-]*\w)?\.)+(?:xn--[a-z0-9\-]+|[a-z]{{2,}}|[^\W\da-z_]{{2,}}))(?![0-9a-z@＠])
    (?::\d+)?
    (?:/(?:(?:{_PATH}|{_IN_PARENS})*{_PATH_END}|{_PATH}+/)?)?
    (?:\?{_QUERY}*[\w&=\#/\-])?""",
    regex.VERBOSE | regex.IGNORECASE,
)
_USER: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?"
HANDLE: Final = regex.compile(rf"(?<![=/\w])@(?P<user>{_USER})(?P<at>@[\w.\-]+\w)?(?!@|＠|://)")
_LONGEST_ADDRESS: Final = 4096
_LONGEST_DOMAIN: Final = 253
"""What is longer is no address, or no handle, to a server."""
_STRIPPED: Final = "\t\n\v\f\r \0"
"""What a server takes away from both ends; all other white space there does not even leave."""
_CHARACTER: Final = regex.compile(r"\X")


@lru_cache(maxsize=1)
def _domains() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True, accept_unknown=False)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each address in `text` of which a server makes a link."""
    for found in _ADDRESS.finditer(text):
        is_short = len(found[0]) <= _LONGEST_ADDRESS and len(found["host"]) <= _LONGEST_DOMAIN
        if is_short and _domains().publicsuffix(found["host"].lower()):
            yield found.span()


def without_domains(text: str) -> str:
    """Return `text` with each handle as servers show it: without its domain."""
    return str(HANDLE.sub(lambda found: f"@{found['user']}" if _is_handle(found["at"]) else found[0], text))


def _is_handle(domain: str | None) -> bool:
    return domain is None or len(domain) - 1 <= _LONGEST_DOMAIN


def shortened(text: str, link: str) -> str:
    """Return `text` with `link` for each address, and each handle without its domain."""
    parts, place = [], 0
    for start, end in addresses(text):
        parts += [without_domains(text[place:start]), link]
        place = end
    return "".join([*parts, without_domains(text[place:])])


def measure(text: str, limits: Limits | None = None) -> TextMeasure:
    """Return the length of `text` as its server counts it, outer white space aside."""
    used = limits or DEFAULTS
    reserved = used.link_length or DEFAULTS.link_length or 0
    counted = shortened(text.strip().strip(_STRIPPED), "x" * reserved)
    length = sum(1 for _each in _CHARACTER.finditer(counted)) if counted.strip() else 0
    return verdict(length, used.text_length)
