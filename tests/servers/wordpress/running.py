"""A real WordPress with its database, from Debian's packages, started on first use, ended by its process ids."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.children import Command, printed, running
from tests.servers.conftest import PATIENCE, free_port, listens, wait_until

SOURCE: Final = Path("/usr/share/wordpress")
OURS: Final = Path(__file__).parent
WORKERS: Final = "4"
"""Requests that the site answers at once: two who publish the same thing must be able to meet."""


@dataclass(frozen=True)
class WordPressSite:
    """A running site: its address, and the application password of each of its authors by login."""

    address: str
    passwords: Mapping[str, str]


def _needed(program: str, package: str) -> str:
    found = shutil.which(program)
    if not found:
        pytest.fail(f"{program} is missing: install Debian's package {package}")
    return found


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    """Start a MariaDB to which only a socket leads; yield the socket."""
    install, server = (_needed(name, "mariadb-server") for name in ("mariadb-install-db", "mariadbd"))
    data, socket = folder / "data", folder / "socket"
    place: Command = ["--no-defaults", f"--datadir={data}", f"--user={os.environ.get('USER', 'root')}"]
    printed([install, *place, "--auth-root-authentication-method=normal", "--skip-test-db"], cwd=folder)
    serve = [server, *place, f"--socket={socket}", "--skip-networking"]
    with (folder / "log").open("wb") as log, running(serve, stdout=log, stderr=log, cwd=folder) as process:
        wait_until(socket.exists, process, "MariaDB")
        ask = ["mariadb", "--no-defaults", f"--socket={socket}", "--user=root", "-e"]
        printed([*ask, "CREATE DATABASE wordpress"])
        yield socket
        process.terminate()
        process.wait(timeout=PATIENCE)


def _site_files(folder: Path) -> Path:
    """Return a copy of the site with a configuration of its own: WordPress looks for it beside its programs."""
    if not (SOURCE / "wp-load.php").exists():
        pytest.fail("WordPress is missing: install Debian's package wordpress")
    site = folder / "site"
    shutil.copytree(SOURCE, site, ignore=shutil.ignore_patterns("wp-config.php"))
    shutil.copy(OURS / "wp-config.php", site)
    (site / "wp-content" / "mu-plugins").mkdir(exist_ok=True)
    shutil.copy(OURS / "quiet.php", site / "wp-content" / "mu-plugins")
    return site


@contextmanager
def running_wordpress() -> Iterator[WordPressSite]:
    """Install a site and serve it with several processes."""
    folder, port = Path(tempfile.mkdtemp(prefix="portevoix-wordpress-")), free_port()
    address, php = f"http://127.0.0.1:{port}", _needed("php", "php-cli")
    with _database(folder) as socket, (folder / "web.log").open("wb") as log:
        site = _site_files(folder)
        told = {"TEST_DATABASE_SOCKET": str(socket), "TEST_SITE": address, "PHP_CLI_SERVER_WORKERS": WORKERS}
        environment = {**os.environ, **told}
        said = printed([php, OURS / "set-up.php", site], env=environment, cwd=site)
        serve: Command = [php, "-S", f"127.0.0.1:{port}", "-t", site, OURS / "router.php"]
        with running(serve, stdout=log, stderr=log, env=environment) as process:
            wait_until(lambda: listens(port), process, "WordPress")
            yield WordPressSite(address, json.loads(said[said.index("{") :]))
    shutil.rmtree(folder, ignore_errors=True)
