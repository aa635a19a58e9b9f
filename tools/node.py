"""Installs servers that run on Node.js, for tests: `node.py NAME…`, folders below `tests/servers` with a lock.

Node itself is one of these packages, of the version that the servers need, beside whatever the machine has; the
machine's own `npm` installs it. Everything lies in `.venv/servers`, in folders named after their locks, and is
checked against them. Exit status 1 says, on standard error, what failed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCKS: Final = ROOT / "tests" / "servers"
INSTALLED: Final = ROOT / ".venv" / "servers"
FILES: Final = ("package.json", "package-lock.json", ".npmrc")
COMPILED: Final = {"bluesky": ("better-sqlite3",)}
"""Packages that are no JavaScript alone: of all others no script is run."""


class Failed(Exception):
    """A program that did not do what was asked; `str()` is what it said."""


@dataclass(frozen=True)
class Shelf:
    """Where the locks are, and where what they name is installed."""

    locks: Path = LOCKS
    installed: Path = INSTALLED

    def folder_of(self, name: str) -> Path:
        """Return where the packages of `name` lie once they are installed."""
        content = b"\0".join((self.locks / name / file).read_bytes() for file in FILES)
        return self.installed / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"

    def node(self) -> Path:
        """Return the folder of Node.js: `bin/`, and what modules are compiled against. Raises Failed."""
        found = sorted((self.folder_of("node") / "node_modules").glob("node-linux-*/bin/node"))
        if not found:
            raise Failed("There is no Node.js here: `make test-servers` installs it on Linux (x64, arm64).")
        return found[0].parent.parent

    def surroundings(self, name: str) -> Mapping[str, str]:
        """Return the environment in which `name` is installed: with our Node, but for Node itself."""
        quiet = {f"npm_config_{word}": "false" for word in ("audit", "fund", "update_notifier")}
        if name == "node":
            return {**trusting(), **os.environ, **quiet}
        home = self.node()
        path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        # Without its own headers, modules are compiled for the machine's Node, and fail when they are loaded.
        compiling = {"npm_config_nodedir": str(home), "npm_config_build_from_source": "true"}
        return {**trusting(), **os.environ, **quiet, **compiling, "PATH": path}

    def install(self, name: str) -> None:
        """Install what the lock of `name` names, unless it is there; what an older one named goes."""
        folder = self.folder_of(name)
        if (folder / "ready").exists():
            return
        print(
            f"· installing what tests/servers/{name} names (some minutes, once)", file=sys.stderr, flush=True
        )
        for old in self.installed.glob(f"{name}-*"):
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        for file in FILES:
            shutil.copy(self.locks / name / file, folder)
        environ = self.surroundings(name)
        _call(["npm", "ci", "--ignore-scripts"], folder, environ)
        for package in COMPILED.get(name, ()):
            _call(["npm", "rebuild", package], folder, environ)
        (folder / "ready").touch()


def trusting() -> dict[str, str]:
    """Return what lets Node trust whom the system trusts: a house's own authorities are in no list of Node's."""
    trusted = Path("/etc/ssl/certs/ca-certificates.crt")  # where Debian and its kin keep them
    return {"NODE_EXTRA_CA_CERTS": str(trusted)} if trusted.is_file() else {}


def _call(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def main(names: Sequence[str], shelf: Shelf = Shelf()) -> int:
    """Install Node.js, then each of `names`; return the exit status."""
    try:
        for name in ("node", *names):
            shelf.install(name)
    except (Failed, OSError) as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command begins that part anew.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
