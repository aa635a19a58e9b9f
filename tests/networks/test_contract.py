"""The contract that every connector keeps, whatever its network."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils.translation import gettext, override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portevoix import networks
from portevoix.networks.connector import Connector, abilities_of
from portevoix.networks.contracts import (
    Capabilities,
    Counted,
    Draft,
    Event,
    Gesture,
    Kind,
    Looking,
    Page,
    PublishedRef,
    SeenPost,
    Signing,
)
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    NetworkError,
    NotSupported,
    OptionsRefused,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from portevoix.networks.permits import Datum
from portevoix.networks.registry import NETWORKS, connected, connector_class
from portevoix.networks.text import whole_text
from tests.networks import walk
from tests.networks.contract import START, ConnectorCase, all_cases, having

DRAFT = Draft("A first word, and a question: who is there?", language="en")
NOWHERE = PublishedRef("nowhere/0")
FOLDER = Path(networks.__file__).parent
Ability = Callable[[Capabilities], object]
Call = Callable[[ConnectorCase, Connector], object]


def give(gesture: Gesture) -> tuple[Ability, Call]:
    """Return the ability to give a gesture, and a call that gives it."""

    def call(case: ConnectorCase, door: Connector) -> object:
        target = case.targets()[gesture] if gesture in door.capabilities.gestures else NOWHERE.remote_id
        return door.give(gesture, target, now=START)

    return lambda can: gesture in can.gestures, call


def anything(door: Connector) -> PublishedRef:
    """Return a publication of ours where there can be one, else one that is nowhere."""
    return published(door) if door.capabilities.can_publish else NOWHERE


def somebody(case: ConnectorCase, door: Connector) -> str:
    """Return the id of an account that exists, where the case knows one."""
    return case.targets()[Gesture.FOLLOW] if Gesture.FOLLOW in door.capabilities.gestures else "nobody"


def published(door: Connector, draft: Draft = DRAFT, now: datetime = START) -> PublishedRef:
    """Publish a draft and return where it is."""
    return door.publish(draft, key=door.new_key(now), now=now)


def later(door: Connector, since: datetime = START) -> datetime:
    """Return the instant at which something published at `since` can be seen by all."""
    return since + door.capabilities.visibility_lag


def whole(read: Callable[[str], Page[Event]] | Callable[[str], Page[SeenPost]]) -> list[Event | SeenPost]:
    """Return every item from the beginning, page by page."""
    return list(onwards(read, "")[0])


def onwards(
    read: Callable[[str], Page[Event]] | Callable[[str], Page[SeenPost]], cursor: str
) -> tuple[list[Event | SeenPost], str]:
    """Return every item after a cursor, page by page, and the cursor to go on from."""
    items: list[Event | SeenPost] = []
    has_more = True
    while has_more:
        page = read(cursor)
        assert page.items or not page.has_more
        items += page.items
        cursor, has_more = page.cursor, page.has_more
    return items, cursor


ABILITIES: dict[str, tuple[Ability, Call]] = {
    "verify": (lambda can: not can.is_manual, lambda _case, door: door.verify(START)),
    "new_key": (lambda can: can.can_publish, lambda _case, door: door.new_key(START)),
    "publish": (lambda can: can.can_publish, lambda _case, door: door.publish(DRAFT, key="k", now=START)),
    "find": (
        lambda can: can.looking is not Looking.NEITHER,
        lambda _case, door: door.find(DRAFT, key="k", since=START, now=START),
    ),
    "upload": (lambda can: can.can_upload, lambda _case, door: door.upload(walk.PICTURE, now=START)),
    "keep_list": (
        lambda can: can.can_keep_lists,
        lambda case, door: door.keep_list(
            "Our voices", case.list_members() if door.capabilities.can_keep_lists else [], now=START
        ),
    ),
    "read_standing": (
        lambda can: can.standing_kinds,
        lambda _case, door: door.read_standing(
            min(door.capabilities.standing_kinds, default=Kind.LIKE), anything(door).remote_id, START
        ),
    ),
    "renew": (lambda can: can.renews, lambda _case, door: door.renew(START)),
    "update": (lambda can: can.can_update, lambda _case, door: door.update(anything(door), DRAFT, now=START)),
    "withdraw": (lambda can: can.can_withdraw, lambda _case, door: door.withdraw(NOWHERE, now=START)),
    "read_events": (lambda can: can.event_kinds, lambda _case, door: door.read_events("", START)),
    "read_posts": (lambda can: can.can_read_posts, lambda _case, door: door.read_posts("", START)),
    "read_counts": (lambda can: can.readings, lambda _case, door: door.read_counts((), START)),
    "read_profile": (
        lambda can: can.can_read_profiles,
        lambda case, door: door.read_profile(somebody(case, door), START),
    ),
    "read_thread": (
        lambda can: can.can_read_threads,
        lambda _case, door: door.read_thread(anything(door), later(door)),
    ),
    "open_account": (
        lambda can: can.can_open_accounts,
        lambda _case, door: door.open_account("newcomer", name="Newcomer", language="en", now=START),
    ),
    **{f"give_{gesture}": give(gesture) for gesture in Gesture},
}
"""Every ability: whether capabilities claim it, and a call that uses it."""


def pairs(*, claimed: bool) -> list[tuple[str, str]]:
    """Return (network, ability) of all that connectors claim, or of all that they do not."""
    return [
        (key, name)
        for key in all_cases()
        for name, (ability, _call) in ABILITIES.items()
        if bool(ability(connector_class(key).capabilities)) is claimed
    ]


def test_every_connected_network_is_held_to_the_contract() -> None:
    assert set(all_cases()) == {network.key for network in connected()}


@pytest.mark.parametrize("key", [network.key for network in connected()])
def test_a_connector_stands_where_the_registry_says(key: str) -> None:
    found = connector_class(key)
    assert found.key == key
    assert isinstance(found.capabilities, Capabilities)
    assert (FOLDER / key / "NOTES.md").is_file()


@pytest.mark.parametrize("key", [key for key, network in NETWORKS.items() if network.is_import_only])
def test_a_network_without_a_connector_gives_none(key: str) -> None:
    with pytest.raises(KeyError, match="no connector"):
        connector_class(key)


@pytest.mark.parametrize(("case", "ability"), pairs(claimed=True), indirect=["case"])
def test_what_is_claimed_works(case: ConnectorCase, door: Connector, ability: str) -> None:
    _claimed, call = ABILITIES[ability]
    call(case, door)


@pytest.mark.parametrize(("case", "ability"), pairs(claimed=False), indirect=["case"])
def test_what_is_not_claimed_is_refused_with_advice(
    case: ConnectorCase, door: Connector, ability: str
) -> None:
    _claimed, call = ABILITIES[ability]
    with pytest.raises(NotSupported) as caught:
        call(case, door)
    assert caught.value.advice
    assert caught.value.detail
    assert not caught.value.retryable


@having(lambda can: True)
def test_options_that_cannot_be_used_are_refused(case: ConnectorCase) -> None:
    for options in case.bad_options():
        with pytest.raises(OptionsRefused) as caught:
            type(case.connector())(options, case.secret())
        assert str(caught.value)


@having(lambda can: True)
def test_a_connector_tells_its_limits_and_measures_by_them(case: ConnectorCase, door: Connector) -> None:
    limit = door.limits(START).text_length
    assert limit is not None
    assert door.measure("x" * limit).valid
    assert not door.measure("x" * (limit + 1)).valid
    assert not door.measure(" \n").valid
    assert door.measure("x" * 10).length == 10


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


@having(lambda can: can.can_publish and can.looking is Looking.KEYED and can.can_withdraw)
def test_a_key_whose_post_was_withdrawn_never_publishes_again(case: ConnectorCase, door: Connector) -> None:
    key = door.new_key(START)
    ref = door.publish(DRAFT, key=key, now=START)
    door.withdraw(ref, now=later(door))
    with pytest.raises(ContentRefused):
        door.publish(DRAFT, key=key, now=START + timedelta(hours=1))


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
    ref, other = published(door), published(door)
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
    assert [one.object_id for one in followers] == [""]


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


@having(lambda can: not can.is_manual)
def test_a_sign_in_may_do_no_more_than_the_connector_can(case: ConnectorCase, door: Connector) -> None:
    assert door.abilities(START) <= abilities_of(door.capabilities)


@having(lambda can: can.reaches_network)
def test_each_sort_of_data_that_is_told_has_a_permit_with_its_source(
    case: ConnectorCase, door: Connector
) -> None:
    told = {permit.datum for permit in door.permits}
    assert len(told) == len(door.permits)
    assert set(Datum) <= told
    assert all(permit.source.startswith("https://") for permit in door.permits)


@having(lambda can: can.reaches_network)
def test_a_guide_says_what_to_do_before_an_account_is_connected(case: ConnectorCase, door: Connector) -> None:
    assert door.guide
    for language in ("en", "fr"):
        with override(language):
            assert all(gettext(step.title) and gettext(step.text) for step in door.guide)


@having(lambda can: can.reaches_network and can.signing is Signing.TYPED)
def test_what_a_person_types_opens_the_account(case: ConnectorCase, door: Connector) -> None:
    typed = case.typed()
    assert set(typed) <= {asked.name for asked in door.asks}
    signed = type(door).sign_in(typed, now=START, transport=case.transport())
    assert door.verify(START).actor.remote_id in [one.profile.actor.remote_id for one in signed]
    for one in signed:
        with type(door)(one.options, one.credentials, transport=case.transport()) as opened:
            assert opened.verify(START).actor.remote_id == one.profile.actor.remote_id


@having(lambda can: can.reaches_network and can.signing is Signing.TYPED)
def test_what_was_mistyped_is_refused_in_words(case: ConnectorCase, door: Connector) -> None:
    secret = next(asked.name for asked in door.asks if asked.is_secret)
    with pytest.raises((OptionsRefused, NeedsReconnection)) as caught:
        type(door).sign_in({**case.typed(), secret: "mistyped"}, now=START, transport=case.transport())
    assert str(caught.value)


@having(lambda can: can.signing is Signing.REDIRECT)
def test_who_agrees_at_the_network_comes_back_with_an_account(case: ConnectorCase, door: Connector) -> None:
    kind, back = type(door), "https://porte-voix.example/back/"
    begun = kind.begin_sign_in(
        case.typed(), redirect_to=back, state="state-1", now=START, transport=case.transport()
    )
    assert "state-1" in begun.url
    returned = case.agree(begun.url)
    assert returned["state"] == "state-1"
    signed = kind.finish_sign_in(begun.pending, returned, now=START, transport=case.transport())
    assert door.verify(START).actor.remote_id in [one.profile.actor.remote_id for one in signed]


@having(lambda can: can.signing is Signing.REDIRECT)
def test_who_says_no_at_the_network_has_connected_nothing(case: ConnectorCase, door: Connector) -> None:
    kind, back = type(door), "https://porte-voix.example/back/"
    begun = kind.begin_sign_in(
        case.typed(), redirect_to=back, state="state-1", now=START, transport=case.transport()
    )
    with pytest.raises(OptionsRefused) as caught:
        kind.finish_sign_in(
            begun.pending,
            {"error": "access_denied", "state": "state-1"},
            now=START,
            transport=case.transport(),
        )
    assert str(caught.value)


@having(lambda can: can.renews)
def test_renewed_credentials_open_the_account(case: ConnectorCase, door: Connector) -> None:
    renewed = door.renew(START)
    assert renewed
    with type(door)(door.options, renewed, transport=case.transport()) as opened:
        assert opened.verify(START).actor.remote_id == door.verify(START).actor.remote_id
        access = opened.access()
    assert access.renew_at is None or access.renew_at > START


@having(lambda can: can.renews)
def test_a_renewal_that_fails_on_the_way_revokes_nothing(case: ConnectorCase, door: Connector) -> None:
    case.unreachable()
    with pytest.raises(Unreachable):
        door.renew(START)
    assert door.renew(START)


def calls() -> list[tuple[str, str]]:
    """Return (network, call) of all that connectors claim."""
    return [(key, name) for key in all_cases() for name in walk.claimed(connector_class(key).capabilities)]


SWITCHES: dict[str, walk.Meaning] = {
    "unreachable": (Unreachable, Unreachable),
    "lose_answer": (OutcomeUnknown, Unreachable),
    "limit_rate": (RateLimited, RateLimited),
}


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize(("case", "name"), calls(), indirect=["case"])
def test_what_goes_wrong_means_the_same_for_every_call(
    case: ConnectorCase, door: Connector, name: str, switch: str
) -> None:
    walk.walk(case, door, name, getattr(case, switch), SWITCHES[switch])


@pytest.mark.parametrize("key", list(all_cases()))
def test_a_connector_that_makes_a_client_is_walked(key: str) -> None:
    makes_client = any("make_client" in path.read_text("utf-8") for path in (FOLDER / key).rglob("*.py"))
    assert all_cases()[key].speaks_http is makes_client


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


@contextmanager
def collected(errors: list[NetworkError]) -> Iterator[None]:
    """Keep the error in which a call ends."""
    try:
        yield
    except NetworkError as error:
        errors.append(error)


@having(lambda can: can.can_publish)
def test_credentials_are_never_shown(case: ConnectorCase, door: Connector) -> None:
    errors: list[NetworkError] = []
    for switch in (case.unreachable, case.lose_answer, case.limit_rate, case.revoke):
        switch()
        with collected(errors):
            published(door)
    assert len(errors) == 4
    shown = [
        repr(door),
        str(door),
        *(f"{one!r} {one} {one.detail} {one.advice} {one.__cause__!r}" for one in errors),
    ]
    assert case.secret()
    assert not any(case.secret() in text for text in shown)


@pytest.mark.parametrize("key", list(all_cases()))
def test_a_connector_of_no_credentials_still_has_a_plain_name(key: str) -> None:
    assert repr(connector_class(key).__new__(connector_class(key))) == f"<{connector_class(key).__name__}>"


def sources() -> list[Path]:
    """Return every file of which connectors are made."""
    shared = [
        FOLDER / f"{name}.py"
        for name in (
            "calls",
            "connector",
            "contracts",
            "errors",
            "meter",
            "permits",
            "registry",
            "signing",
            "text",
        )
    ]
    return shared + [path for network in connected() for path in sorted((FOLDER / network.key).rglob("*.py"))]


def imported(tree: ast.AST) -> set[str]:
    """Return the dotted names that a module imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


FORBIDDEN = ("django.db", "django.apps", "portevoix.networks.models", "time", "asyncio")


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(FOLDER)))
def test_connectors_import_no_model_and_no_waiting(path: Path) -> None:
    names = imported(ast.parse(path.read_text(encoding="utf-8")))
    assert not [name for name in names if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN)]
    ours = {name for name in names if name.startswith("portevoix.")}
    assert all(name.startswith(("portevoix.networks.", "portevoix.core.")) for name in ours)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(FOLDER)))
def test_connectors_never_sleep_nor_read_the_clock(path: Path) -> None:
    calls = [
        node.func
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    names = {func.attr for func in calls if isinstance(func, ast.Attribute)}
    names |= {func.id for func in calls if isinstance(func, ast.Name)}
    assert not names & {"sleep", "now", "utcnow", "today", "monotonic", "perf_counter", "time_ns"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_error_has_advice_in_every_language(language: str) -> None:
    kinds: list[NetworkError] = [
        error() for error in NetworkError.__subclasses__() if error is not RateLimited
    ]
    kinds.append(RateLimited(datetime(2026, 11, 2, tzinfo=UTC)))
    with override(language):
        advices = [error.advice for error in kinds]
    assert len(set(advices)) == len(kinds)
    assert all(str(kind) for kind in kinds)


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
