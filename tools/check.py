"""Everything that can be known about the code without running the whole of its tests, one line a check.

Each check is a command; what it says is shown only when it fails. Exit status 1 when any failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = sys.executable
BIN: Final = Path(PYTHON).parent
CHECKS: Final[dict[str, list[str | Path]]] = {
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy"],
    "types of tests": [BIN / "mypy", "-p", "tests", "-p", "bench"],
    "types of tools": [BIN / "mypy", "--explicit-package-bases", "tools"],
    "borders": [BIN / "lint-imports"],
    "migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "translations": [PYTHON, "tools/messages.py", "check"],
    "secrets": [PYTHON, "tools/scan.py"],
    "house and documents": [PYTHON, "-m", "pytest", "-q", "tests/architecture", "tests/docs"],
}


def is_passed(name: str, command: list[str | Path], environ: dict[str, str]) -> bool:
    """Run one check and print its line, with what it said when it failed; return whether it passed."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    told = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<22}{told:>8}{time.monotonic() - began:>7.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def surroundings(data: str) -> dict[str, str]:
    """Return the environment of checks: a check must never make, or look into, an installation's data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTEVOIX_")}
    return {**kept, "PORTEVOIX_DATA": data, "DJANGO_SETTINGS_MODULE": "portevoix.config.settings"}


def main() -> int:
    """Run every check, whatever the others say; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="portevoix-check-") as data:
        environ = surroundings(data)
        passed = [is_passed(name, command, environ) for name, command in CHECKS.items()]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
