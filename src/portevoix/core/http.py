"""The only maker of HTTP clients: one absolute deadline a request, bounded answers, no way into the house.

HttpError                   a request that brought no usable answer
├── NotSent                 not one byte of it left: asking again cannot do anything twice
│   └── ForbiddenAddress    its address leads inside, or is none that may be called
└── MaybeReceived           it left; whether it was carried out is not known
    └── UnusableAnswer      an answer came and cannot be taken: garbled, cut, redirected without end
        └── TooLarge        longer than what was asked for, before or after decompression

No message ever holds a path, a query, a header or a body: those may be secrets.
"""

import ipaddress
import json as json_codec
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, cast

import h11
import httpcore
import httpx
from django.conf import settings

from portevoix import __version__
from portevoix.core.disposable import Disposable

SECONDS = 20.0
"""Time that a request has from its first look at a name to the last byte of its answer."""
MAX_BYTES = 10_000_000
"""Longest answer that is taken, compressed or not."""
MAX_REDIRECTS = 5
MAX_MEMBERS = 1000
"""Parts that a compressed answer may be made of; block compressors cut ten million bytes into 160."""
FRAMING = ("content-length", "transfer-encoding")
"""Headers that say where a body ends: written from the body itself, never by callers."""
KEPT_ON_OTHER_HOSTS = ("accept", "accept-encoding", "accept-language", "user-agent")
USER_AGENT = f"Porte-voix/{__version__}"
_LOST = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
_FOLLOWED = (301, 302, 303, 307, 308)
_FOR_EVER = (301, 308)
_CHUNK = 65_536

Transport = httpx.BaseTransport
"""What carries requests; tests swap it. Connectors name it by this name alone."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
"""From a host's name and a port to numeric addresses; raises OSError when the name has none."""


class HttpError(Exception):
    """A request that brought no usable answer. `str()` is for the log and holds no secret."""


class NotSent(HttpError):
    """Not one byte of the request left."""


class ForbiddenAddress(NotSent):
    """The address leads to this machine or a private network, or is no http address."""


class MaybeReceived(HttpError):
    """The request left and no whole answer came back: it may have been carried out."""


class UnusableAnswer(MaybeReceived):
    """An answer came back that cannot be taken as one."""


class TooLarge(UnusableAnswer):
    """The answer is longer than the limit."""


# What the standard library calls global although no public server may live there: IANA's registries of
# special-purpose addresses (RFC 6890 and its updates), and the two tunnels that can hide any IPv4 address.
_NEVER_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_BITS = 0xFFFFFFFF


def _meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one merely wraps, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & _IPV4_BITS)
    return address.ipv4_mapped or address


def is_public(text: str) -> bool:
    """Return whether the numeric address `text` is one where a public server may live."""
    address = _meant(ipaddress.ip_address(text))
    if address.version == 6 and address not in _UNICAST:  # noqa: PLR2004
        return False
    odd = address.is_multicast or address.is_reserved or any(address in network for network in _NEVER_PUBLIC)
    return address.is_global and not odd


def _is_callable(text: str, *, allow_private: bool) -> bool:
    address = _meant(ipaddress.ip_address(text))
    if allow_private:
        return not (address.is_multicast or address.is_unspecified)
    return is_public(text)


def resolve(host: str, port: int) -> list[str]:
    """Return the numeric addresses of `host`, in the system's order. Raises OSError when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_rest, sockaddr in found))


def _left(until: float | None) -> float:
    """Return the seconds that remain until the monotonic instant `until`, possibly negative."""
    return SECONDS if until is None else until - time.monotonic()


def _resolved_in_time(resolver: Resolver, host: str, port: int, until: float | None) -> list[str]:
    """Return what `resolver` finds. The system's resolver knows no deadline, so a thread waits for it."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, UnicodeError) as problem:
            answers.put(OSError(str(problem)))

    threading.Thread(target=look, daemon=True, name="resolve").start()
    try:
        found = answers.get(timeout=max(0.0, _left(until)))
    except queue.Empty:
        raise httpcore.ConnectTimeout("the name was not resolved in time") from None
    if isinstance(found, OSError):
        raise httpcore.ConnectError(f"the name was not resolved: {found}") from found
    return found


class _Stream(httpcore.NetworkStream):
    """A connection on which every operation gets only the time that remains.

    The `timeout` of each method is a monotonic *instant*, put there by `Client` and handed down unchanged by
    httpcore: a time-out by operation would start anew with each byte of a server that drips.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._has_written = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._has_written = False
        if (left := _left(timeout)) <= 0:
            raise httpcore.ReadTimeout("no time left to read")
        return self._stream.read(max_bytes, timeout=left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        sock: socket.socket = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        while rest:
            rest = rest[self._send(sock, rest[:_CHUNK], _left(timeout)) :]

    def _send(self, sock: socket.socket, chunk: memoryview, left: float) -> int:
        """Send some of `chunk`. A request of which nothing was written counts as one that never connected."""
        if left <= 0:
            problem = httpcore.WriteTimeout if self._has_written else httpcore.ConnectTimeout
            raise problem("no time left to write")
        try:
            sock.settimeout(left)
            self._has_written = True
            return sock.send(chunk)
        except TimeoutError as problem:
            raise httpcore.WriteTimeout("the server stopped reading") from problem
        except OSError as problem:
            raise httpcore.WriteError(str(problem)) from problem

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        if (left := _left(timeout)) <= 0:
            self.close()
            raise httpcore.ConnectTimeout("no time left to encrypt")
        if not server_hostname or server_hostname.startswith("."):  # ssl would raise what nobody expects
            self.close()
            raise httpcore.ConnectError("a name that no certificate can hold")
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout=left))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects to the very address that was checked, so that a name cannot change between look and call."""

    def __init__(
        self, *, allow_private: bool, resolver: Resolver, plain: httpcore.NetworkBackend | None = None
    ) -> None:
        self._allow_private = allow_private
        self._resolver = resolver
        self._plain = plain or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a stream to `host`. `timeout` is a monotonic instant. Raises ForbiddenAddress."""
        allowed = self._allowed(host, _resolved_in_time(self._resolver, host, port, timeout))
        for others, address in zip(range(len(allowed) - 1, -1, -1), allowed, strict=True):
            if (left := _left(timeout)) <= 0:
                break
            try:
                return _Stream(self._plain.connect_tcp(address, port, left / (others + 1)))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not others:
                    raise
        raise httpcore.ConnectTimeout("no time left to connect")

    def _allowed(self, host: str, addresses: list[str]) -> list[str]:
        allowed = [one for one in addresses if _is_callable(one, allow_private=self._allow_private)]
        if not allowed:
            raise ForbiddenAddress(f"{host} leads to no public address")
        return allowed


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Return the process's one TLS context: loading the authorities costs more than fifty requests."""
    return httpcore.default_ssl_context()


class _Outgoing(httpx.SyncByteStream):
    """The body of a request as it leaves; it is asked for only after the headers have left."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream
        self.has_begun = False

    def __iter__(self) -> Iterator[bytes]:
        self.has_begun = True
        yield from self._stream


@contextmanager
def _translated(host: str, has_left: Callable[[], bool]) -> Iterator[None]:
    """Turn errors of httpcore, and of h11 below it, into ours, by what can have happened to the request."""
    try:
        yield
    except (httpcore.LocalProtocolError, h11.LocalProtocolError):
        # Its message quotes the header that cannot be sent, which may be a credential.
        problem_kind = MaybeReceived if has_left() else NotSent
        raise problem_kind(f"{host}: the request cannot be written as HTTP") from None
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as problem:
        raise NotSent(f"{host}: {problem}") from problem
    except (*_LOST, h11.ProtocolError) as problem:
        raise MaybeReceived(f"{host}: {problem}") from problem


class _Body(httpx.SyncByteStream):
    """The bytes of an answer as they come."""

    def __init__(self, stream: Any, host: str) -> None:
        self._stream = stream
        self._host = host

    def __iter__(self) -> Iterator[bytes]:
        with _translated(self._host, lambda: True):
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


class GuardedTransport(httpx.BaseTransport):
    """Sends requests over connections of its own, to addresses that may be called and to no others.

    `plain` makes the connections to addresses that were checked; it is the system's unless a test stands in.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolver: Resolver = resolve,
        plain: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            network_backend=_Backend(allow_private=allow_private, resolver=resolver, plain=plain),
            max_connections=None,  # waiting for a free one would be time outside the deadline
            max_keepalive_connections=4,
            keepalive_expiry=5.0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, its body not read yet. Raises HttpError."""
        url, body = request.url, _Outgoing(cast("Iterable[bytes]", request.stream))
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=body,
            extensions=request.extensions,
        )
        with _translated(url.host, lambda: body.has_begun):
            answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream, url.host))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


@dataclass(frozen=True)
class Answer:
    """A whole answer, whatever its status. Its `repr` shows the status alone.

    `moved_to` is where redirects that are for ever (301, 308) have led from the address that was asked, before
    any that is not; '' where none did.
    """

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    url: str = field(default="", repr=False)
    moved_to: str = field(default="", repr=False)

    @property
    def is_success(self) -> bool:
        """Return whether the status is one of the 200s."""
        return self.status // 100 == 2  # noqa: PLR2004

    @property
    def text(self) -> str:
        """Return the body as text, UTF-8, with what is no UTF-8 replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON. Raises UnusableAnswer when it is none."""
        try:
            return json_codec.loads(self.content)
        except (ValueError, RecursionError):
            raise UnusableAnswer(f"status {self.status}, and a body that is no JSON") from None

    @property
    def served_at(self) -> datetime | None:
        """Return the server's clock (its `Date` header, to the second, UTC), if it told one."""
        try:
            return parsedate_to_datetime(self.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError, TypeError, OverflowError):
            return None


class Client(Disposable):
    """Asks over a transport, each time within one deadline for everything: name, connection, redirects, body.

    Redirects are followed for GET and HEAD only, since elsewhere they may follow upon an act that was
    already carried out; elsewhere the answer is returned as it is.
    """

    def __init__(
        self, transport: httpx.BaseTransport, *, seconds: float = SECONDS, max_bytes: int = MAX_BYTES
    ) -> None:
        self._transport = transport
        self._seconds = seconds
        self._max_bytes = max_bytes

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
        max_bytes: int | None = None,
        **body: Any,
    ) -> Answer:
        """Return the answer to one request, of any status.

        `body` is what `httpx.Request` takes: `params`, `json`, `data`, `files`, `content`.
        Raises NotSent when the request never left, MaybeReceived when it did and no usable answer came.
        """
        until = time.monotonic() + (self._seconds if seconds is None else seconds)
        limit = self._max_bytes if max_bytes is None else max_bytes
        request = _request(method, url, {"user-agent": USER_AGENT, **(headers or {})}, until, body)
        moved_to, is_moving = "", True
        for _turn in range(MAX_REDIRECTS + 1):
            answer = self._ask(request, limit)
            following = _following(request, answer, until)
            if following is None:
                return replace(answer, moved_to=moved_to)
            request, is_moving = following, is_moving and answer.status in _FOR_EVER
            moved_to = str(request.url) if is_moving else moved_to
        raise UnusableAnswer(f"{request.url.host}: more than {MAX_REDIRECTS} redirects")

    def _ask(self, request: httpx.Request, limit: int) -> Answer:
        response = self._transport.handle_request(request)
        try:
            raw = _read(response, limit, request.url.host)
        finally:
            response.close()
        content = _decoded(raw, response.headers.get("content-encoding", ""), limit, request)
        return Answer(response.status_code, response.headers, content, str(request.url))

    def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        self._transport.close()


def make_client(
    *,
    transport: httpx.BaseTransport | None = None,
    seconds: float = SECONDS,
    max_bytes: int = MAX_BYTES,
    allow_private: bool | None = None,
) -> Client:
    """Return a client; over `transport` if one is given, as tests do, else over the guarded network.

    `seconds` and `max_bytes` bound each request. `allow_private` defaults to ALLOW_PRIVATE_ADDRESSES.
    """
    if transport is None:
        allowed = settings.ALLOW_PRIVATE_ADDRESSES if allow_private is None else allow_private
        transport = GuardedTransport(allow_private=allowed)
    return Client(transport, seconds=seconds, max_bytes=max_bytes)


def _request(
    method: str, url: str | httpx.URL, headers: Mapping[str, str], until: float, body: Mapping[str, Any]
) -> httpx.Request:
    """Return the request. Raises ForbiddenAddress when `url` is no http address, NotSent for bad headers."""
    if any(name.lower() in FRAMING for name in headers):
        raise NotSent("where a body ends is not for the caller to say")
    instants = {"connect": until, "read": until, "write": until, "pool": _left(until)}
    try:
        address = httpx.URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise ForbiddenAddress("only http and https addresses are called")
        all_headers = {**headers, "accept-encoding": "gzip"}
        return httpx.Request(method, address, headers=all_headers, extensions={"timeout": instants}, **body)
    except (httpx.InvalidURL, UnicodeError):
        raise NotSent("an address or a header that cannot be written as HTTP") from None


def _following(request: httpx.Request, answer: Answer, until: float) -> httpx.Request | None:
    """Return the request that `answer` redirects to, without credentials when the host changes, or None."""
    place = answer.headers.get("location")
    if answer.status not in _FOLLOWED or request.method not in ("GET", "HEAD") or not place:
        return None
    try:
        target = request.url.join(place)
        is_same = _origin(target) == _origin(request.url)
    except (httpx.InvalidURL, UnicodeError):
        raise UnusableAnswer(f"{request.url.host}: a redirect to what is no address") from None
    kept = {name: value for name, value in request.headers.items() if _is_kept(name, is_same=is_same)}
    return _request(request.method, target, kept, until, {})


def _is_kept(name: str, *, is_same: bool) -> bool:
    """Return whether a redirected request keeps the header `name`; its body is not sent a second time."""
    is_of_body = name.startswith("content-") or name in FRAMING
    return name != "host" and not is_of_body and (is_same or name in KEPT_ON_OTHER_HOSTS)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _read(response: httpx.Response, limit: int, host: str) -> bytes:
    """Return the body as it was sent. Raises TooLarge past `limit` bytes."""
    raw = bytearray()
    for chunk in cast("Iterable[bytes]", response.stream):
        raw += chunk
        if len(raw) > limit:
            raise TooLarge(f"{host}: an answer of more than {limit} bytes")
    return bytes(raw)


def _decoded(raw: bytes, encoding: str, limit: int, request: httpx.Request) -> bytes:
    """Return the body decompressed. Raises TooLarge past `limit` bytes, UnusableAnswer when it cannot be."""
    if not raw or encoding.strip().lower() in ("", "identity"):
        return raw
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        raise UnusableAnswer(f"{request.url.host}: an encoding that was not asked for")
    return _Unpacking(raw, limit, request.url.host, request.extensions["timeout"]["read"]).whole()


class _Unpacking:
    """A gzip body on its way to the clear: within the deadline `until`, `limit` bytes and MAX_MEMBERS members.

    A body may hold many members. Each is fed piece by piece, since a decompressor copies what it leaves.
    """

    def __init__(self, raw: bytes, limit: int, host: str, until: float) -> None:
        self._raw, self._limit, self._host, self._until = raw, limit, host, until
        self._place = 0
        self._clear = bytearray()

    def whole(self) -> bytes:
        """Return all of it. Raises TooLarge, UnusableAnswer, and MaybeReceived when the time is over."""
        for _member in range(MAX_MEMBERS):
            self._take_member()
            if self._place == len(self._raw):
                return bytes(self._clear)
        raise UnusableAnswer(f"{self._host}: a compressed answer in too many pieces")

    def _take_member(self) -> None:
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        while not member.eof:
            piece = self._raw[self._place : self._place + _CHUNK]
            if not piece:
                raise UnusableAnswer(f"{self._host}: a compressed answer that is cut short")
            if _left(self._until) <= 0:
                raise MaybeReceived(f"{self._host}: no time left to decompress")
            self._take_piece(member, piece)
            self._place += len(piece) - len(member.unused_data)

    def _take_piece(self, member: Any, piece: bytes) -> None:
        try:
            self._clear += member.decompress(piece, self._limit - len(self._clear) + 1)
        except zlib.error:
            raise UnusableAnswer(f"{self._host}: a compressed answer that is damaged") from None
        if len(self._clear) > self._limit:
            raise TooLarge(f"{self._host}: an answer of more than {self._limit} bytes once decompressed")
