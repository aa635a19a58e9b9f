"""The contract on a server of another make, as far as it goes there, and what such a server does not tell."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portevoix.networks.contracts import Ability, Counted, Draft, Gesture, Kind, Looking, SeenPost
from portevoix.networks.errors import NotSupported, OutcomeUnknown, RateLimited
from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks import (
    test_contract,
    test_contract_publishing,
    test_contract_reading,
    test_contract_signing,
    walk,
)
from tests.networks.calls import DRAFT, later, published, whole
from tests.networks.contract import START
from tests.networks.mastodon.case import OtherMakeCase
from tests.networks.walk import TROUBLES, walk_wire

QUOTES = {
    "test_a_quote_says_what_it_quotes",
    "test_readings_are_of_the_declared_kinds_and_of_what_was_asked",
}
"""What the contract holds of servers that know quotes."""
NOT_FOR_IT = QUOTES | {
    "test_what_is_measured_as_valid_is_what_the_network_takes",  # hypothesis brings its own arguments
}


@pytest.fixture
def case(data_folder: Path) -> Iterator[OtherMakeCase]:
    """Play a server of another make."""
    played = OtherMakeCase(data_folder)
    yield played
    played.close()


@pytest.fixture
def door(case: OtherMakeCase) -> Iterator[MastodonConnector]:
    """Open the connector of an account there."""
    with case.connector() as connector:
        yield connector


def promises() -> list[Callable[..., None]]:
    """Return what the contract holds of Mastodon's connector, and asks no more of than a case and a door."""
    modules = (test_contract, test_contract_publishing, test_contract_reading, test_contract_signing)
    found: list[Callable[..., None]] = []
    for module in modules:
        for name, promise in inspect.getmembers(module, inspect.isfunction):
            wanted = set(inspect.signature(promise).parameters)
            if name.startswith("test_") and name not in NOT_FOR_IT and wanted == {"case", "door"}:
                marks = getattr(promise, "pytestmark", ())
                if any("mastodon" in mark.args[1] for mark in marks if mark.name == "parametrize"):
                    found.append(promise)
    return found


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise.__name__)
def test_the_contract_is_kept_on_it(
    case: OtherMakeCase, door: MastodonConnector, promise: Callable[..., None]
) -> None:
    promise(case, door)


def test_most_of_the_contract_is_tried_on_it() -> None:
    names = {promise.__name__ for promise in promises()}
    assert len(names) > 25
    assert "test_after_a_lost_answer_the_post_is_found_exactly_once" in names


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("name", walk.claimed(MastodonConnector.capabilities))
def test_every_answer_of_it_means_the_same(
    case: OtherMakeCase, door: MastodonConnector, name: str, trouble: str
) -> None:
    walk_wire(case, door, name, TROUBLES[trouble])


def test_its_own_limits_count(door: MastodonConnector) -> None:
    limits = door.limits(START)
    assert (limits.text_length, limits.link_length, limits.media_count) == (5000, 25, 4)
    assert limits.alternative_text_length == 1500
    assert limits.media_bytes is None
    assert door.measure("x" * 5000).valid
    assert door.measure("See https://example.org/a").length == 4 + 25


def test_a_key_that_it_forgets_does_not_matter(case: OtherMakeCase, door: MastodonConnector) -> None:
    key = door.new_key(START)
    case.lose_answer()
    with pytest.raises(OutcomeUnknown):
        door.publish(DRAFT, key=key, now=START)
    assert MastodonConnector.capabilities.looking is Looking.FINDABLE
    assert len(door.find(DRAFT, key=key, since=START, now=later(door))) == 1
    door.publish(DRAFT, key=key, now=START)
    assert len(door.find(DRAFT, key=key, since=START, now=later(door))) == 2


def test_a_quote_is_refused_and_never_published_without(case: OtherMakeCase, door: MastodonConnector) -> None:
    with pytest.raises(NotSupported):
        published(door, replace(DRAFT, quoting=case.quoted()))
    assert door.find(DRAFT, key="", since=START, now=START) == ()


def test_a_gesture_is_given_once_though_it_would_give_it_twice(
    case: OtherMakeCase, door: MastodonConnector
) -> None:
    for _time in range(2):
        door.give(Gesture.REPOST, case.pauls_post.uri, now=START)
    assert case.pauls_post.reposts == [case.server.me]


def test_counts_that_it_does_not_tell_are_no_zeros(case: OtherMakeCase, door: MastodonConnector) -> None:
    ref = published(door)
    told = {one.counted for one in door.read_counts([ref], START)}
    assert told == {Counted.FOLLOWERS, Counted.LIKES, Counted.REPOSTS, Counted.REPLIES}


def test_what_it_does_not_tell_is_unknown_and_not_no(door: MastodonConnector) -> None:
    own = door.verify(START)
    assert (own.is_automated, own.is_locked) == (None, True)


def test_a_locked_account_still_learns_who_follows(case: OtherMakeCase, door: MastodonConnector) -> None:
    now = case.let_others_react(published(door))[-1]
    assert len(door.read_standing(Kind.FOLLOW, "", now)) == 8


def test_without_notifications_the_sign_in_reads_no_events(
    case: OtherMakeCase, door: MastodonConnector
) -> None:
    assert Ability.READ_EVENTS in door.abilities(START)
    case.server.missing = case.server.missing | {"/api/v1/notifications"}
    assert Ability.READ_EVENTS not in door.abilities(START)
    assert Ability.PUBLISH in door.abilities(START)


def test_a_refusal_for_the_rate_says_until_when_without_retry_after(
    case: OtherMakeCase, door: MastodonConnector
) -> None:
    until = START + timedelta(minutes=4)
    case.server.rate_refusal = {
        "x-ratelimit-limit": "300",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(until.timestamp())),
    }
    with pytest.raises(RateLimited) as caught:
        published(door)
    assert caught.value.retry_at == until


def test_a_server_that_gives_all_again_repeats_nothing(case: OtherMakeCase, door: MastodonConnector) -> None:
    case.server.pages_upwards = False
    last = case.let_others_react(published(door))[-1]
    first = whole(lambda at: door.read_events(at, last))
    assert len(first) == len(set(first))
    page = door.read_events(door.read_events("", last).cursor, last)
    assert (page.items, page.has_more) == ((), False)


def test_a_server_without_any_word_about_itself_is_taken_as_mastodon(
    case: OtherMakeCase, door: MastodonConnector
) -> None:
    case.server.missing = case.server.missing | {"/api/v1/instance"}
    assert door.limits(START).text_length == 500


def test_marks_that_it_takes_for_its_own_do_not_hide_a_post(
    case: OtherMakeCase, door: MastodonConnector
) -> None:
    draft = Draft("This is *very* good, _really_.")
    published(door, draft)
    one = next(post for post in case.server.posts.values() if post.text == draft.text)
    one.text = "This is very good, really."
    assert len(door.find(draft, key="", since=START, now=START)) == 1
    assert door.find(Draft("This is not good."), key="", since=START, now=START) == ()


def test_statuses_are_read_one_by_one(case: OtherMakeCase, door: MastodonConnector) -> None:
    ref = published(door)
    with case.connector() as restarted:
        answer = published(restarted, Draft("I go on.", in_reply_to=ref.remote_id))
    with case.connector() as restarted:
        seen = whole(lambda at: restarted.read_posts(at, START))
    told = {one.remote_id: one for one in seen if isinstance(one, SeenPost)}
    assert told[answer.remote_id].in_reply_to == ref.remote_id
