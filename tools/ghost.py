"""Installs a real Ghost for tests that ask for it, into `.venv/servers`: some minutes, once.

`PORTEVOIX_TEST_SERVERS=ghost make test-servers` calls it; from then on these tests run with the others. Node.js
and pnpm are put beside it, of the versions that Ghost names, by the machine's own `npm`. Of all packages one is
compiled, since it is no JavaScript; of the others no script is run. Exit status 1 tells what failed.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
VERSION: Final = "6.65.0"
DIGEST: Final = "891f68c7da02fe376b1a23e1f28e311da6304dbc95a81b589ff5c4be2c91dc89"
"""SHA-256 of the package; those it brings are checked against its own lock."""
NODE: Final = "node@22.23.3"
PNPM: Final = "pnpm@12.4.2"
FOLDER: Final = ROOT / ".venv" / "servers" / f"ghost-{VERSION}"
SITE: Final = FOLDER / "ghost"
_READY: Final = FOLDER / "ready"


class Failed(Exception):
    """A program that did not do what was asked; `str()` is what it said."""


def is_installed() -> bool:
    """Return whether Ghost can be started."""
    return _READY.exists()


def node() -> Path:
    """Return the folder of Node.js, which has `bin/` and what modules are compiled against. Raises Failed."""
    found = sorted((FOLDER / "node").glob("node_modules/**/node-linux-*/bin/node"))
    if not found:
        raise Failed("There is no Node.js of Ghost's version for this machine.")
    return found[0].parent.parent


def surroundings() -> Mapping[str, str]:
    """Return the environment in which Ghost is installed: without its own headers, modules fit another Node."""
    home = node()
    path = os.pathsep.join(
        [str(home / "bin"), str(FOLDER / "pnpm" / "node_modules" / ".bin"), os.environ["PATH"]]
    )
    return {**os.environ, "PATH": path, "npm_config_nodedir": str(home)}


def install() -> None:
    """Have Ghost installed. Raises Failed."""
    if is_installed():
        return
    print("· installing Ghost (some minutes, once)", file=sys.stderr, flush=True)
    for name, package in (("node", NODE), ("pnpm", PNPM)):
        _call("npm", "install", "--no-audit", "--no-fund", "--prefix", FOLDER / name, package, within=ROOT)
    _unpack()
    environ = surroundings()
    _call("pnpm", "install", "--prod", "--frozen-lockfile", "--ignore-scripts", within=SITE, environ=environ)
    for compiled in SITE.glob("node_modules/.pnpm/better-sqlite3@*/node_modules/better-sqlite3"):
        _call("npm", "run", "build-release", within=compiled, environ=environ)
    _READY.touch()


def _unpack() -> None:
    """Fetch the package and unpack it. Raises Failed when it is not the one that is known."""
    _call("npm", "pack", "--silent", "--pack-destination", FOLDER, f"ghost@{VERSION}", within=ROOT)
    package = FOLDER / f"ghost-{VERSION}.tgz"
    if hashlib.sha256(package.read_bytes()).hexdigest() != DIGEST:
        raise Failed(f"{package} is not the package that is known: it was not unpacked.")
    with tarfile.open(package) as archive:
        archive.extractall(FOLDER, filter="data")
    (FOLDER / "package").rename(SITE)
    package.unlink()


def _call(*command: str | Path, within: Path, environ: Mapping[str, str] | None = None) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=within, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Install Ghost; return the exit status."""
    try:
        install()
    except (Failed, OSError) as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
