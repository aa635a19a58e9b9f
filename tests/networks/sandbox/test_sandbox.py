"""What the sandbox does beyond the contract: its members meet, and what they do is told and counted."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from portevoix.networks.contracts import (
    Counted,
    Draft,
    Gesture,
    Kind,
    Media,
    PostKind,
    PublishedRef,
    Uploaded,
)
from portevoix.networks.errors import (
    ContentRefused,
    RateLimited,
    UnexpectedReply,
)
from portevoix.networks.sandbox import client
from portevoix.networks.sandbox.connector import SandboxConnector
from portevoix.networks.sandbox.deeds import FORBIDDEN_WORD, VISIBILITY_LAG
from tests.networks.sandbox.stage import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Stage,
    by_members,
    counts,
    events,
    publish,
)


def test_a_post_that_names_others_is_told_to_each_of_them_once(stage: Stage) -> None:
    ref = publish(
        stage.marion, "Thanks @paul.d, @PAUL.D and @aya! Not mail@aya.example nor @nobody nor @marion."
    )
    later = NOW + HOUR
    assert by_members(stage.paul, later) == [(Kind.MENTION, "marion", "")]
    told = [
        one for one in events(stage.aya, later) if one.kind is Kind.MENTION and one.remote_id == ref.remote_id
    ]
    assert [one.text for one in told] == [stage.marion.read_thread(ref, later)[0].text]
    assert by_members(stage.marion, later) == []


def test_an_answer_that_names_is_a_reply_and_a_mention_at_one_instant(stage: Stage) -> None:
    ref = publish(stage.paul, "A question?")
    publish(stage.marion, "@paul.d yes.", NOW + HOUR, in_reply_to=ref.remote_id)
    told = [one for one in events(stage.paul, NOW + DAY) if one.actor.remote_id == "marion"]
    assert {(one.kind, one.object_id) for one in told} == {
        (Kind.REPLY, ref.remote_id),
        (Kind.MENTION, ref.remote_id),
    }
    assert len({(one.at, one.remote_id) for one in told}) == 1


def test_gestures_are_told_and_counted_and_so_is_their_end(stage: Stage) -> None:
    ref = publish(stage.paul, "Hello.")
    given = [
        stage.aya.give(gesture, ref.remote_id, now=NOW + HOUR) for gesture in (Gesture.LIKE, Gesture.REPOST)
    ]
    given.append(stage.aya.give(Gesture.FOLLOW, "paul", now=NOW + HOUR))
    assert counts(stage.paul, ref, NOW + 2 * HOUR) == {"likes": 1, "reposts": 1, "followers": 1}
    for one in given:
        stage.aya.withdraw(one, now=NOW + 3 * HOUR)
    assert counts(stage.paul, ref, NOW + 4 * HOUR) == {"likes": 0, "reposts": 0, "followers": 0}
    assert by_members(stage.paul, NOW + DAY) == [
        (Kind.FOLLOW, "aya", ""),
        (Kind.LIKE, "aya", ref.remote_id),
        (Kind.REPOST, "aya", ref.remote_id),
        (Kind.FOLLOW_WITHDRAWN, "aya", ""),
        (Kind.LIKE_WITHDRAWN, "aya", ref.remote_id),
        (Kind.REPOST_WITHDRAWN, "aya", ref.remote_id),
    ]


def test_a_gesture_given_again_after_its_end_is_a_new_one(stage: Stage) -> None:
    first = stage.aya.give(Gesture.FOLLOW, "paul", now=NOW)
    stage.aya.withdraw(first, now=NOW + MINUTE)
    again = stage.aya.give(Gesture.FOLLOW, "paul", now=NOW + HOUR)
    assert again.remote_id != first.remote_id
    assert counts(stage.paul, PublishedRef("paul/0"), NOW + DAY)["followers"] == 1


def test_nobody_takes_back_what_another_gave(stage: Stage) -> None:
    ref = publish(stage.paul, "Hello.")
    like = stage.aya.give(Gesture.LIKE, ref.remote_id, now=NOW + HOUR)
    stage.marion.withdraw(like, now=NOW + 2 * HOUR)
    stage.marion.withdraw(ref, now=NOW + 2 * HOUR)
    assert counts(stage.paul, ref, NOW + DAY)["likes"] == 1


def test_a_post_withdrawn_is_told_to_those_whom_it_named(stage: Stage) -> None:
    ref = publish(stage.marion, "With @paul.d.")
    stage.marion.withdraw(ref, now=NOW + HOUR)
    assert by_members(stage.paul, NOW + DAY) == [
        (Kind.MENTION, "marion", ""),
        (Kind.DELETED, "marion", ref.remote_id),
    ]


def test_nobody_reacts_any_more_to_a_post_that_was_withdrawn(stage: Stage) -> None:
    refs = [publish(stage.marion, "Twice the same."), publish(stage.marion, "Twice the same.")]
    stage.marion.withdraw(refs[1], now=NOW + HOUR)
    told = Counter(one.object_id for one in events(stage.marion, NOW + 20 * DAY))
    after = [one for one in events(stage.marion, NOW + 20 * DAY) if one.object_id == refs[1].remote_id]
    assert told[refs[0].remote_id] > 8
    assert all(one.at <= NOW + HOUR for one in after)


def test_counts_agree_with_what_was_told(stage: Stage) -> None:
    refs = [publish(stage.marion, f"Post {n}?", NOW + n * HOUR) for n in range(20)]
    stage.paul.give(Gesture.LIKE, refs[0].remote_id, now=NOW + DAY)
    publish(stage.paul, "Yes.", NOW + DAY, in_reply_to=refs[0].remote_id)
    for now in (NOW + 2 * DAY, NOW + 40 * DAY):
        told = Counter((one.kind, one.object_id) for one in events(stage.marion, now))
        deleted = [one.object_id for one in events(stage.marion, now) if one.kind is Kind.DELETED]
        read = {(one.counted, one.object_id): one.value for one in stage.marion.read_counts(refs, now)}
        for ref in refs:
            of = ref.remote_id
            gone = sum(one.startswith(f"{of}/") for one in deleted)
            assert read[Counted.LIKES, of] == told[Kind.LIKE, of] - told[Kind.LIKE_WITHDRAWN, of]
            assert read[Counted.REPOSTS, of] == told[Kind.REPOST, of] - told[Kind.REPOST_WITHDRAWN, of]
            assert read[Counted.REPLIES, of] == told[Kind.REPLY, of] - gone
            assert read[Counted.QUOTES, of] == told[Kind.QUOTE, of]
        moved = told[Kind.FOLLOW, ""] - told[Kind.FOLLOW_WITHDRAWN, ""]
        assert read[Counted.FOLLOWERS, ""] == 2000 + moved


def test_every_kind_that_is_declared_is_told_sooner_or_later(stage: Stage) -> None:
    for n in range(100):
        publish(stage.marion, f"Post {n}?", NOW + n * HOUR)
    told = {one.kind for one in events(stage.marion, NOW + 60 * DAY)}
    assert told == SandboxConnector.capabilities.event_kinds


def test_what_people_said_can_be_opened_answered_and_liked(stage: Stage) -> None:
    for n in range(5):
        publish(stage.marion, f"What do you think of {n}?")
    now = NOW + 10 * DAY
    told = events(stage.marion, now)
    deleted = {one.object_id for one in told if one.kind is Kind.DELETED}
    said = [one for one in told if one.text and one.remote_id not in deleted]
    assert {one.kind for one in said} == {Kind.REPLY, Kind.QUOTE, Kind.MENTION}
    for one in said:
        thread = stage.marion.read_thread(PublishedRef(one.remote_id), now)
        opened = {post.remote_id: post for post in thread}[one.remote_id]
        assert (opened.text, opened.author, opened.at) == (one.text, one.actor, one.at)
        stage.marion.give(Gesture.LIKE, one.remote_id, now=now)
        publish(stage.marion, "Thank you.", now, in_reply_to=one.remote_id)
        assert len(stage.marion.read_thread(PublishedRef(one.remote_id), now + HOUR)) > len(thread)


def test_a_reply_that_its_author_deleted_is_gone(stage: Stage) -> None:
    for n in range(60):
        publish(stage.marion, f"Who else? {n}", NOW + n * HOUR)
    now = NOW + 40 * DAY
    gone = [one.object_id for one in events(stage.marion, now) if one.kind is Kind.DELETED]
    assert gone
    with pytest.raises(UnexpectedReply):
        stage.marion.read_thread(PublishedRef(gone[0]), now)
    with pytest.raises(ContentRefused):
        publish(stage.marion, "Thank you.", now, in_reply_to=gone[0])


def test_a_conversation_is_the_same_from_wherever_one_opens_it(stage: Stage) -> None:
    first = publish(stage.paul, "One.")
    second = publish(stage.aya, "Two.", NOW + HOUR, in_reply_to=first.remote_id)
    third = publish(stage.paul, "Three.", NOW + 2 * HOUR, in_reply_to=second.remote_id)
    threads = [stage.aya.read_thread(ref, NOW + DAY) for ref in (first, second, third)]
    assert [one.text for one in threads[0]] == ["One.", "Two.", "Three."]
    assert [one.kind for one in threads[0]] == [PostKind.POST, PostKind.REPLY, PostKind.REPLY]
    assert threads[0] == threads[1] == threads[2]


@pytest.mark.parametrize(
    "remote_id",
    [
        *(
            "",
            "/",
            "x",
            "x/1",
            "marion/99",
            "marion/1/reply/999",
            "marion/mention/0",
            "marion/mention/999999-0",
        ),
        "a/b/c/d/e",
    ],
)
def test_what_is_nowhere_cannot_be_opened(stage: Stage, remote_id: str) -> None:
    publish(stage.marion, "Here.")
    with pytest.raises(UnexpectedReply):
        stage.marion.read_thread(PublishedRef(remote_id), NOW + DAY)


@pytest.mark.parametrize("cursor", ["x", "12", "-3 a", "1e9 a", "٣ a"])
def test_a_cursor_that_the_sandbox_never_gave_is_refused(stage: Stage, cursor: str) -> None:
    with pytest.raises(UnexpectedReply):
        stage.marion.read_events(cursor, NOW)


def test_profiles_tell_members_and_people(stage: Stage) -> None:
    publish(stage.paul, "One.")
    stage.paul.give(Gesture.FOLLOW, "aya", now=NOW)
    paul = stage.marion.read_profile("paul", NOW + HOUR)
    assert (paul.actor.handle, paul.posts_count, paul.following_count, paul.followers_count) == (
        "Paul.D",
        1,
        1,
        0,
    )
    someone = stage.marion.read_profile("person/7", NOW)
    assert someone.actor.display_name
    assert someone.followers_count
    with pytest.raises(UnexpectedReply):
        stage.marion.read_profile("nobody", NOW)


def test_a_post_is_hidden_until_the_lag_has_passed(stage: Stage) -> None:
    ref = stage.marion.publish(Draft("Soon."), key="k", now=NOW)
    just_before = NOW + VISIBILITY_LAG - timedelta(microseconds=1)
    assert stage.marion.find(Draft("Soon."), key="k", since=NOW, now=just_before) == ()
    assert stage.marion.find(Draft("Soon."), key="k", since=NOW, now=NOW + VISIBILITY_LAG) == (ref,)


def test_media_are_kept_and_limited(stage: Stage) -> None:
    picture = Media(b"\x89PNG", "image/png", "A drawing")
    uploaded = stage.marion.upload(picture, now=NOW)
    ref = stage.marion.publish(Draft("Look.", media=(uploaded,)), key="k", now=NOW)
    assert stage.backstage.media(ref.remote_id) == (picture,)
    stage.marion.update(ref, Draft("Look."), now=NOW + HOUR)
    assert stage.backstage.media(ref.remote_id) == ()
    wordy = replace(uploaded, alternative_text="x" * 1501)
    for media in ((uploaded,) * 5, (wordy,), (Uploaded("elsewhere", "A drawing"),)):
        with pytest.raises(ContentRefused) as caught:
            stage.marion.publish(Draft("Look.", media=media), key="other", now=NOW)
        assert caught.value.reason
    with pytest.raises(ContentRefused):
        stage.marion.upload(replace(picture, alternative_text=" "), now=NOW)


@pytest.mark.parametrize("text", [f"A {FORBIDDEN_WORD.upper()}.", "x" * 501, "", "   "])
def test_refused_content_leaves_nothing(stage: Stage, text: str) -> None:
    with pytest.raises(ContentRefused) as caught:
        stage.marion.publish(Draft(text), key="k", now=NOW)
    assert caught.value.reason
    assert stage.marion.find(Draft(text), key="k", since=NOW, now=NOW + HOUR) == ()


def test_too_many_calls_wait_for_the_next_window(stage: Stage) -> None:
    for _call in range(client.CALLS_A_WINDOW):
        stage.marion.verify(NOW)
    with pytest.raises(RateLimited) as caught:
        stage.marion.verify(NOW)
    assert NOW < caught.value.retry_at <= NOW + timedelta(minutes=5)
    assert stage.marion.verify(caught.value.retry_at)
    assert stage.paul.verify(NOW)
