"""What the sandbox does beyond the contract: its members meet, its faults are ordered, its file is shared."""

import multiprocessing
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from portevoix.networks.contracts import (
    Counted,
    Draft,
    Event,
    Gesture,
    Kind,
    Media,
    PostKind,
    PublishedRef,
    Uploaded,
)
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    NetworkError,
    OptionsRefused,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.sandbox import client
from portevoix.networks.sandbox.backstage import Backstage
from portevoix.networks.sandbox.config import default_file, read_options
from portevoix.networks.sandbox.connector import SandboxConnector
from portevoix.networks.sandbox.deeds import FORBIDDEN_WORD, VISIBILITY_LAG
from portevoix.networks.sandbox.faults import Fault
from tests.networks import walk
from tests.networks.sandbox.case import SandboxCase

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Stage:
    """A sandbox with Marion (a crowd), Paul and Aya (hardly anybody)."""

    def __init__(self, folder: Path, *, seed: int = 1, followers: int = 2000) -> None:
        self.file = folder / "sandbox.sqlite3"
        self._data = override_settings(DATA=folder)
        self._data.enable()
        self.backstage = Backstage(self.file, seed=seed)
        self.marion = self.enter("marion", followers=followers, growth=5.0)
        self.paul = self.enter("paul", handle="Paul.D")
        self.aya = self.enter("aya", language="fr")

    def enter(self, account: str, **given: object) -> SandboxConnector:
        """Open an account and return its connector."""
        token = self.backstage.open_account(account, now=NOW - 30 * DAY, **given)  # type: ignore[arg-type]
        return SandboxConnector({"account": account, "file": str(self.file)}, token)

    def close(self) -> None:
        """Let go of everything."""
        for connector in (self.marion, self.paul, self.aya):
            connector.close()
        self.backstage.close()
        self._data.disable()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Play a sandbox in a folder of its own."""
    played = Stage(tmp_path)
    yield played
    played.close()


def publish(door: SandboxConnector, text: str, now: datetime = NOW, **more: str) -> PublishedRef:
    """Publish a text under a new key."""
    return door.publish(Draft(text, **more), key=door.new_key(now), now=now)  # type: ignore[arg-type]


def events(door: SandboxConnector, now: datetime, cursor: str = "") -> list[Event]:
    """Return everything that is told to an account, from its beginning or after a cursor."""
    found: list[Event] = []
    has_more = True
    while has_more:
        page = door.read_events(cursor, now)
        found += page.items
        cursor, has_more = page.cursor, page.has_more
    return found


def by_members(door: SandboxConnector, now: datetime) -> list[tuple[Kind, str, str]]:
    """Return (kind, who, about what) of what other members did, as told."""
    members = {"marion", "paul", "aya"}
    told = [one for one in events(door, now) if one.actor.remote_id in members]
    return [(one.kind, one.actor.remote_id, one.object_id) for one in told]


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


def counts(door: SandboxConnector, ref: PublishedRef, now: datetime) -> dict[str, int]:
    """Return the likes and reposts of a post and the account's followers."""
    wanted = (Counted.LIKES, Counted.REPOSTS, Counted.FOLLOWERS)
    return {str(one.counted): one.value for one in door.read_counts((ref,), now) if one.counted in wanted}


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


ON_DEMAND: list[tuple[Fault, type[NetworkError], type[NetworkError], bool]] = [
    (Fault.UNREACHABLE, Unreachable, Unreachable, False),
    (Fault.LOST_ANSWER, OutcomeUnknown, Unreachable, True),
    (Fault.RATE_LIMITED, RateLimited, RateLimited, False),
    (Fault.REFUSED, ContentRefused, Unreachable, False),
    (Fault.GARBLED, OutcomeUnknown, UnexpectedReply, True),
    (Fault.SLOW, OutcomeUnknown, Unreachable, True),
]


def test_every_fault_can_be_ordered() -> None:
    assert {one[0] for one in ON_DEMAND} == set(Fault)


@pytest.mark.parametrize(("fault", "writing", "reading", "is_done"), ON_DEMAND)
def test_a_fault_on_demand_happens_once(
    stage: Stage, fault: Fault, writing: type[NetworkError], reading: type[NetworkError], is_done: bool
) -> None:
    stage.backstage.order("marion", fault, times=2, said="Not like this.")
    with pytest.raises(writing):
        stage.marion.publish(Draft("Text."), key="k", now=NOW)
    with pytest.raises(reading):
        stage.marion.read_posts("", NOW)
    assert bool(stage.marion.find(Draft("Text."), key="k", since=NOW, now=NOW + HOUR)) is is_done


@pytest.mark.parametrize(("fault", "writing", "reading", "is_done"), ON_DEMAND)
@pytest.mark.parametrize("name", walk.claimed(SandboxConnector.capabilities))
@pytest.mark.parametrize("case", ["sandbox"], indirect=True)
def test_a_fault_on_demand_means_the_same_for_every_call(
    case: SandboxCase,
    door: SandboxConnector,
    name: str,
    fault: Fault,
    writing: type[NetworkError],
    reading: type[NetworkError],
    is_done: bool,
) -> None:
    walk.walk(case, door, name, lambda: case.backstage.order("marion", fault), (writing, reading))


def test_a_fault_meets_the_call_and_the_account_that_it_was_ordered_for(stage: Stage) -> None:
    stage.backstage.order("marion", Fault.UNREACHABLE, verb="publish")
    stage.backstage.order("marion", Fault.UNREACHABLE, verb="events")
    stage.paul.verify(NOW)
    publish(stage.paul, "Not me.")
    stage.marion.verify(NOW)
    with pytest.raises(Unreachable):
        publish(stage.marion, "Me.")
    stage.backstage.calm("marion")
    assert stage.marion.read_events("", NOW).items


def test_a_lost_answer_on_any_write_was_carried_out(stage: Stage) -> None:
    ref = publish(stage.marion, "Before.")
    for verb in ("edit", "give", "remove"):
        stage.backstage.order("marion", Fault.LOST_ANSWER, verb=verb)
    with pytest.raises(OutcomeUnknown):
        stage.marion.update(ref, Draft("After."), now=NOW + MINUTE)
    assert stage.marion.read_thread(ref, NOW + HOUR)[0].text == "After."
    with pytest.raises(OutcomeUnknown):
        stage.marion.give(Gesture.FOLLOW, "paul", now=NOW)
    assert counts(stage.paul, ref, NOW + HOUR)["followers"] == 1
    with pytest.raises(OutcomeUnknown):
        stage.marion.withdraw(ref, now=NOW + HOUR)
    assert stage.marion.read_posts("", NOW + HOUR).items == ()


def test_signing_in_again_ends_a_revocation_and_older_tokens(stage: Stage) -> None:
    stage.backstage.sign_out("paul")
    with pytest.raises(NeedsReconnection):
        publish(stage.paul, "Hello?")
    options = {"account": "paul", "file": str(stage.file)}
    with SandboxConnector(options, stage.backstage.sign_in("paul")) as paul:
        assert paul.verify(NOW).actor.remote_id == "paul"
    with pytest.raises(NeedsReconnection):
        stage.paul.verify(NOW)


def test_an_empty_token_opens_nothing(stage: Stage) -> None:
    stage.backstage.sign_out("paul")
    for account in ("paul", "nobody"):
        with (
            SandboxConnector({"account": account, "file": str(stage.file)}) as door,
            pytest.raises(NeedsReconnection),
        ):
            door.verify(NOW)


def test_the_file_holds_no_token(stage: Stage) -> None:
    token = stage.backstage.sign_in("aya")
    with closing(sqlite3.connect(stage.file)) as db:
        assert token not in "\n".join(db.iterdump())


@pytest.mark.parametrize(
    ("account", "handle"), [("", "a"), ("a/b", "a"), ("new", "two words"), ("new", "-a"), ("new", "AYA")]
)
def test_an_account_needs_an_id_and_a_free_handle(stage: Stage, account: str, handle: str) -> None:
    with pytest.raises(ValueError, match="handle"):
        stage.backstage.open_account(account, handle=handle, now=NOW)


def test_opening_an_open_account_changes_nothing_but_its_token(stage: Stage) -> None:
    before = stage.aya.verify(NOW)
    token = stage.backstage.open_account("aya", now=NOW, name="Other", followers=99)
    with SandboxConnector({"account": "aya", "file": str(stage.file)}, token) as aya:
        assert aya.verify(NOW) == before


def test_an_account_never_opened_cannot_sign_in(stage: Stage) -> None:
    with pytest.raises(ValueError, match="nobody opened"):
        stage.backstage.sign_in("nobody")


def test_one_seed_is_one_world_and_another_seed_is_another(tmp_path: Path) -> None:
    told = []
    for n, seed in enumerate((5, 5, 6)):
        played = Stage(tmp_path / str(n), seed=seed)
        publish(played.marion, "A question?")
        told.append(events(played.marion, NOW + 20 * DAY))
        played.close()
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_the_world_of_a_file_outlasts_its_processes(tmp_path: Path) -> None:
    first = Stage(tmp_path, seed=5)
    publish(first.marion, "A question?")
    told = events(first.marion, NOW + DAY)
    first.close()
    again = Stage(tmp_path, seed=9)
    assert events(again.marion, NOW + DAY) == told
    again.close()


def test_the_file_is_the_installations_own_unless_told_otherwise(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert read_options({"account": "a"}).file == default_file() == tmp_path / "sandbox.sqlite3"
    assert read_options({"account": "a", "file": "b"}).file == tmp_path / "b"
    assert read_options({"account": "a", "file": f"{tmp_path}/c/d"}).file == tmp_path / "c" / "d"


@pytest.mark.parametrize(
    "file", ["/etc/passwd", "../b", "a/../../b", ".", "link/b", "a\0b", "\ud800", "circle/b", "two\nlines"]
)
def test_the_file_lies_inside_the_data_folder(data_folder: Path, file: str) -> None:
    (data_folder / "link").symlink_to("/tmp")
    (data_folder / "circle").symlink_to("circle")
    with pytest.raises(OptionsRefused):
        SandboxConnector({"account": "a", "file": file})


@pytest.mark.parametrize(("account", "token"), [("a\0", "t"), ("\ud800", "t"), ("a", "\ud800")])
def test_what_no_account_and_no_token_can_be_is_refused(data_folder: Path, account: str, token: str) -> None:
    with pytest.raises(OptionsRefused):
        SandboxConnector({"account": account}, token)


def test_a_file_that_cannot_be_used_is_a_network_that_cannot_be_reached(data_folder: Path) -> None:
    (data_folder / "taken").touch()
    (data_folder / "damaged").write_bytes(b"no database" * 100)
    for file in ("taken/b", "damaged", "taken"):
        with SandboxConnector({"account": "a", "file": file}, "t") as door, pytest.raises(Unreachable):
            door.verify(NOW)


ODD = "a\ud800b"


def test_text_that_cannot_be_written_leaves_by_the_tree_of_errors(stage: Stage) -> None:
    ref = publish(stage.paul, "One.")
    writing: list[Callable[[], object]] = [
        lambda: publish(stage.marion, ODD),
        lambda: stage.marion.publish(Draft("Text."), key=ODD, now=NOW),
        lambda: stage.paul.update(ref, Draft(ODD), now=NOW),
        lambda: stage.paul.withdraw(PublishedRef(ODD), now=NOW),
        lambda: stage.paul.give(Gesture.FOLLOW, ODD, now=NOW),
    ]
    reading: list[Callable[[], object]] = [
        lambda: stage.paul.find(Draft("One."), key=ODD, since=NOW, now=NOW),
        lambda: stage.paul.read_counts([PublishedRef(ODD)], NOW),
        lambda: stage.paul.read_profile(ODD, NOW),
        lambda: stage.paul.read_thread(PublishedRef(ODD), NOW),
    ]
    for expected, calls in ((ContentRefused, writing), (UnexpectedReply, reading)):
        for call in calls:
            with pytest.raises(expected):
                call()
    assert stage.paul.verify(NOW).posts_count == 0


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


def publish_all(file: str, token: str, start: Barrier) -> None:
    """Publish forty drafts under forty keys, as another process does the same."""
    start.wait(30)
    with SandboxConnector({"account": "new", "file": file}, token) as door:
        for n in range(40):
            door.publish(Draft(f"Post {n}."), key=f"key-{n}", now=NOW)


def test_two_processes_with_the_same_keys_make_one_post_each(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTEVOIX_DATA", str(data_folder))
    file = tmp_path / "made" / "sandbox.sqlite3"
    with Backstage(file) as backstage:
        token = backstage.open_account("new", now=NOW - DAY)
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    processes = [spawn.Process(target=publish_all, args=(str(file), token, start)) for _process in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    with SandboxConnector({"account": "new", "file": str(file)}, token) as door:
        seen = door.read_posts("", NOW + HOUR).items
    assert sorted(one.text for one in seen) == sorted(f"Post {n}." for n in range(40))
    assert len({one.remote_id for one in seen}) == 40


def make(file: str, start: Barrier) -> None:
    """Open a sandbox that is not there yet, at the same moment as others."""
    start.wait(30)
    Backstage(Path(file)).close()


def test_a_file_that_several_make_at_once_is_made_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(3)
    file = tmp_path / "sandbox.sqlite3"
    processes = [spawn.Process(target=make, args=(str(file), start)) for _process in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT COUNT(*) FROM world").fetchone() == (1,)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


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


def like(stage: Stage, ref: PublishedRef, now: datetime) -> PublishedRef:
    """Let Paul like a post, if he sees it."""
    try:
        return stage.paul.give(Gesture.LIKE, ref.remote_id, now=now)
    except ContentRefused:
        return PublishedRef("marion/like/0")


def answer(stage: Stage, ref: PublishedRef, now: datetime) -> None:
    """Let Paul answer a post, if he sees it."""
    with suppress(ContentRefused):
        publish(stage.paul, "Yes.", now, in_reply_to=ref.remote_id)
