"""Looks through every file of the project for what must never be in one: secrets, paths of somebody's machine,
addresses of package registries. `scan.py` prints what kind of thing it found and where, never the thing itself:
what it prints ends up in logs. Exit status 1 when it found something.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LARGEST: Final = 5_000_000

# Written in pieces, so that this file does not find itself.
_REGISTRIES: Final = (
    r"py" r"pi\.org", r"python" r"hosted\.org", r"npm" r"js\.(?:org|com)", r"yarn" r"pkg\.com",
    r"deb\.deb" r"ian\.org",
    r"proxy\.go" r"lang\.org", r"crates" r"\.io", r"maven\.(?:org|google)", r"repo1\." r"maven", r"conda" r"\.io",
)  # fmt: skip
FORBIDDEN: Final = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an access token": (
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|"
        r"sk-[A-Za-z0-9_-]{30,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|npm_[A-Za-z0-9]{36})\b"
    ),
    "an encryption key": r"(?<![\w=/+-])[A-Za-z0-9_-]{43}=(?![\w=])",
    "a password in an address": r"\b[a-z]+://[^\s/:@\"'{}<>%()]+:[^\s/@\"'{}<>%()]{12,}@",
    "a path of somebody's machine": r"(?<![\w.])/(?:work|root|Users|home/(?!runner)[a-z]\w*)/[\w.-]+",
    "a package registry": rf"\b(?:{'|'.join(_REGISTRIES)})\b",
}
PATTERNS: Final = {what: re.compile(pattern) for what, pattern in FORBIDDEN.items()}
DATA_FOLDERS: Final = ("portevoix-data", "portevoix-demo")
"""What an installation keeps is no part of the project, and full of keys."""
_LIST: Final = [
    "git",
    "-c",
    "safe.directory=*",
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
]
"""The checkout may belong to somebody else, as in a container: listing its files runs nothing of it."""
Finding = tuple[str, int]
"""(what, line)"""


def files(root: Path = ROOT) -> list[Path]:
    """Return the files of the project: those that git knows or would take, or all in an unpacked archive."""
    found = _known_to_git(root)
    if found is None:
        found = list(_unpacked(root))
    return [path for path in found if path.is_file() and path.stat().st_size <= LARGEST]


def _known_to_git(root: Path) -> list[Path] | None:
    """Return what git lists, or None where there is no git or `root` is no checkout of its own."""
    if not (root / ".git").exists():
        return None
    try:
        listed = subprocess.run(_LIST, cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return None if listed.returncode else [root / name for name in listed.stdout.split("\0") if name]


def _unpacked(root: Path) -> Iterator[Path]:
    """Yield every file below `root`, but those of data folders and of folders with a dot other than .ci."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name == ".ci" or not name.startswith((".", *DATA_FOLDERS))]
        yield from (Path(folder) / name for name in names)


def findings_in(text: str) -> Iterator[Finding]:
    """Yield what `text` holds that it must not."""
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in PATTERNS.items():
            if pattern.search(line):
                yield what, number


def main() -> int:
    """Look through every text file; return the exit status."""
    found = 0
    for path in files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for what, number in findings_in(content.decode("utf-8", "replace")):
            print(f"{path.relative_to(ROOT)}:{number}: {what}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
