"""`portevoix up`: one command, several processes, none of which outlives it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

import psutil
import pytest

import portevoix

SOURCES = Path(portevoix.__file__).parents[1]
PATIENCE = 60.0


class Running:
    """A `portevoix up` in a process of its own, with its data folder."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.environ = {
            **os.environ, "PORTEVOIX_DATA": str(data), "PYTHONPATH": str(SOURCES), "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        command = [sys.executable, "-m", "portevoix", "up", *arguments]
        self.process = subprocess.Popen(
            command, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.said = self._until("Ctrl-C stops it.")
        self.url = re.findall(r"answers at (\S+)/", self.said)[0]
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    def _until(self, last: str) -> str:
        said = ""
        for line in self.process.stdout or ():
            said += line
            if last in line:
                return said
        raise AssertionError(f"it ended: {said} {self.process.stderr.read() if self.process.stderr else ''}")

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
        for process in [*self.children, psutil.Process()]:
            if process.pid != os.getpid() and process.is_running():
                process.kill()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Running]:
    """Return an installation that answers on a free port."""
    running = Running(tmp_path, "--port", "0")
    yield running
    running.end()


def eventually(what: Callable[[], bool]) -> bool:
    """Return whether `what` comes true while there is patience left."""
    pause, deadline = Event(), monotonic() + PATIENCE
    while monotonic() < deadline:
        if what():
            return True
        pause.wait(0.05)
    return False


def test_it_answers_and_prints_a_link_that_lets_the_first_administrator_in(up: Running) -> None:
    link = re.findall(r"http://\S+/welcome/\S+/", up.said)[0]

    assert up.status("/health/") == 200
    assert up.status(urlsplit(link).path) == 200
    assert link.startswith(up.url)
    assert "password" not in up.said.lower()


def test_a_fresh_link_leads_to_where_it_runs(up: Running) -> None:
    command = [sys.executable, "-m", "portevoix", "sign-in-link"]
    printed = subprocess.run(command, env=up.environ, capture_output=True, text=True, check=True).stdout

    assert printed.startswith(f"{up.url}/welcome/")
    assert up.status(urlsplit(printed.strip()).path) == 200


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
    _said, told = up.process.communicate(timeout=PATIENCE)

    assert up.process.returncode == 0
    assert "Everything is kept" in told
    _gone, left = psutil.wait_procs(up.children, timeout=0)
    assert left == []


def test_killed_outright_it_leaves_nothing_behind(up: Running) -> None:
    up.process.kill()
    up.process.wait()

    _gone, left = psutil.wait_procs(up.children, timeout=PATIENCE)

    assert left == []


@pytest.mark.parametrize("command", ["up", "demo", "web"])
def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environ = {
            **os.environ,
            "PORTEVOIX_DATA": str(tmp_path),
            "PYTHONPATH": str(SOURCES),
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(
            [sys.executable, "-m", "portevoix", command, "--port", str(port)],
            env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip

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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    running = Running(tmp_path, "--address", address, "--port", "0")
    try:
        assert running.child("web")
        assert variables or running.status("/health/") == 200
    finally:
        running.end()


@pytest.mark.parametrize("command", ["up", "web"])
@pytest.mark.parametrize("address", ["0.0.0.0", "::"])  # noqa: S104
def test_listening_everywhere_needs_the_address_that_people_type(
    tmp_path: Path, command: str, address: str
) -> None:
    environ = {**os.environ, "PORTEVOIX_DATA": str(tmp_path), "PYTHONPATH": str(SOURCES), "LC_ALL": "C.UTF-8"}
    environ["PORTEVOIX_ADDRESS"] = address
    words = [sys.executable, "-m", "portevoix", command, "--port", "0"]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "set PORTEVOIX_PUBLIC_URL" in done.stderr


def test_the_pages_alone_answer_on_any_free_port_and_say_which(tmp_path: Path) -> None:
    environ = {**os.environ, "PORTEVOIX_DATA": str(tmp_path), "PYTHONPATH": str(SOURCES), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "portevoix", "web", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as web:
        try:
            said = web.stdout.readline() if web.stdout else ""
            where = urlsplit(said.split()[-1])
            assert (where.hostname, where.port) != ("127.0.0.1", 8000)
            assert eventually(lambda: listens(where.hostname or "", where.port or 0))
        finally:
            for child in psutil.Process(web.pid).children(recursive=True):
                child.kill()
            web.kill()


def listens(host: str, port: int) -> bool:
    """Return whether somebody answers there."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def test_nobody_gets_a_link_for_an_address_that_is_not_known(tmp_path: Path) -> None:
    environ = {**os.environ, "PORTEVOIX_DATA": str(tmp_path), "PYTHONPATH": str(SOURCES), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "portevoix", "sign-in-link", "nobody@example.org"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "portevoix: Nobody signs in with nobody@example.org.\n"
