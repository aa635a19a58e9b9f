"""What follows from answers of a Mastodon server that are wrong, cut, too long or lead elsewhere; its rates."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from portevoix.core.http import GuardedTransport
from portevoix.networks.connector import Connector
from portevoix.networks.contracts import Kind
from portevoix.networks.errors import (
    AddressRefused,
    NeedsReconnection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
)
from portevoix.networks.mastodon.connector import MastodonConnector
from tests.networks.calls import DRAFT, published
from tests.networks.contract import START
from tests.networks.mastodon.case import MastodonCase
from tests.networks.mastodon.ways import Meter, Says, at

READINGS: dict[str, Callable[[Connector], object]] = {
    "verify": lambda door: door.verify(START),
    "limits": lambda door: door.limits(START),
    "find": lambda door: door.find(DRAFT, key="", since=START, now=START),
    "read_events": lambda door: door.read_events("", START),
    "read_posts": lambda door: door.read_posts("", START),
    "read_counts": lambda door: door.read_counts((), START),
    "read_standing": lambda door: door.read_standing(Kind.FOLLOW, "", START),
    "read_profile": lambda door: door.read_profile("https://elsewhere.example/users/paul", START),
}
PRIVATE = "http://127.0.0.1:1/api/v1/accounts/verify_credentials"


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.parametrize("content", [b"", b"<html>Sign in</html>", b'[{"id": "1", "acc', b"\xff"])
def test_an_answer_that_is_none_is_told_as_that(marions: MastodonCase, name: str, content: bytes) -> None:
    with at(marions, Says(httpx.Response(200, content=content))) as door, pytest.raises(UnexpectedReply):
        READINGS[name](door)


@pytest.mark.parametrize("name", [name for name in READINGS if name != "limits"])
@pytest.mark.parametrize("content", [b'"text"', b"3", b"null", b"[3]", b'[{"id": null}]', b'{"error": "no"}'])
def test_an_answer_of_another_shape_is_told_as_that(marions: MastodonCase, name: str, content: bytes) -> None:
    with at(marions, Says(httpx.Response(200, content=content))) as door, pytest.raises(UnexpectedReply):
        READINGS[name](door)


@pytest.mark.parametrize("content", [b'"text"', b"[3]", b"{}", b'{"configuration": {"statuses": 3}}'])
def test_limits_that_are_not_told_are_mastodons_own(marions: MastodonCase, content: bytes) -> None:
    with at(marions, Says(httpx.Response(200, content=content))) as door:
        assert (door.limits(START).text_length, door.limits(START).link_length) == (500, 23)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b'{"id": "1", "uri"', b"[]", b"{}", b'{"id": "1"}', b"null"]
)
def test_after_a_post_such_an_answer_leaves_the_outcome_open(marions: MastodonCase, content: bytes) -> None:
    with at(marions, Says(httpx.Response(200, content=content))) as door, pytest.raises(OutcomeUnknown):
        published(door)


def test_an_answer_of_three_megabytes_is_read(marions: MastodonCase) -> None:
    many = json.dumps([marions.server.account(marions.paul) | {"note": "x" * 30_000} for _each in range(100)])
    assert len(many) > 3_000_000
    with at(marions, Says(httpx.Response(200, content=many))) as door:
        assert door.read_standing(Kind.FOLLOW, "", START) == {marions.paul.uri}


@pytest.mark.parametrize(("writes", "error"), [(True, OutcomeUnknown), (False, UnexpectedReply)])
def test_an_answer_without_end_is_not_taken(
    marions: MastodonCase, writes: bool, error: type[NetworkError]
) -> None:
    endless = Says(httpx.Response(200, content=b"[" + b" " * 11_000_000))
    with at(marions, endless) as door, pytest.raises(error):
        published(door) if writes else door.read_posts("", START)


class Leads(httpx.BaseTransport):
    """A server that redirects into the house; elsewhere the real, guarded way."""

    def __init__(self) -> None:
        self._outside = GuardedTransport(allow_private=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "mastodon.example":
            return httpx.Response(302, headers={"location": PRIVATE})
        assert "authorization" not in request.headers
        return self._outside.handle_request(request)


def test_a_redirect_into_the_house_is_not_followed(marions: MastodonCase) -> None:
    with at(marions, Leads()) as door:
        with pytest.raises(AddressRefused):
            door.verify(START)
        with pytest.raises(OutcomeUnknown):
            published(door)


def test_a_token_that_opens_another_account_is_no_sign_in(marions: MastodonCase) -> None:
    options = {**marions.options(), "account_id": "12"}
    door = MastodonConnector(options, marions.credentials(), transport=marions.wire)
    with door, pytest.raises(NeedsReconnection):
        door.verify(START)


# Rates


def test_what_is_left_of_the_rate_is_noted(marions: MastodonCase) -> None:
    meter = Meter()
    marions.server.rate_headers = {
        "x-ratelimit-limit": "300",
        "x-ratelimit-remaining": "17",
        "x-ratelimit-reset": "2026-11-02T09:05:00.000000Z",
    }
    door = MastodonConnector(marions.options(), marions.credentials(), transport=marions.wire, meter=meter)
    with door:
        door.withdraw(published(door), now=START)
    until = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    assert meter.known == [("posts", 17, until), ("deletions", 17, until)]


def test_a_refusal_for_the_rate_closes_its_own_window_only(marions: MastodonCase) -> None:
    meter = Meter()
    marions.server.rate_refusal = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-02T09:30:00Z"}
    door = MastodonConnector(marions.options(), marions.credentials(), transport=marions.wire, meter=meter)
    with door, pytest.raises(RateLimited) as caught:
        published(door)
    assert caught.value.retry_at == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert meter.known == [("posts", 0, caught.value.retry_at)]


@pytest.mark.parametrize("headers", [{}, {"x-ratelimit-remaining": "many", "x-ratelimit-reset": "soon"}])
def test_a_rate_that_is_not_told_is_not_noted(marions: MastodonCase, headers: dict[str, str]) -> None:
    meter = Meter()
    marions.server.rate_headers = headers
    with MastodonConnector(
        marions.options(), marions.credentials(), transport=marions.wire, meter=meter
    ) as door:
        door.verify(START)
    assert meter.known == []


def test_a_window_that_is_used_up_is_not_asked(marions: MastodonCase) -> None:
    meter = Meter()
    meter.used_up = {"posts"}
    asked = len(marions.server.asked)
    with (
        MastodonConnector(
            marions.options(), marions.credentials(), transport=marions.wire, meter=meter
        ) as door,
        pytest.raises(RateLimited),
    ):
        published(door)
    assert len(marions.server.asked) == asked
