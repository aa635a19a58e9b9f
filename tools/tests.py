"""Runs the tests: `tests.py fast [--no-browser]` without servers, `tests.py servers` against real ones.

What pytest says goes to standard output, whose last line is pytest's own closing line. A test that is skipped
because something is missing on this machine makes the run fail: what did not run was not tested.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PROCESSES: Final = "2"
LOUD: Final = "!! THE BROWSER TESTS DID NOT RUN: no page was opened in a browser."


def command(suite: str, *, has_browser: bool, extra: list[str]) -> list[str]:
    """Return the command that runs `suite`."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "tools.unskipped", *extra]
    if suite == "servers":
        return [*pytest, "-m", "servers"]
    chosen = "not servers" if has_browser else "not servers and not browser"
    return [*pytest, "-m", chosen, "-n", PROCESSES, "--dist", "loadfile"]


def main(arguments: list[str]) -> int:
    """Run the suite that `arguments` name; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", choices=("fast", "servers"))
    parser.add_argument("--no-browser", action="store_true")
    known, extra = parser.parse_known_args(arguments)
    done = subprocess.run(
        command(known.suite, has_browser=not known.no_browser, extra=extra), cwd=ROOT, check=False
    )
    if known.no_browser:
        print(LOUD, file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
