"""X's timelines, newest first and cut into pages, read as what happened since: oldest first, each once.

A cursor is the number of the last post that was told. One reading goes through all newer pages before it tells
anything, since what is oldest comes last. A reading that was stopped midway keeps the pages that came, since they
were paid: its cursor says where to go on downwards. What is younger than the time for which X may still add
something older beside it is held back for the next reading.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from portevoix.networks.errors import NetworkError, UnexpectedReply
from portevoix.networks.x.config import is_id
from portevoix.networks.x.posts import Expanded, Told, made_at

PAGE: Final = 20
"""Posts asked for at once: all that a page may cost is charged before it is read."""
FIRST: Final = 200
"""Posts that a first reading goes back to: older ones would cost more than they tell."""
_MOST_PAGES: Final = 200
_PARTS: Final = 4


@dataclass(frozen=True)
class Place:
    """How far a timeline was told: up to the post `since` ('' for nothing yet).

    A reading that was stopped told `read` posts, from `top` down to `below`; what lies between is still to tell.
    """

    since: str = ""
    below: str = ""
    top: str = ""
    read: int = 0

    @classmethod
    def of(cls, cursor: str) -> "Place":
        """Return the place that `cursor` names. Raises UnexpectedReply when it is none of ours."""
        since, *rest = cursor.split("-")
        is_ours = not since or is_id(since)
        if is_ours and not rest:
            return cls(since)
        if is_ours and len(rest) == _PARTS - 1 and all(map(is_id, rest)):
            return cls(since, rest[0], rest[1], int(rest[2]))
        raise UnexpectedReply("x: this is none of its cursors")

    def written(self) -> str:
        """Return the cursor that names this place."""
        return f"{self.since}-{self.below}-{self.top}-{self.read}" if self.below else self.since

    def query(self) -> dict[str, str]:
        """Return between which posts X is asked."""
        return {"since_id": self.since, "until_id": self.below}


Turn = Callable[[Place, str], dict[str, Any]]
"""Asks one page of what lies at a place: '' for the newest, else the token of a page."""


@dataclass(frozen=True)
class Stretch:
    """What a timeline tells after a cursor: posts oldest first, the next cursor, and whether some are lost."""

    posts: tuple[Told, ...]
    expanded: Expanded
    cursor: str
    has_more: bool
    has_gap: bool


@dataclass
class _Pages:
    """The pages that came: posts by their numbers, and what they name."""

    found: dict[int, Told] = field(default_factory=dict)
    users: dict[str, Told] = field(default_factory=dict)
    posts: dict[str, Told] = field(default_factory=dict)

    def add(self, answer: dict[str, Any]) -> None:
        expanded = Expanded.of(answer)
        self.users |= expanded.users
        self.posts |= expanded.posts
        self.found |= {int(one["id"]): one for one in answer.get("data") or ()}

    def told(self, place: Place, until: datetime) -> tuple[Told, ...]:
        """Return the posts after `place` that were made not after `until`, oldest first."""
        newer = (one for number, one in sorted(self.found.items()) if number > int(place.since or 0))
        return tuple(one for one in newer if made_at(one) <= until)


def stretch(turn: Turn, cursor: str, *, until: datetime, reach: int) -> Stretch:
    """Return what was made after `cursor` ('' for the newest there is) and not after `until`.

    `reach` is how many posts X gives of this timeline at most: when as many come, older ones are lost.
    """
    place, came = Place.of(cursor), _Pages()
    most, is_stopped = reach if place.since else min(reach, FIRST), False
    try:
        is_cut = _turn_over(turn, place, came, most)
    except NetworkError:
        if not came.told(place, until):
            raise
        is_stopped, is_cut = True, False
    told, read = came.told(place, until), place.read + len(came.found)
    if is_stopped:
        top = place.top or str(told[-1]["id"])
        following = replace(place, below=str(min(came.found)), top=top, read=read)
    else:
        following = Place(place.top or (str(told[-1]["id"]) if told else place.since))
    # What was told out of its order is covered by itself: nothing is said of the time before it.
    is_apart = is_stopped or bool(place.below and told)
    has_gap = is_cut or is_apart or (bool(place.since) and read >= reach)
    has_more = is_stopped or bool(place.below)
    return Stretch(told, Expanded(came.users, came.posts), following.written(), has_more, has_gap)


def _turn_over(turn: Turn, place: Place, came: _Pages, most: int) -> bool:
    """Add page after page, until there is none or `most` posts came; return whether a first reading left some."""
    for answer in pages(lambda token: turn(place, token)):
        came.add(answer)
        if not place.since and place.read + len(came.found) >= most:
            return bool(_token(answer))
    return False


def pages(turn: Callable[[str], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every page, the newest first; no network keeps turning for ever."""
    token = ""
    for _page in range(_MOST_PAGES):
        answer = turn(token)
        yield answer
        token = _token(answer)
        if not token:
            return


def _token(answer: dict[str, Any]) -> str:
    """Return what asks for the page after an answer, '' where it is the last."""
    return str((answer.get("meta") or {}).get("next_token") or "")
