"""X's timelines, newest first and cut into pages, read as what happened since: oldest first, each once.

A cursor is the number of the last post that was told. One reading goes through all newer pages before it tells
anything, since what is oldest comes last. What is younger than the time for which X may still add something older
beside it is held back for the next reading.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from portevoix.networks.errors import UnexpectedReply
from portevoix.networks.x.config import is_id
from portevoix.networks.x.posts import Expanded, Told, made_at

PAGE: Final = 20
"""Posts asked for at once: all that a page may cost is charged before it is read."""
_MOST_PAGES: Final = 200

Turn = Callable[[str], dict[str, Any]]
"""Asks one page: '' for the newest, else the token of a page."""


@dataclass(frozen=True)
class Stretch:
    """What a timeline tells after a cursor: posts oldest first, the next cursor, and whether some are lost."""

    posts: tuple[Told, ...]
    expanded: Expanded
    cursor: str
    has_gap: bool


def checked(cursor: str) -> str:
    """Return `cursor` when it is one of ours. Raises UnexpectedReply."""
    if cursor and not is_id(cursor):
        raise UnexpectedReply("x: this is none of its cursors")
    return cursor


def stretch(turn: Turn, cursor: str, *, until: datetime, reach: int) -> Stretch:
    """Return what was made after `cursor` ('' for all there is) and not after `until`.

    `reach` is how many posts X gives of this timeline at most: when as many come, older ones are lost.
    """
    found: dict[int, Told] = {}
    users: dict[str, Told] = {}
    posts: dict[str, Told] = {}
    for answer in pages(turn):
        expanded = Expanded.of(answer)
        users |= expanded.users
        posts |= expanded.posts
        found |= {int(one["id"]): one for one in answer.get("data") or ()}
    told = [
        one for number, one in sorted(found.items()) if number > int(cursor or 0) and made_at(one) <= until
    ]
    last = str(told[-1]["id"]) if told else cursor
    return Stretch(tuple(told), Expanded(users, posts), last, bool(cursor) and len(found) >= reach)


def pages(turn: Turn) -> Iterator[dict[str, Any]]:
    """Yield every page, the newest first; no network keeps turning for ever."""
    token = ""
    for _page in range(_MOST_PAGES):
        answer = turn(token)
        yield answer
        token = str((answer.get("meta") or {}).get("next_token") or "")
        if not token:
            return
