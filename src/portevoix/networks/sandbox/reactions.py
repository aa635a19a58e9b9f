"""What a post, and a day, bring from the people of the sandbox.

All of it is a pure function of the network's seed, of the post, and of when the post was first seen: nothing
is stored, and what happened before an instant is the same whenever one looks.
"""

import math
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from portevoix.core.clock import DAY_US, SECOND_US
from portevoix.networks.contracts import Kind
from portevoix.networks.sandbox.chance import Dice
from portevoix.networks.sandbox.crowd import Crowd, Origin, crowd_of
from portevoix.networks.sandbox.people import BLOCK

HOUR_US = 3_600 * SECOND_US
REACH_US = 14 * DAY_US
"""Nobody reacts to a post for the first time later than this."""
AFTERWARDS_US = 3 * DAY_US
"""Nobody takes a reaction back later than this after having given it."""

PER_FOLLOWER = {Kind.LIKE: 0.008, Kind.REPOST: 0.0015, Kind.REPLY: 0.0006, Kind.QUOTE: 0.0003}
TAKEN_BACK = {
    Kind.LIKE: (0.02, Kind.LIKE_WITHDRAWN),
    Kind.REPOST: (0.015, Kind.REPOST_WITHDRAWN),
    Kind.REPLY: (0.02, Kind.DELETED),
}
MENTIONS_A_DAY = 0.0003
STRANGERS = 0.1
QUESTION_DRAWS = 2.5
SEEN_BY = 0.3
_EARLY = 0.7
_EARLY_HOURS, _LATE_HOURS = 2.0, 30.0
_REGRET_HOURS = 5.0
_SEEN_HOURS = 9.0


class Stir(NamedTuple):
    """A post as far as it stirs people: its id, when it was first seen, and whether it asks something."""

    origin: Origin
    post: str
    seen_us: int
    asks: bool


class Act(NamedTuple):
    """Something that a person did. `act` is its id; `concerns` the publication concerned, '' for none."""

    at_us: int
    act: str
    kind: Kind
    person: int
    concerns: str
    draw: int = 0


def _delay(dice: Dice) -> int:
    """Return after how many microseconds somebody reacts: soon, mostly."""
    hours = _EARLY_HOURS if dice.happens(_EARLY) else _LATE_HOURS
    return SECOND_US + int(dice.wait(hours) * HOUR_US) % REACH_US


def _somebody(dice: Dice, crowd: Crowd, us: int) -> int:
    """Return a follower, or now and then somebody who passes by."""
    follower = None if dice.happens(STRANGERS) else crowd.somebody(dice, us)
    return dice.below(BLOCK) if follower is None else follower


def _appeal(dice: Dice) -> float:
    """Return how much better or worse than another a post does: 1 on average."""
    return math.exp(0.6 * dice.normal() - 0.18)


def _first_acts(stir: Stir, kind: Kind, size: int) -> list[Act]:
    """Return the likes, or reposts, replies, quotes of a post; nobody does the same twice."""
    dice = Dice(stir.origin.seed, stir.post, kind)
    crowd = crowd_of(stir.origin)
    drawn = QUESTION_DRAWS if stir.asks and kind is Kind.REPLY else 1.0
    wanted = dice.count(size * PER_FOLLOWER[kind] * drawn * _appeal(Dice(stir.origin.seed, stir.post)))
    acts: dict[int, Act] = {}
    for number in range(wanted):
        person, at = _somebody(dice, crowd, stir.seen_us), stir.seen_us + _delay(dice)
        act = Act(at, f"{stir.post}/{kind}/{number}", kind, person, stir.post, dice.below(1000))
        acts.setdefault(person, act)
    return list(acts.values())


def names_us(act: Act) -> bool:
    """Return whether a reply begins with our handle: it is then a mention too, at the same instant."""
    return act.kind is Kind.REPLY and act.draw % 5 < 2  # noqa: PLR2004


def _consequences(dice: Dice, act: Act) -> list[Act]:
    """Return what follows from one act: it names us as well, or is taken back."""
    following = [act._replace(kind=Kind.MENTION)] if names_us(act) else []
    chance, back = TAKEN_BACK.get(act.kind, (0.0, act.kind))
    if chance and dice.happens(chance):
        later = act.at_us + SECOND_US + int(dice.wait(_REGRET_HOURS) * HOUR_US) % AFTERWARDS_US
        concerned = act.act if back is Kind.DELETED else act.concerns
        following.append(Act(later, act.act, back, act.person, concerned))
    return following


@lru_cache(maxsize=2048)
def reactions(stir: Stir) -> tuple[Act, ...]:
    """Return all that a post will ever bring, oldest first."""
    size = crowd_of(stir.origin).size(stir.seen_us)
    acts = [act for kind in PER_FOLLOWER for act in _first_acts(stir, kind, size)]
    dice = Dice(stir.origin.seed, stir.post, "consequences")
    acts += [after for act in acts for after in _consequences(dice, act)]
    return tuple(sorted(acts))


def slice_of(acts: tuple[Act, ...], start_us: int, end_us: int) -> tuple[Act, ...]:
    """Return those of `acts` (oldest first) from `start_us` to `end_us` (excluded)."""
    return acts[bisect_left(acts, (start_us,)) : bisect_left(acts, (end_us,))]


@lru_cache(maxsize=4096)
def mentions(origin: Origin, day: int) -> tuple[Act, ...]:
    """Return how people name an account of themselves on its day `day` (0 is the first), oldest first."""
    start = origin.opened_us + day * DAY_US
    dice, crowd = Dice(origin.seed, origin.account, "mentions", day), crowd_of(origin)
    acts = [
        Act(
            start + dice.below(DAY_US),
            f"{origin.account}/mention/{day}-{number}",
            Kind.MENTION,
            _somebody(dice, crowd, start),
            "",
            dice.below(1000),
        )
        for number in range(dice.count(crowd.size(start) * MENTIONS_A_DAY))
    ]
    return tuple(sorted(acts))


def comings_and_goings(origin: Origin, start_us: int, end_us: int) -> list[Act]:
    """Return who began and who ceased to follow from `start_us` to `end_us` (excluded)."""
    crowd = crowd_of(origin)
    come = [(Kind.FOLLOW, at, k) for at, k in crowd.arrivals(start_us, end_us)]
    gone = [(Kind.FOLLOW_WITHDRAWN, at, k) for at, k in crowd.departures(start_us, end_us)]
    return [
        Act(at, f"{origin.account}/follower/{k}", kind, crowd.person(k), "") for kind, at, k in come + gone
    ]


def impressions(stir: Stir, now_us: int) -> int:
    """Return how often a post was seen by `now_us`: it grows, ever more slowly."""
    if now_us <= stir.seen_us:
        return 0
    audience = crowd_of(stir.origin).size(stir.seen_us) * SEEN_BY * _appeal(Dice(stir.origin.seed, stir.post))
    return int(audience * (1.0 - math.exp(-(now_us - stir.seen_us) / (_SEEN_HOURS * HOUR_US))))
