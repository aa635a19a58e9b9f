"""The maker of HTTP clients, against real sockets that misbehave in every way we know."""

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from portevoix.core import http
from portevoix.core.http import (
    ForbiddenAddress,
    GuardedTransport,
    MaybeReceived,
    NotSent,
    TooLarge,
    UnusableAnswer,
    make_client,
)

Behaviour = Callable[[socket.socket, threading.Event], None]
Serve = Callable[[Behaviour], str]
PATIENCE = 0.4
SLACK = 1.0
"""Far less than what a dripping server would take, far more than a busy machine needs."""


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


def test_an_answer_is_read_whole(serve: Serve) -> None:
    url = serve(answering(whole(b'{"id": "1"}', "Date: Mon, 02 Nov 2026 10:00:00 GMT", "X-One: 1")))
    with make_client(allow_private=True) as client:
        answer = client.request("GET", url)
    assert (answer.status, answer.is_success, answer.json()) == (200, True, {"id": "1"})
    assert answer.headers["x-one"] == "1"
    assert answer.served_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert answer.text == '{"id": "1"}'


def test_a_connection_serves_again() -> None:
    connected: list[int] = []

    def handle(sock: socket.socket) -> None:
        with sock:
            for _request in range(3):
                while not sock.recv(65_536).endswith(b"}"):
                    pass
                sock.sendall(whole(b"yes"))

    def accept(listener: socket.socket) -> None:
        sock, _peer = listener.accept()
        connected.append(1)
        handle(sock)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,))
        thread.start()
        with make_client(allow_private=True, seconds=5) as client:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            bodies = [client.request("POST", url, json={"n": n}).content for n in range(3)]
        thread.join()
    assert bodies == [b"yes"] * 3
    assert connected == [1]


def test_an_answer_without_a_date_has_no_clock() -> None:
    assert http.Answer(200, httpx.Headers(), b"").served_at is None
    for date in ("soon", "Fri, 31 Dec 9999 23:59:59 -2359"):
        assert http.Answer(200, httpx.Headers({"date": date}), b"").served_at is None


def test_json_that_is_none_is_an_unusable_answer() -> None:
    with pytest.raises(UnusableAnswer):
        http.Answer(200, httpx.Headers(), b"<html>").json()


@pytest.mark.parametrize(
    "answer",
    [
        whole(b"x" * 2000),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000,
        whole(gzip.compress(bytes(5_000_000)), "Content-Encoding: gzip"),
        whole(gzip.compress(bytes(600)) * 2, "Content-Encoding: gzip"),
    ],
    ids=["announced", "unannounced", "bomb", "two_members"],
)
def test_an_answer_past_the_limit_is_too_large(serve: Serve, answer: bytes) -> None:
    url = serve(answering(answer))
    with make_client(allow_private=True) as client, pytest.raises(TooLarge):
        client.request("GET", url, max_bytes=1000 if len(answer) < 3000 else 100_000)


def test_headers_without_end_are_an_unusable_or_lost_answer(serve: Serve) -> None:
    url = serve(answering(b"HTTP/1.1 200 OK\r\n", *[b"X-Long: " + b"x" * 10_000 + b"\r\n"] * 40))
    with make_client(allow_private=True) as client, pytest.raises(MaybeReceived):
        client.request("GET", url)


def test_a_compressed_answer_is_unpacked(serve: Serve) -> None:
    packed = gzip.compress(b"bon") + gzip.compress(b"jour")
    url = serve(answering(whole(packed, "Content-Encoding: gzip")))
    with make_client(allow_private=True) as client:
        assert client.request("GET", url, max_bytes=100).content == b"bonjour"


def test_members_without_number_are_left_unread(serve: Serve) -> None:
    packed = gzip.compress(b"") * 160_000
    url = serve(answering(whole(packed, "Content-Encoding: gzip")))
    with make_client(allow_private=True) as client, pytest.raises(UnusableAnswer, match="too many pieces"):
        client.request("GET", url)


def test_decompression_ends_at_the_deadline() -> None:
    packed = gzip.compress(b"bonjour")
    answers = httpx.MockTransport(
        lambda _request: httpx.Response(
            200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed)
        )
    )
    with pytest.raises(MaybeReceived, match="no time left to decompress"):
        make_client(transport=answers).request("GET", "https://one.example/", seconds=0)
    assert make_client(transport=answers).request("GET", "https://one.example/").content == b"bonjour"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [(gzip.compress(b"bonjour")[:-4], "gzip"), (b"bonjour", "gzip"), (b"bonjour", "br")],
    ids=["cut", "damaged", "unasked"],
)
def test_a_compression_that_cannot_be_undone_is_unusable(serve: Serve, content: bytes, encoding: str) -> None:
    url = serve(answering(whole(content, f"Content-Encoding: {encoding}")))
    with make_client(allow_private=True) as client, pytest.raises(UnusableAnswer):
        client.request("GET", url)


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"SSH-2.0-OpenSSH_9\r\n\r\n"],
    ids=["hung_up", "cut", "no_http"],
)
def test_a_request_that_left_and_brought_no_whole_answer_may_have_been_received(
    serve: Serve, answer: bytes
) -> None:
    url = serve(answering(answer))
    with make_client(allow_private=True) as client, pytest.raises(MaybeReceived):
        client.request("POST", url, json={})


def test_a_reset_after_sending_may_have_been_received(serve: Serve) -> None:
    def reset(sock: socket.socket, _over: threading.Event) -> None:
        sock.recv(65_536)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    url = serve(reset)
    with make_client(allow_private=True) as client, pytest.raises(MaybeReceived):
        client.request("POST", url, json={})


def test_a_refused_connection_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with make_client(allow_private=True) as client, pytest.raises(NotSent):
        client.request("POST", f"http://127.0.0.1:{port}/")


def test_a_name_that_does_not_exist_sent_nothing() -> None:
    with make_client(allow_private=True) as client, pytest.raises(NotSent):
        client.request("GET", "http://name.invalid/")


def test_a_request_with_no_time_left_before_its_first_byte_sent_nothing(serve: Serve) -> None:
    received = threading.Event()

    def watch(sock: socket.socket, _over: threading.Event) -> None:
        if sock.recv(65_536):
            received.set()

    url = httpcore.URL(serve(watch))
    stream = http._Backend(allow_private=True, resolver=http.resolve).connect_tcp(
        url.host.decode(), url.port or 80, time.monotonic() + 5
    )
    with pytest.raises(httpcore.ConnectTimeout):
        stream.write(b"POST", timeout=time.monotonic() - 1)
    stream.close()
    assert not received.is_set()


ANY_ADDRESS = str(IPv4Address(0))
PRIVATE = [
    *(
        "127.0.0.1",
        "127.8.8.8",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        ANY_ADDRESS,
    ),
    *("100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1"),
    *(
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%1",
        "fec0::1",
        "ff02::1",
    ),
]
PUBLIC = ["93.184.215.14", "9.9.9.9", "2606:4700::1111", "::ffff:9.9.9.9", "64:ff9b::909:909", "2a01:e0a::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_inside_address_is_not_public(address: str) -> None:
    assert not http.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_outside_address_is_public(address: str) -> None:
    assert http.is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    transport = GuardedTransport(allow_private=False, resolver=lambda _host, _port: [address])
    with make_client(transport=transport) as client, pytest.raises(ForbiddenAddress):
        client.request("GET", "http://innocent.example/")


@pytest.mark.parametrize(
    "url",
    ["http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://[::ffff:7f00:1]/", "http://localhost/"],
)
def test_an_inside_address_in_disguise_is_refused(url: str) -> None:
    with make_client(allow_private=False) as client, pytest.raises(NotSent):
        client.request("GET", url)


@pytest.mark.parametrize("address", [ANY_ADDRESS, "::", "224.0.0.1", "ff02::1"])
def test_some_addresses_are_refused_even_where_private_ones_are_allowed(address: str) -> None:
    transport = GuardedTransport(allow_private=True, resolver=lambda _host, _port: [address])
    with make_client(transport=transport) as client, pytest.raises(ForbiddenAddress):
        client.request("GET", "http://innocent.example/")


def test_the_settings_decide_about_private_addresses(settings: Settings, serve: Serve) -> None:
    url = serve(answering(whole(b"in")))
    settings.ALLOW_PRIVATE_ADDRESSES = False
    with make_client() as client, pytest.raises(ForbiddenAddress):
        client.request("GET", url)
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with make_client() as client:
        assert client.request("GET", url).content == b"in"


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "example.org", "http://"])
def test_only_http_addresses_are_called(url: str) -> None:
    with make_client(allow_private=True) as client, pytest.raises(ForbiddenAddress):
        client.request("GET", url)


def test_the_name_is_looked_up_once_and_the_address_checked_is_the_address_called(serve: Serve) -> None:
    port = httpx.URL(serve(answering(whole(b"inside")))).port
    looks: list[str] = []

    def rebind(host: str, _port: int) -> list[str]:
        looks.append(host)
        return ["127.0.0.1"] if len(looks) > 1 else ["192.0.2.1"]

    transport = GuardedTransport(allow_private=False, resolver=rebind)
    with make_client(transport=transport, seconds=5) as client, pytest.raises(ForbiddenAddress):
        client.request("GET", f"http://rebinding.example:{port}/")
    assert looks == ["rebinding.example"]


class Unanswered(httpcore.SyncBackend):
    """A network where only 127.0.0.1 answers; it remembers how many seconds each address was given."""

    def __init__(self) -> None:
        self.given: list[float] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.given.append(timeout or 0.0)
        if host != "127.0.0.1":
            raise httpcore.ConnectTimeout("no answer")
        return super().connect_tcp(host, port, timeout)


def test_addresses_that_do_not_answer_leave_time_for_the_next(serve: Serve) -> None:
    port = httpx.URL(serve(answering(whole(b"third")))).port
    network = Unanswered()
    addresses = ["127.0.0.8", "127.0.0.9", "127.0.0.1"]
    transport = GuardedTransport(allow_private=True, resolver=lambda _host, _port: addresses, plain=network)
    with make_client(transport=transport, seconds=6) as client:
        assert client.request("GET", f"http://three.example:{port}/").content == b"third"
    # No time passed here while waiting, so each address may wait for its share of nearly all six seconds.
    assert [round(seconds) for seconds in network.given] == [2, 3, 6]


def test_when_no_address_answers_nothing_was_sent() -> None:
    transport = GuardedTransport(
        allow_private=True, resolver=lambda _host, _port: ["127.0.0.8", "127.0.0.9"], plain=Unanswered()
    )
    with make_client(transport=transport) as client, pytest.raises(NotSent):
        client.request("POST", "http://two.example/")


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


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_a_caller_does_not_say_where_a_body_ends(serve: Serve, name: str) -> None:
    received = threading.Event()
    url = serve(lambda sock, _over: received.set() if sock.recv(1) else None)
    with make_client(allow_private=True) as client, pytest.raises(NotSent):
        client.request("POST", url, content=b"ab", headers={name: "1"})
    assert not received.is_set()


def test_a_body_that_cannot_be_written_to_its_end_may_have_been_received(serve: Serve) -> None:
    request = httpx.Request("POST", serve(silent), headers={"Content-Length": "5"}, content=b"ab")
    transport = GuardedTransport(allow_private=True)
    with pytest.raises(MaybeReceived):
        transport.handle_request(request)
    transport.close()


def test_a_name_that_no_certificate_holds_sends_nothing(serve: Serve) -> None:
    port = httpx.URL(serve(silent)).port
    transport = GuardedTransport(allow_private=True, resolver=lambda _host, _port: ["127.0.0.1"])
    with make_client(transport=transport) as client, pytest.raises(NotSent):
        client.request("POST", f"https://.example:{port}/")


@pytest.mark.parametrize("value", ["Bearer s3cr3t\r\nX-Evil: 1", "Bearer s3cr3té"])
def test_a_header_that_cannot_be_written_is_not_told_in_the_error(serve: Serve, value: str) -> None:
    url = serve(silent)
    with make_client(allow_private=True) as client, pytest.raises(NotSent) as caught:
        client.request("GET", url, headers={"Authorization": value})
    assert "s3cr3t" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_no_error_tells_the_query_of_the_address(serve: Serve) -> None:
    url = serve(answering(b""))
    with make_client(allow_private=True) as client, pytest.raises(MaybeReceived) as caught:
        client.request("GET", url)
    assert "127.0.0.1" in str(caught.value)
    assert "s3cr3t" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_an_answer_does_not_tell_its_content_when_printed() -> None:
    answer = http.Answer(200, httpx.Headers({"x-token": "s3cr3t"}), b"s3cr3t", "https://x.example/?t=s3cr3t")
    assert "s3cr3t" not in repr(answer)


def test_every_request_says_who_asks() -> None:
    transport, asked = redirecting({})
    make_client(transport=transport).request("GET", "https://one.example/a", params={"q": "é"})
    assert asked[0].headers["user-agent"].startswith("Porte-voix/")
    assert str(asked[0].url) == "https://one.example/a?q=%C3%A9"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file that holds a key and a certificate nobody vouches for, valid for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path


def encrypted(path: Path, behaviour: Behaviour) -> Behaviour:
    """Return `behaviour` spoken over TLS with the certificate in `path`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def behave(sock: socket.socket, over: threading.Event) -> None:
        with context.wrap_socket(sock, server_side=True) as safe:
            behaviour(safe, over)

    return behave


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(
    serve: Serve, certificate: Path
) -> None:
    url = serve(encrypted(certificate, answering(whole(b"hello")))).replace(
        "http://127.0.0.1", "https://localhost"
    )
    with make_client(allow_private=True, seconds=5) as client, pytest.raises(NotSent):
        client.request("POST", url)


def test_an_encrypted_server_that_drips_is_left_at_the_deadline(
    serve: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(http, "_tls", lambda: known)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    url = serve(encrypted(certificate, dripping(head, b"x"))).replace("http://127.0.0.1", "https://localhost")
    with make_client(allow_private=True, seconds=PATIENCE + 0.4) as client:
        assert timed(lambda: client.request("GET", url)) < PATIENCE + SLACK + 0.4
