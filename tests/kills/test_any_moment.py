"""Deaths at moments that nobody named: in the middle of a statement, of a write, of a parse."""

import random
import signal
from pathlib import Path

import pytest

from tests.kills import files
from tests.kills.conftest import Copy
from tests.kills.files import import_of
from tests.kills.stage import Stage
from tests.kills.test_import import counts

MOMENTS = sorted(random.Random(1871).sample(range(8, 80), 5))
"""In hundredths of the processor time that the whole work takes."""
PROJECT = ("ledger", "project")
VERIFY = ("ledger", "verify")


@pytest.fixture(scope="session")
def long_file(folder: Path) -> Path:
    """Return a file that takes long enough to die in."""
    return files.write(folder / "long.txt", files.lines(seed=53, count=12_000))


@pytest.fixture(scope="session")
def whole(programme: Stage, folder: Path, long_file: Path) -> tuple[Stage, float]:
    """Return an installation where all was done in peace, and the processor time from the first step on."""
    stage, seconds = programme.copied(folder / "whole"), folder / "seconds"
    stage.done(import_of(long_file), PROJECT, options=("--cpu-file", str(seconds)))
    return stage, float(seconds.read_text(encoding="utf-8"))


@pytest.mark.parametrize("moment", MOMENTS)
def test_work_killed_at_any_moment_ends_with_the_truth(
    moment: int, programme: Stage, long_file: Path, whole: tuple[Stage, float], copy: Copy
) -> None:
    stage, (reference, seconds) = copy(programme), whole
    died = stage.run(import_of(long_file), PROJECT, options=("--after", f"{seconds * moment / 100:.4f}"))
    assert died.status == -signal.SIGPROF, f"the process came to its end: {died}"
    said = stage.done(import_of(long_file), PROJECT, VERIFY)
    assert counts(said)["read"] == 12_000
    assert stage.acts() == reference.acts()
    assert stage.rejects()[0] == reference.rejects()[0]
    stage.assert_projection_tells_the_database()
