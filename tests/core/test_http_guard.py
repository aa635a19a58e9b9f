"""No request goes inside: neither to private addresses nor under a disguise."""

from collections.abc import Iterable
from ipaddress import IPv4Address

import httpcore
import httpx
import pytest
from pytest_django import Settings

from portevoix.core import http
from portevoix.core.http import (
    ForbiddenAddress,
    GuardedTransport,
    NotSent,
    make_client,
)
from tests.core.http_servers import Serve, answering, whole

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
