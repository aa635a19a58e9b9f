"""Whether a post that stands on X is a draft of ours whose answer was lost.

X may have changed the text a little: addresses are completed, a reply begins with the name of whom it answers.
What it answers X tells by its number, also when that post is gone.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from portevoix.networks.contracts import Draft
from portevoix.networks.text import whole_text
from portevoix.networks.x import addresses
from portevoix.networks.x.posts import Told, reference, text_of

_NAMES: Final = re.compile(r"(?:@\w{1,15}\s+)+")
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_ADDRESS: Final = "\0"


def candidates(draft: Draft, posts: Iterable[Told]) -> list[Told]:
    """Return the posts that may be `draft`: answers to the same post, or to none, with the same text.

    Where there is none, those with the same words around addresses.
    """
    told = [(one, text_of(one)) for one in posts if reference(one, "replied_to") == draft.in_reply_to]
    text, is_reply = whole_text(draft), bool(draft.in_reply_to)
    same = [one for one, said in told if _plain(said, is_reply) == _plain(text, is_reply)]
    words = _words(text, is_reply)
    if same or not words.replace(_ADDRESS, "").strip():
        return same
    return [one for one, said in told if _words(said, is_reply) == words]


def _plain(text: str, is_reply: bool) -> str:
    """Return `text` without what X may change: ends of addresses, white space, and the names that it answers."""
    text = unicodedata.normalize("NFC", text)
    if is_reply:
        text = _NAMES.sub("", text, count=1) if _NAMES.match(text) else text
    plain = (_SCHEME.sub("", word).removesuffix("/") for word in text.split())
    return " ".join(plain)


def _words(text: str, is_reply: bool) -> str:
    """Return `text` with each address as one sign, whatever it is."""
    plain, place = "", 0
    text = unicodedata.normalize("NFC", text)
    for span in addresses.find(text):
        plain, place = f"{plain}{text[place : span.start]}{_ADDRESS}", span.end
    return _plain(plain + text[place:], is_reply)
