"""What networks tell of an account, made to fit our columns: names are cut, an address is whole or not kept.

Pure functions. A network may claim anything as an address: only what a browser opens as a page is one.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from portevoix.networks.contracts import ActorRef

LONGEST_URL: Final = 500
LONGEST_NAME: Final = 200
"""Characters of a handle, and of a name."""
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What no database stores in a text: NUL, and halves of characters, which JSON can hold."""


def is_storable(said: str) -> bool:
    """Return whether a database stores `said` as it is."""
    return not _UNSTORABLE.search(said)


def text(said: str) -> str:
    """Return what was said without the characters that cannot be stored."""
    return _UNSTORABLE.sub("", said)


def address(url: str) -> str:
    """Return `url`, or an empty text where it is longer than what is kept, or leads to no page of the web."""
    if len(url) > LONGEST_URL or not is_storable(url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def actor(told: ActorRef) -> ActorRef:
    """Return `told` with a handle, a name and an address that can be kept; its identity stays what it is."""
    handle, name = (text(said)[:LONGEST_NAME] for said in (told.handle, told.display_name))
    return ActorRef(told.remote_id, handle, name, address(told.url))
