"""Real servers, each started on its first use and ended by its own process id when the tests are over.

Nothing here is skipped: a server that cannot be started fails the tests that need it, with a sentence.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tests.children import Child, Command, How, printed, running, started
from tools import ghost

collect_ignore = [] if ghost.is_installed() else ["test_ghost.py"]
PATIENCE: Final = 60
"""Seconds that a server may take to answer."""
_names = count(1)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def wait_until(is_ready: Callable[[], bool], server: Child, name: str) -> None:
    """Return once `is_ready`; fail when `server` ends, or after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"{name} ended with status {server.wait(timeout=0.1)}")
        if time.monotonic() > deadline:
            pytest.fail(f"{name} did not answer within {PATIENCE} s")


def listens(port: int) -> bool:
    """Return whether somebody listens on `port` of this machine."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@dataclass(frozen=True)
class PostgreSQL:
    """A running PostgreSQL of our own: where it answers, and fresh databases in it."""

    port: int

    def url(self, database: str) -> str:
        """Return the address of `database`, as PORTEVOIX_DATABASE_URL takes it."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def fresh_database(self) -> str:
        """Return the address of a database that was just made."""
        name = f"portevoix_{next(_names)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not found:
        pytest.fail("PostgreSQL's server programs are missing: install Debian's package postgresql")
    return found[-1]


def _as_postgres() -> list[str]:
    """Return the beginning of a command: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Start a PostgreSQL with durability on, since that is what is tested."""
    programs, port = _programs(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="portevoix-postgresql-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data, log = folder / "data", folder / "log"
    initdb: Command = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    printed([*_as_postgres(), *initdb], cwd=folder)
    serve: Command = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1"]
    command = [*_as_postgres(), *serve]
    with log.open("wb") as told, running(command, stdout=told, stderr=told, cwd=folder) as server:
        wait_until(lambda: listens(port) and _answers(port), server, "PostgreSQL")
        yield PostgreSQL(port)
        server.terminate()
        server.wait(timeout=PATIENCE)
    shutil.rmtree(folder)


def _answers(port: int) -> bool:
    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(PostgreSQL(port).url("postgres")).close()
        return True
    return False


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """Start a Redis that keeps nothing; yield its host and port."""
    if not shutil.which("redis-server"):
        pytest.fail("Redis is missing: install Debian's package redis-server")
    port, keeping_nothing = free_port(), ("--save", "", "--appendonly", "no")
    command: Command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", *keeping_nothing]
    with (
        tempfile.TemporaryDirectory(prefix="portevoix-redis-") as folder,
        running(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path(folder)) as server,
    ):
        wait_until(lambda: listens(port), server, "Redis")
        yield f"127.0.0.1:{port}"


def _spark_home() -> Path:
    found = find_spec("pyspark")
    if not found or not found.origin:
        pytest.fail("PySpark is missing: install requirements/servers.txt")
    return Path(found.origin).parent


def _spark(role: str, *words: str) -> list[str]:
    """Return the command that starts a master or a worker: the package ships no script but this one."""
    if not shutil.which("java"):
        pytest.fail("Java is missing: install Debian's package default-jre-headless")
    return [str(_spark_home() / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}", *words]


@pytest.fixture(scope="session")
def spark_master() -> Iterator[str]:
    """Start a Spark master with two workers of one core each; yield the master's address."""
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="portevoix-spark-"))
    address = f"spark://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_HOME": str(_spark_home()),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    log = (folder / "log").open("wb")
    quiet: How = {"stdout": log, "stderr": log, "env": environment, "cwd": folder}
    master = _spark("master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
    worker = _spark(
        "worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0",
        "--work-dir", str(folder), address,
    )  # fmt: skip
    servers = [started(master, **quiet)]
    try:
        wait_until(lambda: listens(port), servers[0], "the Spark master")
        servers += [started(worker, **quiet) for _turn in range(2)]
        yield address
    finally:
        for process in reversed(servers):
            process.terminate()
            process.wait(timeout=PATIENCE)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)
