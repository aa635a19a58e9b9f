"""The maker of HTTP clients, against real sockets: answers whole or unusable, and what was sent."""

import gzip
import socket
import threading
import time
from datetime import UTC, datetime

import httpcore
import httpx
import pytest

from portevoix.core import http
from portevoix.core.http import (
    GuardedTransport,
    MaybeReceived,
    NotSent,
    TooLarge,
    UnusableAnswer,
    make_client,
)
from tests.core.http_servers import Serve, answering, redirecting, silent, whole


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
