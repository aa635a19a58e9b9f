"""One deadline holds for all that a request does, whatever a server does."""

import socket
import threading
import time

import pytest

from portevoix.core.http import (
    GuardedTransport,
    NotSent,
    make_client,
)
from tests.core.http_servers import PATIENCE, SLACK, Behaviour, Serve, dripping, silent, timed


@pytest.mark.parametrize(
    "behaviour",
    [
        silent,
        dripping(b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"),
        dripping(b"HTTP/1.1 200", b" "),
        dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["silent", "headers", "status_line", "early_hints", "body", "chunks"],
)
def test_a_server_that_drips_is_left_at_the_deadline(serve: Serve, behaviour: Behaviour) -> None:
    url = serve(behaviour)
    with make_client(seconds=PATIENCE, allow_private=True) as client:
        assert PATIENCE * 0.9 < timed(lambda: client.request("GET", url)) < PATIENCE + SLACK


def test_a_server_that_reads_slowly_is_left_at_the_deadline(serve: Serve) -> None:
    def sip(sock: socket.socket, over: threading.Event) -> None:
        while not over.wait(0.05) and sock.recv(20_000):
            pass

    url = serve(sip)
    with make_client(seconds=PATIENCE, allow_private=True) as client:
        assert timed(lambda: client.request("POST", url, content=bytes(50_000_000))) < PATIENCE + SLACK


def test_redirects_share_one_deadline(serve: Serve) -> None:
    def send_round(sock: socket.socket, over: threading.Event) -> None:
        sock.recv(65_536)
        over.wait(0.15)
        sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")

    url = serve(send_round)
    with make_client(seconds=PATIENCE, allow_private=True) as client:
        assert timed(lambda: client.request("GET", url)) < PATIENCE + SLACK


def test_a_handshake_that_never_ends_sends_nothing(serve: Serve) -> None:
    url = serve(dripping(b"", b"\x16")).replace("http:", "https:")
    start = time.monotonic()
    with make_client(seconds=PATIENCE, allow_private=True) as client, pytest.raises(NotSent):
        client.request("POST", url)
    assert time.monotonic() - start < PATIENCE + SLACK


def test_a_name_that_is_never_resolved_does_not_outlast_the_deadline() -> None:
    over = threading.Event()

    def hang(_host: str, _port: int) -> list[str]:
        over.wait(5)
        return []

    with make_client(transport=GuardedTransport(allow_private=True, resolver=hang), seconds=0.1) as client:
        start = time.monotonic()
        with pytest.raises(NotSent, match="not resolved in time"):
            client.request("GET", "http://example.org/")
        assert time.monotonic() - start < SLACK
    over.set()
