"""Signing in at X: PKCE, with a secret or without, refresh tokens that work once, and what ends a sign-in."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import httpx
import pytest

from portevoix.networks.errors import (
    NeedsReconnection,
    NetworkError,
    OptionsRefused,
    RateLimited,
    SignInUnfinished,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.signing import Signed
from portevoix.networks.x.connector import XConnector
from portevoix.networks.x.credentials import Credentials
from tests.networks.contract import START
from tests.networks.walk import Wire
from tests.networks.x.case import XCase
from tests.networks.x.network import CLIENT_ID
from tests.networks.x.world import ME

BACK = "https://porte-voix.example/back/"


def signed_in(case: XCase, **typed: str) -> Signed:
    begun = XConnector.begin_sign_in(
        {**case.typed(), **typed}, redirect_to=BACK, state="s", now=START, transport=case.wire
    )
    returned = case.agree(begun.url)
    (signed,) = XConnector.finish_sign_in(begun.pending, returned, now=START, transport=case.wire)
    return signed


@pytest.mark.parametrize("typed", [{}, {"client_secret": ""}])
def test_an_application_with_or_without_a_secret_connects_an_account(
    case: XCase, typed: dict[str, str]
) -> None:
    signed = signed_in(case, **typed)
    assert signed.options == {"account": ME, "premium": False}
    with XConnector(signed.options, signed.credentials, transport=case.wire) as door:
        assert door.verify(START).actor.handle == "marion_x"
        assert door.access().renew_at == START + timedelta(seconds=7200, minutes=-10)


def test_an_account_that_pays_for_longer_posts_is_known_as_one(case: XCase) -> None:
    case.network.world.users[ME]["subscription_type"] = "Premium"
    assert signed_in(case).options["premium"] is True


def test_a_person_agrees_to_what_is_needed_and_nothing_of_the_secret_travels(case: XCase) -> None:
    begun = XConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    asked = parse_qs(urlparse(begun.url).query)
    assert asked["redirect_uri"] == [BACK]
    assert set(asked["scope"][0].split()) == {
        "tweet.read",
        "tweet.write",
        "users.read",
        "media.write",
        "offline.access",
    }
    pending = json.loads(begun.pending)
    assert pending["verifier"] not in begun.url
    assert pending["secret"] not in begun.url
    assert pending["verifier"] not in repr(begun)


def test_each_sign_in_has_a_verifier_of_its_own(case: XCase) -> None:
    begun = [
        XConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START) for _turn in (1, 2)
    ]
    assert begun[0].pending != begun[1].pending


@pytest.mark.parametrize("typed", [{"client_id": ""}, {"client_id": " "}, {"client_id": "a\nb"}])
def test_keys_that_are_none_are_refused_in_words(case: XCase, typed: dict[str, str]) -> None:
    with pytest.raises(OptionsRefused) as caught:
        signed_in(case, **typed)
    assert str(caught.value)


def test_keys_that_x_does_not_know_are_refused_in_words(case: XCase) -> None:
    with pytest.raises(OptionsRefused):
        signed_in(case, client_id="another", client_secret="another")


def test_a_code_that_was_used_connects_nothing(case: XCase) -> None:
    begun = XConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    returned = case.agree(begun.url)
    XConnector.finish_sign_in(begun.pending, returned, now=START, transport=case.wire)
    for query in (returned, {"state": "s"}, {"code": "made up"}):
        with pytest.raises(OptionsRefused):
            XConnector.finish_sign_in(begun.pending, query, now=START, transport=case.wire)


@pytest.mark.parametrize("status", [402, 429, 503])
def test_what_x_granted_is_kept_when_it_cannot_be_asked_whose_it_is(case: XCase, status: int) -> None:
    begun = XConnector.begin_sign_in(case.typed(), redirect_to=BACK, state="s", now=START)
    returned = case.agree(begun.url)

    def plays(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status) if request.url.path == "/2/users/me" else case.network(request)

    with pytest.raises(SignInUnfinished) as stopped:
        XConnector.finish_sign_in(begun.pending, returned, now=START, transport=Wire(plays))
    assert "access-1" not in f"{stopped.value} {stopped.value!r}"
    pending = stopped.value.pending
    with pytest.raises(SignInUnfinished):
        XConnector.finish_sign_in(pending, returned, now=START, transport=Wire(plays))
    (signed,) = XConnector.finish_sign_in(pending, returned, now=START, transport=case.wire)
    assert (signed.options["account"], Credentials.read(signed.credentials).access) == (ME, "access-1")
    assert case.network.granted == 1


def test_a_refresh_token_works_once_and_the_new_one_is_used_from_then_on(case: XCase) -> None:
    with case.connector() as door:
        first = Credentials.read(door.renew(START))
        second = Credentials.read(door.renew(START))
        assert first.refresh != second.refresh
        assert case.network.refresh == {second.refresh}
        assert second.application.client_id == CLIENT_ID
        case.network.access = {second.access}
        assert door.verify(START).actor.remote_id == ME
    with case.connector() as door, pytest.raises(NeedsReconnection):
        door.renew(START)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), NeedsReconnection),
        (httpx.Response(401, json={"error": "invalid_client"}), NeedsReconnection),
        (
            httpx.Response(400, json={"error": "invalid_request", "error_description": "Missing."}),
            UnexpectedReply,
        ),
        (httpx.Response(400, text="trouble"), UnexpectedReply),
        (httpx.Response(401, text="trouble"), UnexpectedReply),
        (httpx.Response(403, text="<html>Checking your browser</html>"), UnexpectedReply),
        (httpx.Response(429), RateLimited),
        (httpx.Response(500), Unreachable),
        (httpx.Response(503, text="over capacity"), Unreachable),
        (httpx.Response(200, text="{"), UnexpectedReply),
        (httpx.Response(200, json={}), UnexpectedReply),
        (httpx.Response(200, json={"access_token": "", "expires_in": 1}), UnexpectedReply),
        (httpx.Response(200, json={"access_token": "a", "expires_in": "long"}), UnexpectedReply),
        (httpx.Response(200, json=[]), UnexpectedReply),
    ],
)
def test_only_what_x_says_in_so_many_words_ends_a_sign_in(
    case: XCase, answer: httpx.Response, meaning: type[NetworkError]
) -> None:
    wire = Wire(lambda _request: answer)
    with XConnector(case.options(), case.secret(), transport=wire) as door:
        with pytest.raises(NetworkError) as caught:
            door.renew(START)
        assert type(caught.value) is meaning
        assert door.access().renew_at == case.credentials().ends_at - timedelta(minutes=10)


def test_a_renewal_without_a_new_refresh_token_keeps_the_old_one(case: XCase) -> None:
    granted = {"access_token": "a", "expires_in": 7200, "scope": "tweet.read"}
    wire = Wire(lambda _request: httpx.Response(200, json=granted))
    with XConnector(case.options(), case.secret(), transport=wire) as door:
        assert Credentials.read(door.renew(START)).refresh == "refresh-0"


def test_connecting_again_never_loses_a_refresh_token(case: XCase) -> None:
    known, fresh = case.credentials(), signed_in(case)
    assert Credentials.read(XConnector.kept(known.written(), fresh.credentials)).refresh == "refresh-1"
    without = json.loads(fresh.credentials) | {"refresh_token": ""}
    assert Credentials.read(XConnector.kept(known.written(), json.dumps(without))).refresh == "refresh-0"
    assert Credentials.read(XConnector.kept("none", json.dumps(without))).refresh == ""
    other = json.dumps(without | {"client_id": "another"})
    assert Credentials.read(XConnector.kept(known.written(), other)).refresh == ""


def test_tokens_and_keys_are_never_shown(case: XCase) -> None:
    credentials = case.credentials()
    shown = f"{credentials!r} {signed_in(case)!r}"
    assert not any(secret in shown for secret in ("access-", "refresh-", credentials.application.secret))
