"""Servers on the loopback that misbehave in every way we know."""

import socket
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from portevoix.core.http import (
    MaybeReceived,
)

Behaviour = Callable[[socket.socket, threading.Event], None]
Serve = Callable[[Behaviour], str]
PATIENCE = 0.4
SLACK = 1.0
"""Far less than what a dripping server would take, far more than a busy machine needs."""


def answering(*parts: bytes) -> Behaviour:
    """Return a server that reads one request, sends `parts` and hangs up."""

    def behave(sock: socket.socket, _over: threading.Event) -> None:
        sock.recv(65_536)
        for part in parts:
            sock.sendall(part)

    return behave


def dripping(first: bytes, drop: bytes) -> Behaviour:
    """Return a server that sends `first`, then `drop` ten times a second for as long as anyone listens."""

    def behave(sock: socket.socket, over: threading.Event) -> None:
        sock.recv(65_536)
        sock.sendall(first)
        while not over.wait(0.1):
            sock.sendall(drop)

    return behave


def silent(_sock: socket.socket, over: threading.Event) -> None:
    """Take the connection and say nothing."""
    over.wait(5)


def whole(content: bytes, *headers: str) -> bytes:
    """Return an answer of status 200."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


def timed(call: Callable[[], object]) -> float:
    """Return the seconds that `call` takes, which must end in MaybeReceived."""
    start = time.monotonic()
    with pytest.raises(MaybeReceived):
        call()
    return time.monotonic() - start


def redirecting(places: dict[str, str], status: int = 302) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Return a transport that redirects as `places` says and answers 200 elsewhere, and what it was asked."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        place = places.get(str(request.url))
        return (
            httpx.Response(status, headers={"location": place}) if place else httpx.Response(200, text="end")
        )

    return httpx.MockTransport(handle), asked
