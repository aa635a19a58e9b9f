"""A real Ghost, where it is installed: a site with an owner, and the key of an integration."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.children import Command, running
from tests.servers.conftest import free_port, listens, wait_until
from tools.ghost import SITE, node

PASSWORD = "a long pass-word 12"
OWNER = {"name": "Hélène", "email": "helene@example.org", "password": PASSWORD, "blogTitle": "A Ghost"}


@dataclass(frozen=True)
class GhostSite:
    """A running site: its address, and the Admin API key of an integration."""

    address: str
    key: str


def _settings(folder: Path, address: str, port: int) -> dict[str, str]:
    """Return the environment that sets a site up in `folder`, calling nobody."""
    return {
        **os.environ,
        "NODE_ENV": "development",
        "url": f"{address}/",
        "server__host": "127.0.0.1",
        "server__port": str(port),
        "database__client": "better-sqlite3",
        "database__connection__filename": str(folder / "ghost.sqlite3"),
        "database__useNullAsDefault": "true",
        "paths__contentPath": str(folder / "content"),
        "security__staffDeviceVerification": "false",
        "privacy__useUpdateCheck": "false",
        "privacy__useGravatar": "false",
        "privacy__useRpcPing": "false",
        "logging__level": "error",
    }


def _key(address: str) -> str:
    """Set the site up, and return the key of a new integration."""
    with httpx.Client(
        base_url=f"{address}/ghost/api/admin/", headers={"origin": address}, timeout=60
    ) as owner:
        owner.post("authentication/setup/", json={"setup": [OWNER]}).raise_for_status()
        sign_in = {"username": OWNER["email"], "password": PASSWORD}
        owner.post("session/", json=sign_in).raise_for_status()
        made = owner.post("integrations/?include=api_keys", json={"integrations": [{"name": "Tests"}]})
        keys = made.json()["integrations"][0]["api_keys"]
    return next(str(key["secret"]) for key in keys if key["type"] == "admin")


def _is_set_up(address: str) -> bool:
    try:
        return httpx.get(f"{address}/ghost/api/admin/site/", timeout=10).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def running_ghost() -> Iterator[GhostSite]:
    """Start a site on a database of its own."""
    folder, port = Path(tempfile.mkdtemp(prefix="portevoix-ghost-")), free_port()
    address = f"http://127.0.0.1:{port}"
    shutil.copytree(SITE / "content", folder / "content")
    serve: Command = [node() / "bin" / "node", "index.js"]
    with (
        (folder / "log").open("wb") as log,
        running(serve, stdout=log, stderr=log, cwd=SITE, env=_settings(folder, address, port)) as process,
    ):
        wait_until(lambda: listens(port) and _is_set_up(address), process, "Ghost")
        yield GhostSite(address, _key(address))
    shutil.rmtree(folder, ignore_errors=True)
