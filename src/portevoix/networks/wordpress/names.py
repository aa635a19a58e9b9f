"""The ids by which we know what stands on a site: addresses that WordPress itself understands, and never changes.

`HOME/?p=12` is the short link of a post, `HOME/?author=3` that of an author, whatever links the site shows.
"""

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import quote

_POST: Final = re.compile(r"/\?p=([1-9][0-9]{0,17})(?:#comment-([1-9][0-9]{0,17}))?\Z")
_LONGEST_NAME: Final = 200
"""Characters of a name within an address; sites take 245, which written there can be ten times as many."""
_AUTHOR: Final = re.compile(r"/\?author=([1-9][0-9]{0,17})\Z")


class Names:
    """The ids of one site, whose home page is `home` (without a slash at its end)."""

    def __init__(self, home: str) -> None:
        self.home = home

    def post(self, number: int) -> str:
        """Return the id of a post."""
        return f"{self.home}/?p={number}"

    def comment(self, post: int, number: int) -> str:
        """Return the id of a comment on the post numbered `post`."""
        return f"{self.post(post)}#comment-{number}"

    def author(self, number: int) -> str:
        """Return the id of an author."""
        return f"{self.home}/?author={number}"

    def visitor(self, name: str, comment_id: str) -> str:
        """Return the id of somebody without an account: by the name given, else for that comment alone."""
        told = quote(unicodedata.normalize("NFC", name), safe="")
        if len(told) > _LONGEST_NAME:
            told = hashlib.sha256(told.encode()).hexdigest()
        return f"{self.home}/?visitor={told}" if told else comment_id

    def numbers(self, remote_id: str) -> tuple[int, int] | None:
        """Return the numbers of a post and of a comment on it (0: the post itself); None for any other id."""
        found = _POST.match(self._rest(remote_id))
        return (int(found[1]), int(found[2] or 0)) if found else None

    def author_number(self, remote_id: str) -> int | None:
        """Return the number of the author of that id, or None."""
        found = _AUTHOR.match(self._rest(remote_id))
        return int(found[1]) if found else None

    def _rest(self, remote_id: str) -> str:
        return remote_id.removeprefix(self.home) if remote_id.startswith(self.home) else ""
