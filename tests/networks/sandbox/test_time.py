"""Slow answers, clocks that are late, and doings in any order: nothing is missed, nothing is told twice."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portevoix.networks.contracts import (
    Draft,
    Event,
    Gesture,
    Kind,
    PublishedRef,
)
from portevoix.networks.errors import (
    ContentRefused,
    OutcomeUnknown,
)
from portevoix.networks.sandbox.deeds import FORBIDDEN_WORD
from portevoix.networks.sandbox.faults import Fault
from tests.networks.sandbox.stage import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Stage,
    by_members,
    counts,
    events,
    like,
    publish,
)


def test_a_slow_answer_within_the_deadline_only_takes_its_time(stage: Stage) -> None:
    stage.backstage.order("marion", Fault.SLOW, seconds=10)
    assert publish(stage.marion, "Slowly.").at == NOW + timedelta(seconds=10)


def test_a_look_right_after_the_deadline_does_not_see_what_is_still_to_come(stage: Stage) -> None:
    stage.backstage.order("marion", Fault.SLOW, seconds=90)
    with pytest.raises(OutcomeUnknown):
        stage.marion.publish(Draft("Slowly."), key="k", now=NOW)
    found = [
        stage.marion.find(Draft("Slowly."), key="k", since=NOW, now=NOW + timedelta(seconds=seconds))
        for seconds in (20, 89, 92)
    ]
    assert [len(one) for one in found] == [0, 0, 1]


def test_a_lost_answer_waits_for_a_call_that_is_carried_out(stage: Stage) -> None:
    stage.backstage.order("marion", Fault.LOST_ANSWER, verb="publish")
    with pytest.raises(ContentRefused):
        publish(stage.marion, f"A {FORBIDDEN_WORD}.")
    stage.marion.verify(NOW)
    with pytest.raises(OutcomeUnknown):
        publish(stage.marion, "Better.")
    assert publish(stage.marion, "Again.")


def test_what_one_does_to_oneself_is_told_as_it_is_counted(stage: Stage) -> None:
    ref = publish(stage.paul, "One.")
    like = stage.paul.give(Gesture.LIKE, ref.remote_id, now=NOW + HOUR)
    publish(stage.paul, "Two.", NOW + HOUR, in_reply_to=ref.remote_id)
    assert counts(stage.paul, ref, NOW + DAY)["likes"] == 1
    stage.paul.withdraw(like, now=NOW + 2 * HOUR)
    assert counts(stage.paul, ref, NOW + DAY)["likes"] == 0
    assert by_members(stage.paul, NOW + DAY) == [
        (Kind.LIKE, "paul", ref.remote_id),
        (Kind.REPLY, "paul", ref.remote_id),
        (Kind.LIKE_WITHDRAWN, "paul", ref.remote_id),
    ]


def test_an_edit_speaks_its_language_and_is_told_to_those_it_names_anew(stage: Stage) -> None:
    ref = publish(stage.marion, "With @paul.d.")
    events(stage.aya, NOW + DAY)
    stage.marion.update(ref, Draft("Avec @paul.d et @aya.", language="fr"), now=NOW + HOUR)
    assert stage.marion.read_thread(ref, NOW + DAY)[0].language == "fr"
    assert by_members(stage.paul, NOW + 2 * DAY) == [(Kind.MENTION, "marion", "")]
    told = [one for one in events(stage.aya, NOW + 2 * DAY) if one.remote_id == ref.remote_id]
    assert [(one.kind, one.at, one.language) for one in told] == [(Kind.MENTION, NOW + HOUR, "fr")]


def test_a_post_by_a_late_clock_stirs_nobody_in_a_past_that_was_read(stage: Stage) -> None:
    page = stage.marion.read_events("", NOW + DAY)
    assert not page.has_more
    for n in range(10):
        publish(stage.marion, f"My clock is late {n}?", NOW)
    later = events(stage.marion, NOW + 30 * DAY, page.cursor)
    assert len({one.object_id for one in later if one.object_id.count("/") == 1}) == 10
    assert set(page.items) | set(later) == set(events(stage.marion, NOW + 30 * DAY))


def test_a_withdrawal_by_a_late_clock_unsays_nothing_that_was_told(stage: Stage) -> None:
    ref = publish(stage.marion, "A question?")
    told = events(stage.marion, NOW + 3 * DAY)
    stage.marion.withdraw(ref, now=NOW + MINUTE)
    assert len([one for one in told if one.object_id == ref.remote_id and one.at > NOW + MINUTE]) > 5
    assert events(stage.marion, NOW + 3 * DAY) == told


DEED = st.sampled_from(("post", "name", "answer", "like", "unlike", "withdraw", "read", "read"))
DEEDS = st.lists(st.tuples(DEED, st.integers(-300, 400)), min_size=3, max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_happens_in_whatever_order_a_cursor_misses_nothing_and_repeats_nothing(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int]]
) -> None:
    stage = Stage(tmp_path_factory.mktemp("deeds"), followers=300)
    now, cursor, posts_cursor = NOW, "", ""
    told: list[Event] = []
    posts: list[str] = []
    mine = [publish(stage.marion, "The first?")]
    likes = [PublishedRef("marion/like/0")]
    # Clocks of different machines disagree: `now` may go back.
    for deed, minutes in deeds:
        now += minutes * MINUTE
        match deed:
            case "post":
                mine.append(publish(stage.marion, "Another?", now))
            case "name":
                publish(stage.paul, "Hear @marion.", now)
            case "like":
                likes.append(like(stage, mine[-1], now))
            case "answer":
                answer(stage, mine[-1], now)
            case "unlike":
                stage.paul.withdraw(likes[-1], now=now)
            case "withdraw":
                stage.marion.withdraw(mine[0], now=now)
            case _:
                page = stage.marion.read_events(cursor, now)
                told, cursor = told + list(page.items), page.cursor
                seen = stage.marion.read_posts(posts_cursor, now)
                posts, posts_cursor = posts + [one.remote_id for one in seen.items], seen.cursor
    end = NOW + 60 * DAY
    told += events(stage.marion, end, cursor)
    posts += [one.remote_id for one in stage.marion.read_posts(posts_cursor, end).items]
    everything = events(stage.marion, end)
    standing = [one.remote_id for one in stage.marion.read_posts("", end).items]
    stage.close()
    assert len(set(told)) == len(told)
    assert set(told) == set(everything)
    assert len(set(posts)) == len(posts)
    assert set(standing) <= set(posts)


def answer(stage: Stage, ref: PublishedRef, now: datetime) -> None:
    """Let Paul answer a post, if he sees it."""
    with suppress(ContentRefused):
        publish(stage.paul, "Yes.", now, in_reply_to=ref.remote_id)
