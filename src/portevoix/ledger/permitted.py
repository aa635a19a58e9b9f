"""What of the things that a network told may be kept, and until when: its permits, applied to what came in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from portevoix.networks.contracts import ActorRef, Event, SeenPost
from portevoix.networks.permits import Datum, Permit, Use, permit_of


def events(told: Sequence[Event], permits: Sequence[Permit]) -> list[Event]:
    """Return those of `told` that may be kept, without names or words where those may not be."""
    if not _may_keep(permits, Datum.ACTS):
        return []
    names, words = _may_keep(permits, Datum.PROFILES), _may_keep(permits, Datum.WORDS)
    return [
        replace(each, actor=each.actor if names else _bare(each.actor), text=each.text if words else "")
        for each in told
    ]


def posts(told: Sequence[SeenPost], permits: Sequence[Permit]) -> list[SeenPost]:
    """Return those of `told`, our own posts, that may be kept."""
    return list(told) if _may_keep(permits, Datum.OWN_POSTS) else []


def _may_keep(permits: Sequence[Permit], datum: Datum) -> bool:
    permit = permit_of(permits, datum)
    return permit is not None and Use.STORE in permit.uses


def _bare(actor: ActorRef) -> ActorRef:
    return ActorRef(actor.remote_id)


@dataclass(frozen=True)
class Keeping:
    """On which day what others said, and what we said ourselves, is erased; None where nothing says when."""

    words: date | None = None
    own_posts: date | None = None

    @classmethod
    def of(cls, permits: Sequence[Permit] | None, on: date) -> Self:
        """Return the days for what is kept on the day `on`."""
        return cls(_end(permits, Datum.WORDS, on), _end(permits, Datum.OWN_POSTS, on))


def _end(permits: Sequence[Permit] | None, datum: Datum, on: date) -> date | None:
    permit = permit_of(permits or (), datum)
    return on + permit.keep if permit and permit.keep else None
