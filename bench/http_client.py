"""Processor time of one request through `core.http`, beside httpx's client and httpcore bare.

A server in another process answers 800 bytes of JSON on the loopback; only this process is measured.
The contenders take turns, so that a busy minute falls on all of them; ratios are medians of those turns.
Run it with `python -m bench.http_client`.
"""

import multiprocessing
import socket
import statistics
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import httpcore
import httpx

from portevoix.core.http import make_client

REQUESTS = 300
TURNS = 15
HEADERS = {"authorization": "Bearer token", "accept": "application/json"}
BODY = b'{"id": "1", "text": "' + b"x" * 780 + b'"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
Ask = Callable[[], object]


def answer(sock: socket.socket) -> None:
    """Answer every request of one connection until it is closed."""
    waiting = b""
    while received := sock.recv(65_536):
        *whole, waiting = (waiting + received).split(b"\r\n\r\n")
        for _request in whole:
            sock.sendall(ANSWER)


def serve(port: Connection) -> None:
    """Listen on a free port of the loopback, tell it, and answer for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port.send(listener.getsockname()[1])
        while True:
            sock, _peer = listener.accept()
            threading.Thread(target=answer, args=(sock,), daemon=True).start()


def contenders(url: str) -> dict[str, Ask]:
    """Return how each contender asks once, over a connection that it keeps."""
    plain, ours, bare = httpx.Client(), make_client(allow_private=True), httpcore.ConnectionPool()
    pairs = list(HEADERS.items())
    return {
        "httpcore bare": lambda: bare.request("GET", url, headers=pairs).content,
        "core.http": lambda: ours.request("GET", url, headers=HEADERS).json(),
        "httpx.Client": lambda: plain.get(url, headers=HEADERS).json(),
    }


def milliseconds(ask: Ask) -> float:
    """Return the processor time of one request, averaged over REQUESTS."""
    start = time.process_time()
    for _request in range(REQUESTS):
        ask()
    return (time.process_time() - start) / REQUESTS * 1000


def measure(url: str) -> dict[str, list[float]]:
    """Return the milliseconds of each contender, one figure a turn."""
    asks = contenders(url)
    milliseconds_of: dict[str, list[float]] = {name: [] for name in asks}
    for turn in range(TURNS + 1):
        for name, ask in asks.items():
            took = milliseconds(ask)
            if turn:  # the first opens connections and fills caches
                milliseconds_of[name].append(took)
    return milliseconds_of


def main() -> None:
    """Measure, and print one line a contender."""
    receiving, sending = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(sending,), daemon=True)
    server.start()
    figures = measure(f"http://127.0.0.1:{receiving.recv()}/api/v1/statuses")
    server.terminate()
    for name, took in figures.items():
        ratios = sorted(one / base for one, base in zip(took, figures["httpcore bare"], strict=True))
        print(
            f"{name:14} {statistics.median(took):.3f} ms"
            f"  x{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    main()
