"""The contract that every connector keeps, whatever its network: what it claims works, and nothing else."""

from collections.abc import Callable

import pytest

from portevoix.networks.connector import Connector
from portevoix.networks.contracts import (
    Capabilities,
    Gesture,
    Kind,
    Looking,
    PublishedRef,
)
from portevoix.networks.errors import (
    NotSupported,
    OptionsRefused,
)
from portevoix.networks.permits import Datum
from portevoix.networks.registry import NETWORKS, Network, connected, connector_class
from tests.networks import walk
from tests.networks.calls import DRAFT, FOLDER, NOWHERE, later, published
from tests.networks.contract import START, ConnectorCase, all_cases, having

SAYING = {Kind.REPLY, Kind.QUOTE, Kind.MENTION}
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


def a_key(door: Connector) -> str:
    """Return a key as the connector chooses them, where it chooses any."""
    return door.new_key(START) if door.capabilities.can_publish else "k"


ABILITIES: dict[str, tuple[Ability, Call]] = {
    "verify": (lambda can: not can.is_manual, lambda _case, door: door.verify(START)),
    "new_key": (lambda can: can.can_publish, lambda _case, door: door.new_key(START)),
    "publish": (
        lambda can: can.can_publish,
        lambda _case, door: door.publish(DRAFT, key=a_key(door), now=START),
    ),
    "find": (
        lambda can: can.looking is not Looking.NEITHER,
        lambda _case, door: door.find(DRAFT, key=a_key(door), since=START, now=START),
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
        lambda case, door: door.read_profile(
            case.somebody() if door.capabilities.can_read_profiles else "nobody", START
        ),
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


TELLING: dict[Datum, Ability] = {
    Datum.OWN_POSTS: lambda can: can.can_read_posts,
    Datum.COUNTS: lambda can: can.readings,
    Datum.ACTS: lambda can: can.event_kinds,
    Datum.WORDS: lambda can: can.event_kinds & SAYING or can.can_read_threads,
    Datum.PROFILES: lambda can: can.event_kinds or can.can_read_profiles,
}
"""Which sort of data a network tells, by what its connector can read."""


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


def test_a_network_without_a_connector_gives_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, "viadeo", Network("viadeo", "Viadeo"))
    with pytest.raises(KeyError, match="no connector"):
        connector_class("viadeo")


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


@having(lambda can: can.can_publish or can.is_manual)
def test_a_connector_tells_its_limits_and_measures_by_them(case: ConnectorCase, door: Connector) -> None:
    limit = door.limits(START).text_length
    assert limit is not None
    assert door.measure("x" * limit).valid
    assert not door.measure("x" * (limit + 1)).valid
    assert not door.measure(" \n").valid
    assert door.measure("x" * 10).length == 10


@having(lambda can: can.reaches_network)
def test_each_sort_of_data_that_is_told_has_a_permit_with_its_source(
    case: ConnectorCase, door: Connector
) -> None:
    told = {permit.datum for permit in door.permits}
    assert len(told) == len(door.permits)
    assert {datum for datum, tells in TELLING.items() if tells(door.capabilities)} <= told
    assert all(permit.source.startswith("https://") for permit in door.permits)
