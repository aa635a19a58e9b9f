"""Redirects are followed with care: never inside, never with credentials to another host."""

import socket
import threading

import httpx
import pytest

from portevoix.core import http
from portevoix.core.http import (
    ForbiddenAddress,
    GuardedTransport,
    UnusableAnswer,
    make_client,
)
from tests.core.http_servers import Serve, answering, redirecting, whole


def test_a_redirect_that_leads_inside_is_refused(serve: Serve) -> None:
    inside = serve(answering(whole(b"metadata")))
    outside = httpx.URL(serve(answering(f"HTTP/1.1 302 Found\r\nLocation: {inside}\r\n\r\n".encode())))
    transport = GuardedTransport(allow_private=True, resolver=lambda _host, _port: ["127.0.0.1"])
    guarded = GuardedTransport(allow_private=False)

    class FirstHopOnly(httpx.BaseTransport):
        """The first server stands for a public one; every later request meets the real guard."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return (transport if request.url.host == "outside.example" else guarded).handle_request(request)

    with make_client(transport=FirstHopOnly()) as client, pytest.raises(ForbiddenAddress):
        client.request("GET", str(outside.copy_with(host="outside.example")))
    transport.close()
    guarded.close()


@pytest.mark.parametrize(
    "place", ["https://other.example/b", "http://one.example/b", "https://one.example:8443/b"]
)
def test_credentials_are_dropped_when_the_host_changes(place: str) -> None:
    transport, asked = redirecting({"https://one.example/a": place})
    headers = {
        "Authorization": "Bearer s3cr3t",
        "X-Api-Key": "s3cr3t",
        "Cookie": "s=1",
        "Accept": "text/html",
    }
    answer = make_client(transport=transport).request("GET", "https://one.example/a", headers=headers)
    assert answer.url == place
    assert "s3cr3t" in asked[0].headers["authorization"]
    assert not {"authorization", "x-api-key", "cookie"} & set(asked[1].headers)
    assert asked[1].headers["accept"] == "text/html"
    assert asked[1].headers["host"] == httpx.URL(place).netloc.decode()


def test_credentials_stay_on_the_same_host() -> None:
    transport, asked = redirecting({"https://one.example/a": "/b"})
    make_client(transport=transport).request(
        "GET", "https://one.example/a", headers={"Authorization": "Bearer t"}
    )
    assert [one.headers["authorization"] for one in asked] == ["Bearer t", "Bearer t"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_is_never_redirected(method: str, status: int) -> None:
    transport, asked = redirecting({"https://one.example/a": "/b"}, status)
    assert make_client(transport=transport).request(method, "https://one.example/a").status == status
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((), ""),
        ((301,), "https://two.example/b"),
        ((308, 301), "https://two.example/c"),
        ((301, 302), "https://two.example/b"),
        ((302, 301), ""),
        ((307,), ""),
    ],
)
def test_an_answer_says_where_its_address_has_moved_for_ever(
    statuses: tuple[int, ...], moved_to: str
) -> None:
    places = iter(("https://two.example/b", "/c"))
    turns = iter(statuses)

    def play(_request: httpx.Request) -> httpx.Response:
        status = next(turns, 200)
        return httpx.Response(status, headers={} if status == 200 else {"location": next(places)})

    client = make_client(transport=httpx.MockTransport(play))
    assert client.request("GET", "https://one.example/a").moved_to == moved_to


def test_redirects_without_end_are_an_unusable_answer() -> None:
    transport, asked = redirecting({"https://one.example/a": "/a"})
    with pytest.raises(UnusableAnswer):
        make_client(transport=transport).request("GET", "https://one.example/a")
    assert len(asked) == http.MAX_REDIRECTS + 1


NO_ADDRESSES = ["file:///etc/passwd", "gopher://x/", "http://[::1", "http://xn--zzzzzzzz/", "http://xn--/"]


@pytest.mark.parametrize("place", NO_ADDRESSES)
def test_a_redirect_to_what_is_no_http_address_is_not_followed(place: str) -> None:
    transport, asked = redirecting({"https://one.example/a": place})
    with pytest.raises(http.HttpError):
        make_client(transport=transport).request("GET", "https://one.example/a")
    assert len(asked) == 1


def test_a_redirected_body_is_not_announced_again(serve: Serve) -> None:
    turns: list[bytes] = []

    def turn(sock: socket.socket, _over: threading.Event) -> None:
        turns.append(sock.recv(65_536).lower())
        there = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        sock.sendall(there if len(turns) == 1 else whole(b"end"))

    url = serve(turn)
    with make_client(allow_private=True, seconds=5) as client:
        assert client.request("GET", url, json={"q": 1}).content == b"end"
    assert b"content-length: 7" in turns[0]
    assert b"content-" not in turns[1]
