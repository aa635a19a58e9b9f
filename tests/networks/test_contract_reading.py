"""The contract of reading: cursors without gap or repeat, one identity an event, the declared kinds only."""

from datetime import timedelta

from portevoix.networks.connector import Connector
from portevoix.networks.contracts import (
    Counted,
    Draft,
    Event,
    Kind,
    SeenPost,
)
from tests.networks.calls import NOWHERE, onwards, published, whole
from tests.networks.contract import START, ConnectorCase, having


@having(lambda can: can.can_publish and can.event_kinds)
def test_a_cursor_resumes_without_gap_or_repeat(case: ConnectorCase, door: Connector) -> None:
    sittings = case.let_others_react(published(door))
    told: list[Event | SeenPost] = []
    cursor = ""
    for now in sittings:
        items, cursor = onwards(lambda at, now=now: door.read_events(at, now), cursor)
        told += items
        nothing, cursor = onwards(lambda at, now=now: door.read_events(at, now), cursor)
        assert nothing == []
    everything = whole(lambda at: door.read_events(at, sittings[-1]))
    assert len(told) > 20
    assert len(set(told)) == len(told)
    assert set(told) == set(everything)


@having(lambda can: can.can_publish and can.event_kinds)
def test_events_are_declared_aware_and_never_in_the_future(case: ConnectorCase, door: Connector) -> None:
    sittings = case.let_others_react(published(door))
    for now in sittings:
        for event in whole(lambda at, now=now: door.read_events(at, now)):
            assert isinstance(event, Event)
            assert event.kind in door.capabilities.event_kinds
            assert event.at.tzinfo is not None
            assert event.at <= now
            assert event.actor.remote_id
            assert event.remote_id


@having(lambda can: can.can_publish and can.event_kinds)
def test_an_event_has_one_identity(case: ConnectorCase, door: Connector) -> None:
    last = case.let_others_react(published(door))[-1]
    events = [one for one in whole(lambda at: door.read_events(at, last)) if isinstance(one, Event)]
    assert len({(one.kind, one.actor.remote_id, one.remote_id) for one in events}) == len(events)


@having(lambda can: can.can_publish and can.readings)
def test_readings_are_of_the_declared_kinds_and_of_what_was_asked(
    case: ConnectorCase, door: Connector
) -> None:
    ref = published(door)
    now = case.let_others_react(ref)[-1]
    readings = door.read_counts((ref, NOWHERE), now)
    assert {one.counted for one in readings} == door.capabilities.readings
    assert {one.object_id for one in readings} <= {"", ref.remote_id}
    assert all(one.value >= 0 and one.at == now for one in readings)
    followers = [one for one in readings if one.counted is Counted.FOLLOWERS]
    assert [one.object_id for one in followers] == [""] * (Counted.FOLLOWERS in door.capabilities.readings)


@having(lambda can: can.can_read_profiles)
def test_the_own_profile_is_the_one_that_was_verified(case: ConnectorCase, door: Connector) -> None:
    own = door.verify(START)
    assert own.actor.remote_id
    assert door.read_profile(own.actor.remote_id, START) == own
    assert own.read_at == START


@having(lambda can: can.can_publish and can.can_read_threads)
def test_a_thread_has_the_post_and_its_answers_oldest_first(case: ConnectorCase, door: Connector) -> None:
    ref = published(door)
    now = case.let_others_react(ref)[-1]
    answer = published(door, Draft("I go on.", in_reply_to=ref.remote_id), START + timedelta(minutes=5))
    thread = door.read_thread(ref, now)
    ids = [one.remote_id for one in thread]
    assert ids[0] == ref.remote_id
    assert answer.remote_id in ids
    assert [one.at for one in thread] == sorted(one.at for one in thread)
    assert door.read_thread(answer, now) == thread


@having(lambda can: can.standing_kinds and can.can_publish)
def test_what_was_taken_back_stands_no_more(case: ConnectorCase, door: Connector) -> None:
    for kind in sorted(door.capabilities.standing_kinds):
        ref = published(door)
        now = case.let_others_react(ref)[-1]
        object_id = "" if kind is Kind.FOLLOW else ref.remote_id
        before = door.read_standing(kind, object_id, now)
        gone = case.take_back(kind, ref)
        assert gone in before
        assert door.read_standing(kind, object_id, now) == before - {gone}


@having(lambda can: Kind.REPLY in can.event_kinds)
def test_what_was_said_comes_with_its_words(case: ConnectorCase, door: Connector) -> None:
    last = case.let_others_react(published(door))[-1]
    replies = [
        one
        for one in whole(lambda at: door.read_events(at, last))
        if isinstance(one, Event) and one.kind is Kind.REPLY
    ]
    assert replies
    assert all(one.text and one.object_id for one in replies)
