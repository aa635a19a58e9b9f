"""The contract of writing: a key is one post, an outcome is known or said to be unknown, gestures hold."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portevoix.networks.connector import Connector
from portevoix.networks.contracts import (
    Draft,
    Looking,
    SeenPost,
)
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from portevoix.networks.text import whole_text
from tests.networks import walk
from tests.networks.calls import DRAFT, NOWHERE, later, published, whole
from tests.networks.contract import START, ConnectorCase, having


@having(lambda can: can.can_publish and can.looking is not Looking.NEITHER)
def test_what_is_published_is_found(case: ConnectorCase, door: Connector) -> None:
    key = door.new_key(START)
    ref = door.publish(DRAFT, key=key, now=START)
    found = door.find(DRAFT, key=key, since=START, now=later(door))
    assert [one.remote_id for one in found] == [ref.remote_id]
    assert ref.url.startswith("https://")
    assert ref.at is not None
    assert ref.at.tzinfo is not None


@having(lambda can: can.can_publish and can.can_read_posts)
def test_what_is_published_is_read_back_once(case: ConnectorCase, door: Connector) -> None:
    full = Draft("A text.", title="A title", link="https://example.org/a", language="en")
    refs = [published(door), published(door, full, START + timedelta(minutes=1))]
    now = later(door, START + timedelta(minutes=1))
    seen = [one for one in whole(lambda cursor: door.read_posts(cursor, now)) if isinstance(one, SeenPost)]
    mine = [one for one in seen if one.remote_id in {ref.remote_id for ref in refs}]
    assert [one.remote_id for one in mine] == [ref.remote_id for ref in refs]
    assert [one.text for one in mine] == [DRAFT.text, whole_text(full)]
    assert all(one.at.tzinfo for one in mine)


@having(lambda can: can.can_publish and can.looking is Looking.KEYED)
def test_the_same_key_twice_is_one_post(case: ConnectorCase, door: Connector) -> None:
    key = door.new_key(START)
    first = door.publish(DRAFT, key=key, now=START)
    with case.connector() as restarted:
        again = restarted.publish(DRAFT, key=key, now=START + timedelta(days=3))
    assert again.remote_id == first.remote_id
    assert len(door.find(DRAFT, key=key, since=START, now=START + timedelta(days=4))) == 1


@having(
    lambda can: can.can_publish and can.looking is Looking.KEYED and can.can_withdraw and can.remembers_keys
)
def test_a_key_whose_post_was_withdrawn_never_publishes_again(case: ConnectorCase, door: Connector) -> None:
    key = door.new_key(START)
    ref = door.publish(DRAFT, key=key, now=START)
    door.withdraw(ref, now=later(door))
    with pytest.raises(ContentRefused):
        door.publish(DRAFT, key=key, now=START + timedelta(hours=1))


@having(
    lambda can: (
        can.can_publish and can.looking is Looking.KEYED and can.can_withdraw and not can.remembers_keys
    )
)
def test_what_was_withdrawn_is_found_no_more_where_its_key_leaves_no_trace(
    case: ConnectorCase, door: Connector
) -> None:
    key = door.new_key(START)
    ref = door.publish(DRAFT, key=key, now=START)
    door.withdraw(ref, now=later(door))
    assert door.find(DRAFT, key=key, since=START, now=later(door)) == ()


@having(lambda can: can.can_publish)
def test_keys_differ(case: ConnectorCase, door: Connector) -> None:
    assert len({door.new_key(START) for _key in range(100)}) == 100
    assert all(door.new_key(START) for _key in range(3))


@having(lambda can: can.can_publish and can.looking is not Looking.NEITHER)
def test_after_a_lost_answer_the_post_is_found_exactly_once(case: ConnectorCase, door: Connector) -> None:
    key = door.new_key(START)
    case.lose_answer()
    with pytest.raises(OutcomeUnknown):
        door.publish(DRAFT, key=key, now=START)
    assert len(door.find(DRAFT, key=key, since=START, now=later(door))) == 1


@having(lambda can: can.can_publish and can.looking is not Looking.NEITHER)
def test_what_did_not_reach_the_network_is_not_there(case: ConnectorCase, door: Connector) -> None:
    key = door.new_key(START)
    case.unreachable()
    with pytest.raises(Unreachable) as caught:
        door.publish(DRAFT, key=key, now=START)
    assert caught.value.retryable
    assert door.find(DRAFT, key=key, since=START, now=later(door)) == ()


@having(lambda can: can.can_publish)
def test_a_limited_rate_says_when_to_go_on(case: ConnectorCase, door: Connector) -> None:
    case.limit_rate()
    with pytest.raises(RateLimited) as caught:
        published(door)
    assert caught.value.retry_at > START
    assert caught.value.retryable
    assert published(door, now=caught.value.retry_at)


@having(lambda can: can.can_publish)
def test_refused_content_goes_back_with_a_reason(case: ConnectorCase, door: Connector) -> None:
    with pytest.raises(ContentRefused) as caught:
        published(door, case.refused_draft())
    assert caught.value.reason
    assert caught.value.reason in caught.value.advice
    assert published(door)


@having(lambda can: not can.is_manual)
def test_a_revoked_sign_in_asks_for_a_new_one(case: ConnectorCase, door: Connector) -> None:
    case.revoke()
    with pytest.raises(NeedsReconnection) as caught:
        door.verify(START)
    assert not caught.value.retryable


@having(lambda can: can.can_publish and can.can_withdraw and can.can_read_posts)
def test_withdrawing_twice_is_once(case: ConnectorCase, door: Connector) -> None:
    ref, other = published(door), published(door, replace(DRAFT, text="Another word."))
    for minutes in (1, 2):
        door.withdraw(ref, now=START + timedelta(minutes=minutes))
    seen = whole(lambda cursor: door.read_posts(cursor, START + timedelta(hours=1)))
    ids = {one.remote_id for one in seen}
    assert other.remote_id in ids
    assert ref.remote_id not in ids


@having(lambda can: can.can_publish and can.can_update and can.can_read_posts)
def test_an_update_is_seen(case: ConnectorCase, door: Connector) -> None:
    ref = published(door)
    changed = door.update(ref, Draft("Another word."), now=START + timedelta(minutes=1))
    assert changed.remote_id == ref.remote_id
    seen = whole(lambda cursor: door.read_posts(cursor, START + timedelta(hours=1)))
    assert [one.text for one in seen if one.remote_id == ref.remote_id] == ["Another word."]


@having(lambda can: can.can_publish and can.can_update and can.can_withdraw)
def test_what_was_withdrawn_cannot_be_updated(case: ConnectorCase, door: Connector) -> None:
    ref = published(door)
    door.withdraw(ref, now=later(door))
    with pytest.raises(ContentRefused):
        door.update(ref, DRAFT, now=START + timedelta(minutes=1))


@having(lambda can: can.gestures)
def test_a_gesture_given_twice_is_one_and_can_be_taken_back(case: ConnectorCase, door: Connector) -> None:
    for gesture in door.capabilities.gestures:
        target = case.targets()[gesture]
        first, again = (door.give(gesture, target, now=START + timedelta(minutes=n)) for n in (0, 1))
        assert first.remote_id == again.remote_id
        for minutes in (2, 3):
            door.withdraw(first, now=START + timedelta(minutes=minutes))


@having(lambda can: can.gestures)
def test_a_gesture_towards_what_is_not_there_is_refused(case: ConnectorCase, door: Connector) -> None:
    for gesture in door.capabilities.gestures:
        with pytest.raises(ContentRefused):
            door.give(gesture, NOWHERE.remote_id, now=START)


@having(lambda can: can.can_upload and can.can_publish)
def test_a_picture_is_published_with_its_post(case: ConnectorCase, door: Connector) -> None:
    uploaded = door.upload(walk.PICTURE, now=START)
    for minutes in range(1, 30):
        if uploaded.is_ready:
            break
        assert uploaded.check_at
        uploaded = door.check_upload(uploaded, now=START + timedelta(minutes=minutes))
    assert uploaded.is_ready
    assert uploaded.alternative_text == walk.PICTURE.alternative_text
    ref = published(door, replace(DRAFT, media=(uploaded,)))
    assert ref.remote_id


@having(lambda can: can.can_upload)
def test_a_picture_that_says_nothing_to_who_cannot_see_it_is_refused(
    case: ConnectorCase, door: Connector
) -> None:
    with pytest.raises(ContentRefused) as caught:
        door.upload(replace(walk.PICTURE, alternative_text=" "), now=START)
    assert caught.value.reason


@having(lambda can: can.can_quote and can.can_read_posts)
def test_a_quote_says_what_it_quotes(case: ConnectorCase, door: Connector) -> None:
    ref = published(door, replace(DRAFT, quoting=case.quoted()))
    seen = whole(lambda cursor: door.read_posts(cursor, later(door)))
    assert [one.quoting for one in seen if isinstance(one, SeenPost) and one.remote_id == ref.remote_id] == [
        case.quoted()
    ]


@having(lambda can: can.can_publish and not can.can_quote)
def test_a_quote_that_cannot_be_made_is_refused_and_never_published_without(
    case: ConnectorCase, door: Connector
) -> None:
    with pytest.raises(NotSupported):
        published(door, replace(DRAFT, quoting="somewhere/1"))
    assert published(door)


@having(lambda can: can.can_keep_lists)
def test_a_list_holds_exactly_its_members_however_often_it_is_kept(
    case: ConnectorCase, door: Connector
) -> None:
    first, second = case.list_members()
    ref = door.keep_list("Our voices", [first, second], now=START)
    again = door.keep_list("Our voices", [first, second], now=START)
    assert again.remote_id == ref.remote_id
    assert case.listed(ref) == {first, second}
    door.keep_list("Our voices", [second], now=START)
    assert case.listed(ref) == {second}


FAR_APART = iter(range(0, 10**9, 60))
"""Seconds at which a call may be made without exceeding any rate."""
PIECES = st.sampled_from(
    [
        "word ",
        "é",
        "e\N{COMBINING ACUTE ACCENT}",
        "\N{THUMBS UP SIGN}",
        "https://example.org/" + "a" * 40 + " ",
        " ",
        "\n",
        "漢",
    ]
)


@having(lambda can: can.can_publish)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(around=st.integers(-3, 3), pieces=st.lists(PIECES, max_size=12), ending=st.text(max_size=3))
def test_what_is_measured_as_valid_is_what_the_network_takes(
    case: ConnectorCase, door: Connector, around: int, pieces: list[str], ending: str
) -> None:
    text = "".join(pieces) + ending
    limit = door.limits(START).text_length or 0
    filler = max(0, limit + around - door.measure(text).length) if around else 0
    text += "x" * filler
    now = START + timedelta(seconds=next(FAR_APART))
    assert door.measure(text).valid is _is_taken(door, Draft(text), now)


def _is_taken(door: Connector, draft: Draft, now: datetime) -> bool:
    try:
        published(door, draft, now)
    except ContentRefused:
        return False
    return True
