"""The people of the sandbox: always the same, and cheap."""

import hashlib
import os
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from portevoix.core.clock import DAY_US, to_us
from portevoix.networks.contracts import Kind
from portevoix.networks.sandbox.chance import Dice
from portevoix.networks.sandbox.chatter import PHRASES, phrase
from portevoix.networks.sandbox.crowd import Crowd, Origin
from portevoix.networks.sandbox.people import BLOCK, followers_of, number_of, person
from portevoix.networks.sandbox.reactions import (
    AFTERWARDS_US,
    REACH_US,
    Stir,
    comings_and_goings,
    impressions,
    mentions,
    reactions,
)
from tests.children import printed

OPENED = to_us(datetime(2026, 1, 1, tzinfo=UTC))
ORIGIN = Origin(1, "marion", OPENED, 3000, 12.0)
STIR = Stir(ORIGIN, "marion/1", OPENED + 100 * DAY_US, asks=False)


def test_chance_is_the_same_in_every_year() -> None:
    dice = Dice("a", 1)
    assert [dice.below(1000) for _draw in range(5)] == [964, 855, 939, 206, 375]
    assert Dice("a", 1).below(1000) == 964
    assert Dice("a", 2).below(1000) != 964


@pytest.mark.parametrize("mean", [0.2, 3.0, 29.0, 31.0, 400.0])
def test_counts_have_their_mean(mean: float) -> None:
    dice = Dice("mean", mean)
    draws = [dice.count(mean) for _draw in range(4000)]
    assert abs(sum(draws) / 4000 - mean) < 5 * (mean / 4000) ** 0.5 + 0.01
    assert min(draws) >= 0


def test_waits_have_their_mean_and_normals_their_deviation() -> None:
    dice = Dice("moments")
    assert abs(sum(dice.wait(3.0) for _draw in range(20_000)) / 20_000 - 3.0) < 0.12
    assert abs(sum(dice.normal() ** 2 for _draw in range(20_000)) / 20_000 - 1.0) < 0.05


def test_a_crowd_is_the_same_whenever_one_looks() -> None:
    days = [OPENED + n * 10 * DAY_US for n in range(40)]
    early_first, late_first = Crowd(ORIGIN), Crowd(ORIGIN)
    assert [early_first.size(at) for at in days] == [late_first.size(at) for at in reversed(days)][::-1]
    start, end = days[3], days[30]
    assert early_first.arrivals(start, end) == late_first.arrivals(start, end)
    assert early_first.departures(start, end) == late_first.departures(start, end)


def test_a_crowd_grows_and_shrinks_by_exactly_those_who_come_and_go() -> None:
    crowd = Crowd(ORIGIN)
    for start, end in pairwise(OPENED + n * 7 * DAY_US for n in range(60)):
        come, gone = crowd.arrivals(start + 1, end + 1), crowd.departures(start + 1, end + 1)
        assert crowd.size(end) - crowd.size(start) == len(come) - len(gone)
    assert crowd.size(OPENED) == 3000
    assert len(crowd.departures(OPENED, end)) > 300
    assert crowd.size(end) > 4000


def test_a_crowd_without_newcomers_only_shrinks() -> None:
    crowd = Crowd(ORIGIN._replace(growth=0.0))
    sizes = [crowd.size(OPENED + n * 50 * DAY_US) for n in range(8)]
    assert sizes == sorted(sizes, reverse=True)
    assert 0 < sizes[-1] < sizes[0]


def test_nobody_is_in_a_crowd_twice_and_crowds_overlap() -> None:
    one, other = Crowd(ORIGIN), Crowd(ORIGIN._replace(account="paul"))
    followers, others = ({crowd.person(k) for k in range(BLOCK + 500)} for crowd in (one, other))
    assert len(followers) == len(others) == BLOCK + 500
    first, second = ({crowd.person(k) for k in range(3000)} for crowd in (one, other))
    assert 100 < len(first & second) < 1500


def test_reactions_are_a_pure_function_of_seed_and_post() -> None:
    again = reactions.__wrapped__(STIR)
    assert again == reactions(STIR)
    assert reactions(STIR._replace(post="marion/2")) != again
    assert reactions(STIR._replace(origin=ORIGIN._replace(seed=2))) != again


def test_reactions_are_the_same_in_another_process() -> None:
    code = (
        "from tests.networks.sandbox.test_world import STIR; "
        "from portevoix.networks.sandbox.reactions import reactions; import hashlib; "
        "print(hashlib.sha256(repr(reactions(STIR)).encode()).hexdigest())"
    )
    # Another process hashes strings otherwise, which must change nothing.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7"}
    there = printed([sys.executable, "-c", code], env=environment)
    assert there.strip() == hashlib.sha256(repr(reactions(STIR)).encode()).hexdigest()


def test_reactions_come_after_the_post_and_in_time() -> None:
    acts = reactions(STIR)
    assert len(acts) > 20
    assert list(acts) == sorted(acts)
    assert all(STIR.seen_us < act.at_us <= STIR.seen_us + REACH_US + AFTERWARDS_US + DAY_US for act in acts)
    soon = bisect_right([act.at_us for act in acts], STIR.seen_us + DAY_US // 2)
    assert soon > len(acts) / 2


def many() -> Iterator[Stir]:
    """Yield the stirs of some hundred posts."""
    return (STIR._replace(post=f"marion/{n}") for n in range(2, 300))


def test_nobody_does_the_same_to_a_post_twice() -> None:
    for stir in many():
        acts = reactions(stir)
        for kind in (Kind.LIKE, Kind.REPOST, Kind.REPLY, Kind.QUOTE):
            people = [act.person for act in acts if act.kind is kind]
            assert len(people) == len(set(people))
        assert len({(act.act, act.kind) for act in acts}) == len(acts)


def test_what_is_taken_back_was_given_before_by_the_same_person() -> None:
    back = {Kind.LIKE_WITHDRAWN: Kind.LIKE, Kind.REPOST_WITHDRAWN: Kind.REPOST, Kind.DELETED: Kind.REPLY}
    seen = Counter[Kind]()
    for stir in many():
        acts = reactions(stir)
        given = {(act.act, act.kind): act for act in acts}
        for act in acts:
            if act.kind in back:
                seen[act.kind] += 1
                first = given[act.act, back[act.kind]]
                assert first.at_us < act.at_us
                assert first.person == act.person
    assert all(seen[kind] > 5 for kind in back)


def test_some_replies_name_the_account_and_are_mentions_at_the_same_instant() -> None:
    acts = [act for stir in many() for act in reactions(stir)]
    replies = {act.act: act for act in acts if act.kind is Kind.REPLY}
    twins = [act for act in acts if act.kind is Kind.MENTION]
    assert 0.3 < len(twins) / len(replies) < 0.5
    assert all(replies[one.act]._replace(kind=Kind.MENTION) == one for one in twins)


def test_a_question_draws_more_replies() -> None:
    def replies(*, asks: bool) -> int:
        return sum(act.kind is Kind.REPLY for stir in many() for act in reactions(stir._replace(asks=asks)))

    assert replies(asks=True) > 1.8 * replies(asks=False)


def test_mentions_and_followers_come_by_themselves() -> None:
    named = [act for day in range(100) for act in mentions(ORIGIN, day)]
    assert 50 < len(named) < 200
    assert all(ORIGIN.opened_us <= act.at_us for act in named)
    moves = comings_and_goings(ORIGIN, OPENED, OPENED + 30 * DAY_US)
    assert {act.kind for act in moves} == {Kind.FOLLOW, Kind.FOLLOW_WITHDRAWN}


def test_impressions_grow_towards_a_share_of_the_followers() -> None:
    views = [impressions(STIR, STIR.seen_us + hours * DAY_US // 24) for hours in (0, 1, 5, 24, 240)]
    assert views == sorted(views)
    assert views[0] == 0
    assert 0 < views[-1] < 10 * 3000


@pytest.mark.parametrize(
    "remote_id", ["person/", "person/01", "person/-1", "person/٣", "person/1234567890123", "7", "x/7"]
)
def test_an_id_that_is_nobodys_is_nobodys(remote_id: str) -> None:
    assert number_of(remote_id) is None


def test_people_have_names_and_few_have_many_followers() -> None:
    assert number_of(person(12).remote_id) == 12
    assert len({person(n).handle for n in range(5000)}) == 5000
    followers = sorted(followers_of(n) for n in range(2000))
    assert followers[1000] < 60 < followers[1990]


def test_every_language_has_every_kind_of_phrase() -> None:
    for language in PHRASES:
        assert PHRASES[language].keys() == PHRASES["en"].keys()
        for kind, said in PHRASES[language].items():
            assert len(said) == len(PHRASES["en"][kind])
    assert phrase(Kind.MENTION, 0, language="xx", handle="marion") == "What does @marion think of this?"


def test_fourteen_months_of_a_day_each_are_worked_out_once() -> None:
    crowd = Crowd(ORIGIN)
    end = OPENED + 425 * DAY_US
    crowd.size(end)
    before = len(crowd.arrivals(OPENED, end))
    crowd.size(OPENED)
    crowd.size(end - timedelta(days=200) // timedelta(microseconds=1))
    assert len(crowd.arrivals(OPENED, end)) == before
