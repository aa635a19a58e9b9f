"""Servers for the tests of the maker of HTTP clients."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.core.http_servers import Behaviour, Serve


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers on the loopback whose every connection is handled by the function given."""
    over = threading.Event()
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def handle(sock: socket.socket, behaviour: Behaviour) -> None:
        with sock, contextlib.suppress(OSError):
            behaviour(sock, over)

    def listen(listener: socket.socket, behaviour: Behaviour) -> None:
        while not over.is_set():
            try:
                sock, _peer = listener.accept()
            except TimeoutError:
                continue
            sock.settimeout(5)
            threads.append(threading.Thread(target=handle, args=(sock, behaviour)))
            threads[-1].start()

    def start(behaviour: Behaviour) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(0.05)
        listeners.append(listener)
        threads.append(threading.Thread(target=listen, args=(listener, behaviour)))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/a/path?secret=s3cr3t"

    yield start
    over.set()
    for thread in list(threads):
        thread.join()
    for listener in listeners:
        listener.close()
