"""`portevoix up`: one command, several processes, none of which outlives it."""

import http.client
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.children import (
    PATIENCE,
    PORTEVOIX,
    end,
    ended,
    environ_of,
    eventually,
    heard,
    printed,
    run,
    running,
    started,
)


class Running:
    """A `portevoix up` in a process of its own, with its data folder."""

    def __init__(self, data: Path, *arguments: str, **variables: str) -> None:
        self.environ = {**environ_of(data), **variables}
        self.process = started([*PORTEVOIX, "up", *arguments], env=self.environ)
        self.said = heard(self.process, "Ctrl-C stops it.")
        self.url = re.findall(r"answers at (\S+)/", self.said)[0]
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    def status(self, path: str) -> int | None:
        """Return what a page answers, or None when nobody does."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def child(self, name: str) -> psutil.Process:
        """Return the leading process of the child `name`."""
        return next(
            child
            for child in psutil.Process(self.process.pid).children()
            if name in child.cmdline() and "portevoix.core.follower" in child.cmdline()
        )

    def end(self) -> None:
        """End whatever is left of it."""
        for process in self.children:
            if process.is_running():
                process.kill()
        end(self.process)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Running]:
    """Return an installation that answers on a free port."""
    installation = Running(tmp_path, "--port", "0")
    yield installation
    installation.end()


def test_it_answers_and_prints_a_link_that_lets_the_first_administrator_in(up: Running) -> None:
    link = re.findall(r"http://\S+/welcome/\S+/", up.said)[0]

    assert up.status("/health/") == 200
    assert up.status(urlsplit(link).path) == 200
    assert link.startswith(up.url)
    assert "password" not in up.said.lower()


def test_a_fresh_link_leads_to_where_it_runs(up: Running) -> None:
    link = printed([*PORTEVOIX, "sign-in-link"], env=up.environ)

    assert link.startswith(f"{up.url}/welcome/")
    assert up.status(urlsplit(link.strip()).path) == 200


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_child_that_is_killed_is_started_again(up: Running, name: str) -> None:
    before = up.child(name)
    before.kill()
    psutil.wait_procs([before], timeout=PATIENCE)

    def is_back() -> bool:
        now = [child for child in psutil.Process(up.process.pid).children() if child.pid != before.pid]
        return any(name in child.cmdline() for child in now) and up.status("/health/") == 200

    assert eventually(is_back)
    up.children += psutil.Process(up.process.pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_everything_it_started(up: Running, number: int) -> None:
    assert len(up.children) >= 2

    up.process.send_signal(number)
    done = ended(up.process, PATIENCE)

    assert done.returncode == 0
    assert "Everything is kept" in done.stderr
    _gone, left = psutil.wait_procs(up.children, timeout=0)
    assert left == []


def test_killed_outright_it_leaves_nothing_behind(up: Running) -> None:
    up.process.kill()
    up.process.wait(PATIENCE)

    _gone, left = psutil.wait_procs(up.children, timeout=PATIENCE)

    assert left == []


@pytest.mark.parametrize("command", ["up", "demo", "web"])
def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run([*PORTEVOIX, command, "--port", str(port)], env=environ_of(tmp_path), seconds=PATIENCE)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert ("PORTEVOIX_PORT=0 make demo" in done.stderr) == (command == "demo")
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("address", "variables"),
    [("127.0.0.2", {}), ("::1", {}), ("0.0.0.0", {"PORTEVOIX_PUBLIC_URL": "http://127.0.0.3:1"})],  # noqa: S104
)
def test_it_answers_where_it_was_told_to_listen(
    tmp_path: Path, address: str, variables: dict[str, str]
) -> None:
    installation = Running(tmp_path, "--address", address, "--port", "0", **variables)
    try:
        assert installation.child("web")
        assert variables or installation.status("/health/") == 200
    finally:
        installation.end()


@pytest.mark.parametrize("command", ["up", "web"])
@pytest.mark.parametrize("address", ["0.0.0.0", "::"])  # noqa: S104
def test_listening_everywhere_needs_the_address_that_people_type(
    tmp_path: Path, command: str, address: str
) -> None:
    environ = environ_of(tmp_path, PORTEVOIX_ADDRESS=address)
    done = run([*PORTEVOIX, command, "--port", "0"], env=environ, seconds=PATIENCE)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "set PORTEVOIX_PUBLIC_URL" in done.stderr


def test_the_pages_alone_answer_on_any_free_port_and_say_which(tmp_path: Path) -> None:
    with running([*PORTEVOIX, "web", "--port", "0"], env=environ_of(tmp_path)) as web:
        where = urlsplit(heard(web, "http://").split()[-1])
        assert (where.hostname, where.port) != ("127.0.0.1", 8000)
        assert eventually(lambda: listens(where.hostname or "", where.port or 0))


def listens(host: str, port: int) -> bool:
    """Return whether somebody answers there."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def test_nobody_gets_a_link_for_an_address_that_is_not_known(tmp_path: Path) -> None:
    done = run([*PORTEVOIX, "sign-in-link", "nobody@example.org"], env=environ_of(tmp_path))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "portevoix: Nobody signs in with nobody@example.org.\n"
