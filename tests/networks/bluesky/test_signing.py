"""Signing in to Bluesky: wherever the account lives, with an app password, and again when tokens run out."""

import contextlib
import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from portevoix.core.http import Transport, make_client
from portevoix.networks.bluesky.config import check_handle, check_server
from portevoix.networks.bluesky.connector import BlueskyConnector
from portevoix.networks.bluesky.identity import Identities
from portevoix.networks.bluesky.session import read_session
from portevoix.networks.errors import (
    AccessExpired,
    NeedsReconnection,
    OptionsRefused,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from tests.networks.bluesky.case import PASSWORD, BlueskyCase
from tests.networks.bluesky.network import SERVER
from tests.networks.contract import START
from tests.networks.meters import MemoryMeter
from tests.networks.walk import TROUBLES, Wire

HOUR = timedelta(hours=1)


def signed_in(stage: BlueskyCase, **typed: str) -> str:
    """Return the server of the account that is opened by what is typed."""
    (signed,) = BlueskyConnector.sign_in({**stage.typed(), **typed}, now=START, transport=stage.wire)
    return str(signed.options["server"])


def server_of(transport: Transport, named: str) -> str:
    with make_client(transport=transport) as client:
        return Identities(client).server_of(named, now=START)


@pytest.mark.parametrize(
    "typed",
    ["marion.brand.example", "@Marion.Brand.Example ", "https://bsky.app/profile/marion.brand.example"],
)
def test_an_account_is_found_on_its_own_server_by_its_handle(stage: BlueskyCase, typed: str) -> None:
    assert signed_in(stage, handle=typed) == SERVER
    assert "deleteSession" not in "".join(stage.network.asked)


def test_an_account_is_found_by_its_id(stage: BlueskyCase) -> None:
    assert signed_in(stage, handle=stage.marion.did) == SERVER


def test_a_server_that_is_typed_is_asked_and_nothing_is_looked_up(stage: BlueskyCase) -> None:
    assert signed_in(stage, server=SERVER) == SERVER
    assert not [name for name in stage.network.asked if name.startswith(("did:", "com.atproto.identity"))]


def test_a_handle_that_the_entry_does_not_know_is_asked_of_its_own_domain(stage: BlueskyCase) -> None:
    def plays(request: httpx.Request) -> httpx.Response:
        if request.url.host == "public.api.bsky.app":
            return httpx.Response(
                400, json={"error": "InvalidRequest", "message": "Unable to resolve handle"}
            )
        return stage.network.play(request)

    assert server_of(Wire(plays), stage.marion.handle) == SERVER


def test_a_handle_that_its_account_does_not_claim_is_refused(stage: BlueskyCase) -> None:
    stage.marion.handle = "renamed.brand.example"

    def plays(request: httpx.Request) -> httpx.Response:
        if request.url.host == "public.api.bsky.app":
            return httpx.Response(200, json={"did": stage.marion.did})
        return stage.network.play(request)

    with pytest.raises(OptionsRefused, match="does not use it"):
        server_of(Wire(plays), "marion.brand.example")


def test_an_identity_on_the_web_is_read_from_its_domain(stage: BlueskyCase) -> None:
    asked: list[str] = []

    def plays(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        service = {"id": "did:web:brand.example#atproto_pds", "serviceEndpoint": SERVER + "/"}
        return httpx.Response(200, json={"service": [service]})

    assert server_of(Wire(plays), "did:web:brand.example") == SERVER
    assert asked == ["https://brand.example/.well-known/did.json"]


@pytest.mark.parametrize(
    "endpoint", ["http://pds.brand.example", "ftp://x.example", "https://x.example/path"]
)
def test_an_identity_cannot_send_the_password_somewhere_unsafe(stage: BlueskyCase, endpoint: str) -> None:
    service = {"id": "#atproto_pds", "serviceEndpoint": endpoint}
    wire = Wire(lambda _request: httpx.Response(200, json={"service": [service]}))
    with pytest.raises(OptionsRefused, match="https://"):
        server_of(wire, stage.marion.did)


@pytest.mark.parametrize("document", ["[]", '"text"', "{}", '{"service":[{}]}', "no JSON", ""])
def test_an_identity_that_says_nothing_opens_nothing(stage: BlueskyCase, document: str) -> None:
    wire = Wire(lambda _request: httpx.Response(200, text=document))
    with pytest.raises((OptionsRefused, UnexpectedReply)) as caught:
        server_of(wire, stage.marion.did)
    assert str(caught.value)


@pytest.mark.parametrize("typed", ["nobody.brand.example", "did:plc:" + "a" * 24])
def test_a_handle_of_nobody_is_told_in_words(stage: BlueskyCase, typed: str) -> None:
    with pytest.raises(OptionsRefused, match="Nobody has this handle"):
        signed_in(stage, handle=typed)


@pytest.mark.parametrize(
    "typed", ["", "marion", "marion@brand.example", "a b.example", "x." * 130 + "example", "é.fr"]
)
def test_what_is_no_handle_is_told_before_anything_is_asked(stage: BlueskyCase, typed: str) -> None:
    with pytest.raises(OptionsRefused, match="no handle"):
        signed_in(stage, handle=typed)
    assert stage.network.asked == []
    with pytest.raises(OptionsRefused):
        check_handle(typed)


def test_an_empty_password_is_told_before_anything_is_asked(stage: BlueskyCase) -> None:
    with pytest.raises(OptionsRefused, match="Paste the app password"):
        signed_in(stage, password=" ")


@pytest.mark.parametrize("typed", ["pds.example", "https://pds.example/", " https://pds.example "])
def test_a_server_may_be_typed_with_or_without_its_scheme(typed: str) -> None:
    assert check_server(typed) == "https://pds.example"


@pytest.mark.parametrize("typed", ["http://localhost:2583", "http://127.0.0.1:2583", "http://[::1]:2583"])
def test_this_machine_is_spoken_to_without_encryption(typed: str) -> None:
    assert check_server(typed) == typed


def test_the_accounts_own_password_is_refused_and_signed_out_again(stage: BlueskyCase) -> None:
    stage.marion.passwords["its own"] = "com.atproto.access"
    before = set(stage.marion.refresh_tokens)
    with pytest.raises(OptionsRefused, match="own password"):
        signed_in(stage, password="its own")
    assert stage.network.asked[-1] == "com.atproto.server.deleteSession"
    assert stage.marion.refresh_tokens == before


def test_tokens_that_ran_out_are_renewed_without_the_app_password(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    renew_at = marion.access().renew_at
    assert renew_at == START + 2 * HOUR - timedelta(minutes=5)
    stage.network.now = START + timedelta(hours=1, minutes=59)
    renewed = read_session(marion.renew(START))
    assert renewed.password == PASSWORD
    assert "com.atproto.server.createSession" not in stage.network.asked
    assert marion.verify(START).actor.remote_id == stage.marion.did


@pytest.mark.parametrize("method", ["read_posts", "read_events"])
def test_an_access_that_ran_out_is_told_as_that(
    stage: BlueskyCase, marion: BlueskyConnector, method: str
) -> None:
    stage.network.now = START + 3 * HOUR
    with pytest.raises(AccessExpired) as caught:
        getattr(marion, method)("", START)
    assert caught.value.retryable
    with pytest.raises(AccessExpired):
        marion.publish(stage.refused_draft(), key=marion.new_key(START), now=START)


def test_once_both_tokens_are_dead_the_app_password_brings_others(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    stage.network.now = START + timedelta(days=100)
    marion.renew(START)
    assert stage.network.asked[-1] == "com.atproto.server.createSession"
    assert marion.verify(START).actor.remote_id == stage.marion.did


def test_an_app_password_that_was_deleted_asks_for_a_reconnection_once_the_tokens_are_dead(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    stage.marion.passwords.clear()
    assert marion.verify(START)
    stage.network.now = START + timedelta(days=100)
    with pytest.raises(NeedsReconnection):
        marion.renew(START)


@pytest.mark.parametrize("trouble", ["time-out", "500", "no connection"])
def test_a_server_that_cannot_be_asked_has_revoked_nothing(
    stage: BlueskyCase, marion: BlueskyConnector, trouble: str
) -> None:
    stage.wire.spoil(TROUBLES[trouble])
    with pytest.raises(Unreachable):
        marion.renew(START)
    assert read_session(marion.renew(START)).did == stage.marion.did


def test_too_many_sign_ins_are_a_pause_and_no_revocation(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    stage.limit_rate()
    with pytest.raises(RateLimited) as caught:
        marion.renew(START)
    assert caught.value.retry_at == START + timedelta(seconds=90)


def test_sign_ins_with_the_app_password_are_counted_before_the_server_refuses_them(
    stage: BlueskyCase,
) -> None:
    meter = MemoryMeter("bluesky")
    stage.network.now = START + timedelta(days=100)
    for turn in range(31):
        with (
            BlueskyConnector(stage.options(), stage.secret(), transport=stage.wire, meter=meter) as door,
            contextlib.suppress(RateLimited),
        ):
            door.renew(START)
            assert turn < 30
    assert stage.network.sessions == 31  # the one that the account had, and thirty more
    assert meter.windows["sessions in a day"] == (270, START + timedelta(days=1))


@pytest.mark.parametrize(
    "kept", ["", "abcd-efgh", "[]", "{}", '{"did": 3}', '{"did":"é","access":"","refresh":"","password":""}']
)
def test_what_is_no_session_is_refused(stage: BlueskyCase, kept: str) -> None:
    with pytest.raises(OptionsRefused):
        BlueskyConnector(stage.options(), kept)


def test_another_accounts_session_is_refused(stage: BlueskyCase) -> None:
    kept = replace(stage.session, did=stage.paul.did).kept()
    with pytest.raises(OptionsRefused, match="another account"):
        BlueskyConnector(stage.options(), kept)


def test_a_token_that_tells_nothing_of_itself_is_used_until_it_is_refused(stage: BlueskyCase) -> None:
    with BlueskyConnector(stage.options(), replace(stage.session, access="opaque").kept()) as door:
        assert door.access().renew_at is None


def test_nothing_of_a_session_is_ever_shown(stage: BlueskyCase, marion: BlueskyConnector) -> None:
    told = json.loads(stage.secret())
    shown = f"{marion!r} {stage.session!r} {marion.options!r}"
    assert not any(told[name] in shown for name in ("access", "refresh", "password"))
