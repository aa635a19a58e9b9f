"""The contract of signing in: what a person types or agrees to opens the account, and is never shown."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils.translation import gettext, override

from portevoix.networks.connector import Connector, abilities_of
from portevoix.networks.contracts import (
    Signing,
)
from portevoix.networks.errors import (
    NeedsReconnection,
    NetworkError,
    OptionsRefused,
    Unreachable,
)
from portevoix.networks.registry import connector_class
from tests.networks.calls import published
from tests.networks.contract import START, ConnectorCase, all_cases, having


@having(lambda can: not can.is_manual)
def test_a_sign_in_may_do_no_more_than_the_connector_can(case: ConnectorCase, door: Connector) -> None:
    assert door.abilities(START) <= abilities_of(door.capabilities)


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
    secrets = [asked.name for asked in door.asks if asked.is_secret]
    wrong = (secrets or [door.asks[0].name])[0]
    with pytest.raises((OptionsRefused, NeedsReconnection)) as caught:
        type(door).sign_in({**case.typed(), wrong: "mistyped"}, now=START, transport=case.transport())
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
