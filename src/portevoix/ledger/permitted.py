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
    names, words = _may_keep_names(permits), _may_keep(permits, Datum.WORDS)
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


def _may_keep_names(permits: Sequence[Permit]) -> bool:
    """Return whether people's names may be kept; not where only for a time, since nobody takes them away again."""
    permit = permit_of(permits, Datum.PROFILES)
    return permit is not None and Use.STORE in permit.uses and permit.keep is None


def _bare(actor: ActorRef) -> ActorRef:
    return ActorRef(actor.remote_id)


@dataclass(frozen=True)
class Keeping:
    """On which day what others said, and what we said ourselves, is erased; None where nothing says when.

    Where the network wants what is deleted there to be deleted here, words of others are kept no longer than that
    may take: nobody asks for each of them whether it is still there. Our own posts are asked for each day.
    """

    words: date | None = None
    own_posts: date | None = None

    @classmethod
    def of(cls, permits: Sequence[Permit] | None, on: date) -> Self:
        """Return the days for what is kept on the day `on`."""
        words, own = permit_of(permits or (), Datum.WORDS), permit_of(permits or (), Datum.OWN_POSTS)
        spans = [span for span in (words.keep, words.must_follow_deletion) if span] if words else []
        return cls(on + min(spans) if spans else None, on + own.keep if own and own.keep else None)
