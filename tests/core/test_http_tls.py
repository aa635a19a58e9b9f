"""Encrypted servers: whose certificate counts, and that the deadline holds for them too."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portevoix.core import http
from portevoix.core.http import (
    NotSent,
    make_client,
)
from tests.core.http_servers import PATIENCE, SLACK, Behaviour, Serve, answering, dripping, timed, whole


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
