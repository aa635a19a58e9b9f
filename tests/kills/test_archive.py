"""An archive that is killed appears whole or not at all, and what was archived before stays as it was."""

import json
from pathlib import Path

import pytest

from tests.kills import files
from tests.kills.conftest import Copy
from tests.kills.files import import_of
from tests.kills.stage import Stage

STEPS = {
    # step: the how-many-th passing ends the process
    "archive.table_written": 2,
    "archive.folder_named": 1,
    "archive.recording": 1,
    "archive.recorded": 1,
}
ARCHIVE = ("ledger", "archive", "--brand", "acme", "--month", "2012-07", "--format", "json")
VERIFY = ("ledger", "verify")


@pytest.fixture(scope="session")
def archived(imported: Stage, folder: Path) -> Stage:
    """Return the same installation with one month archived without interruption."""
    stage = imported.copied(folder / "archived")
    stage.done(ARCHIVE, VERIFY)
    return stage


@pytest.fixture(scope="session")
def late(archived: Stage, folder: Path) -> Stage:
    """Return that installation after late facts of the archived month came in."""
    stage = archived.copied(folder / "late")
    stage.done(import_of(files.write(folder / "late.txt", files.lines(seed=41, count=120))))
    return stage


def versions(stage: Stage) -> list[str]:
    """Return what lies in the folder of the archived month."""
    return sorted(path.name for path in (stage.data / "archive/acme/2012-07").iterdir())


def content(stage: Stage, version: str) -> dict[str, bytes]:
    """Return the bytes of each table of an archived version."""
    folder = stage.data / "archive/acme/2012-07" / version
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


def digests(stage: Stage, version: str) -> dict[str, str]:
    """Return what the manifest of a version says that its tables tell."""
    text = (stage.data / "archive/acme/2012-07" / version / "manifest.json").read_text(encoding="utf-8")
    return {name: each["rows_digest"] for name, each in json.loads(text)["tables"].items()}


@pytest.mark.parametrize("step", STEPS)
def test_an_archive_killed_at_a_step_is_made_whole_by_the_next(
    step: str, imported: Stage, archived: Stage, copy: Copy
) -> None:
    stage = copy(imported)
    stage.killed(step, ARCHIVE, passing=STEPS[step])
    stage.done(VERIFY)
    said = stage.done(ARCHIVE, VERIFY)
    assert said.told(0)["version"] == 1
    assert said.told(0)["is_new"] is (step != "archive.recorded")
    assert versions(stage) == ["v1"]
    assert content(stage, "v1") == content(archived, "v1")
    assert digests(stage, "v1") == digests(archived, "v1")
    assert stage.rows("SELECT version, is_current FROM ledger_archivedmonth") == [(1, 1)]


@pytest.mark.parametrize("step", STEPS)
def test_a_next_version_killed_at_a_step_leaves_the_one_before_as_it_was(
    step: str, late: Stage, archived: Stage, copy: Copy
) -> None:
    stage = copy(late)
    stage.killed(step, ARCHIVE, passing=STEPS[step])
    is_recorded = step == "archive.recorded"
    assert stage.rows("SELECT version, is_current FROM ledger_archivedmonth") == (
        [(1, 0), (2, 1)] if is_recorded else [(1, 1)]
    )
    said = stage.done(VERIFY, ARCHIVE, VERIFY)
    assert said.told(1)["version"] == 2
    assert versions(stage) == ["v1", "v2"]
    assert content(stage, "v1") == content(archived, "v1")
    assert digests(stage, "v2") != digests(stage, "v1")
    assert stage.rows("SELECT version, is_current FROM ledger_archivedmonth") == [(1, 0), (2, 1)]
