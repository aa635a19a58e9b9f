"""Makes `.venv` ready for a purpose, on a machine that has nothing but Python: `setup.py run|dev|servers`.

Only the standard library is used. What is installed comes from `requirements/`, every file of it checked
against its hash; it is done again only when a lock or pyproject.toml has changed. Programs that Python's
packages cannot bring (a browser, PostgreSQL, Java) follow as further arguments: on Debian, as root, they are
installed; elsewhere they are asked for. Exit status 1 says, on standard error, what is missing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
ENVIRONMENT: Final = ROOT / ".venv"
PYTHON: Final = ENVIRONMENT / "bin" / "python"
OLDEST_JAVA: Final = 17
PURPOSES: Final = ("run", "dev", "servers")
"""Each lock holds all that the ones before it hold."""


class Missing(Exception):
    """Something that this program may not install by itself; `str()` says what and how."""


@dataclass(frozen=True)
class Program:
    """A program of the system: what it is for, its Debian packages, and how to see that it is there."""

    name: str
    package: str
    is_there: Callable[[], bool]
    otherwise: str = ""


def _has_browser() -> bool:
    return Path("/usr/bin/chromium").exists()  # where the tests look, as Debian has it


def _has_postgresql() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def java_version(said: str) -> int:
    """Return the main version that `java -version` tells, 0 when it tells none. Old ones call 8 “1.8”."""
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match[1]) if match else 0


def _has_java() -> bool:
    if not shutil.which("java"):
        return False
    done = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    return java_version(done.stderr + done.stdout) >= OLDEST_JAVA


def _has_wordpress() -> bool:
    site = Path("/usr/share/wordpress")
    has_theme = any((site / "wp-content" / "themes").glob("twenty*/style.css"))
    return has_theme and bool(shutil.which("php")) and bool(shutil.which("mariadbd"))


def _has_compiler() -> bool:
    return all(shutil.which(name) for name in ("make", "g++", "python3"))


PROGRAMS: Final = {
    "browser": Program(
        "Chromium",
        "chromium",
        _has_browser,
        "Without it: `make test BROWSER=0`, which tests no page in a browser.",
    ),
    "postgresql": Program("PostgreSQL's server programs", "postgresql", _has_postgresql),
    "java": Program("Java 17 or later", "default-jre-headless", _has_java),
    "wordpress": Program(
        "WordPress with PHP and MariaDB",
        "wordpress wordpress-theme-twentytwentythree php-cli php-mysql php-xml php-curl php-gd php-mbstring "
        "mariadb-server",
        _has_wordpress,
    ),
    "redis": Program("Redis", "redis-server", lambda: bool(shutil.which("redis-server"))),
    "npm": Program("npm", "npm", lambda: bool(shutil.which("npm"))),
    "compiler": Program("A compiler of C++", "build-essential", _has_compiler),
}


def say(step: str) -> None:
    """Print one line about a step that takes time."""
    print(f"· {step}", file=sys.stderr, flush=True)


def call(*command: str | Path, environ: dict[str, str] | None = None) -> None:
    """Run a command quietly. Raises Missing with what it said when it fails."""
    done = subprocess.run(
        command, env={**os.environ, **(environ or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = " ".join(str(word) for word in command)
        raise Missing(f"{words} failed:\n{done.stdout}{done.stderr}")


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


@cache
def _refresh_packages() -> None:
    call("apt-get", "update", "-qq")


def install(package: str, what: str, otherwise: str = "") -> None:
    """Install Debian packages, named in one text. Raises Missing where that is not ours to do."""
    if not _may_install():
        raise Missing(
            f"{what} is needed and not there. Install it with your system's packages; on Debian or Ubuntu:\n"
            f"    apt-get install {package}\n{otherwise}".rstrip()
        )
    say(f"installing {what} ({package})")
    _refresh_packages()
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call("apt-get", "install", "-y", "-qq", "--no-install-recommends", *package.split(), environ=quiet)


def ensure_program(program: Program, installer: Callable[[str, str, str], None] = install) -> None:
    """Have `program` on this machine. Raises Missing, also where its package did not bring it."""
    if program.is_there():
        return
    installer(program.package, program.name, program.otherwise)
    if not program.is_there():
        sentence = f"{program.package} was installed, and {program.name} is still not there."
        raise Missing(f"{sentence}\n{program.otherwise}".rstrip())


def _can_make_environments() -> bool:
    return not subprocess.run(
        [sys.executable, "-c", "import ensurepip"], capture_output=True, check=False
    ).returncode


def _has_pip() -> bool:
    return (
        PYTHON.exists()
        and not subprocess.run(
            [PYTHON, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
    )


def ensure_environment() -> None:
    """Have a `.venv` with pip. Raises Missing."""
    if _has_pip():
        return
    if not _can_make_environments():
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install(package, "Python's module for virtual environments")
    say(f"making .venv with Python {sys.version_info.major}.{sys.version_info.minor}")
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    except subprocess.CalledProcessError as failed:
        said = (failed.output or b"").decode(errors="replace").strip()
        raise Missing(f"Python could not put pip into .venv:\n{said}".rstrip()) from failed


def lock_of(purpose: str) -> Path:
    """Return the lock of `purpose`."""
    return ROOT / "requirements" / f"{purpose}.txt"


def _digest(purpose: str) -> str:
    files = (lock_of("build"), lock_of(purpose), ROOT / "pyproject.toml")
    told = [file.read_bytes() for file in files] + [os.fsencode(ENVIRONMENT)]
    return hashlib.sha256(b"\0".join(told)).hexdigest()


def _stamp(purpose: str) -> Path:
    return ENVIRONMENT / f"ready-{purpose}"


def is_ready(purpose: str) -> bool:
    """Return whether what the lock of `purpose` names, and the project itself, were installed from it."""
    stamp = _stamp(purpose)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _digest(purpose)


def _pip(*arguments: str | Path) -> None:
    call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def install_lock(purpose: str) -> None:
    """Install what the lock of `purpose` names, hash by hash, and the project itself. Raises Missing."""
    say(f"installing what requirements/{purpose}.txt names (some minutes, once)")
    # What builds packages is locked too: pip would otherwise fetch it unchecked, for each build apart.
    _pip("--require-hashes", "-r", lock_of("build"))
    _pip("--require-hashes", "--no-build-isolation", "-r", lock_of(purpose))
    _pip("--no-deps", "--no-build-isolation", "--editable", ROOT)
    for each in PURPOSES[: PURPOSES.index(purpose) + 1]:
        _stamp(each).write_text(_digest(each), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Make ready for the purpose that `arguments` name first, with the programs that the others name."""
    purpose, *programs = arguments
    try:
        for name in programs:
            ensure_program(PROGRAMS[name])
        ensure_environment()
        if not is_ready(purpose):
            install_lock(purpose)
    except Missing as missing:
        return _failed(str(missing))
    except OSError as refused:
        return _failed(f"{refused.filename or ROOT} cannot be written: {refused.strerror}.")
    except KeyboardInterrupt:
        return _failed("Stopped. The same command goes on from there.")
    return 0


def _failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
