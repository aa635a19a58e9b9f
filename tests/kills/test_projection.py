"""A projection that is killed is written again whole; nothing is projected twice, nothing is left lying about."""

from pathlib import Path

import pytest

from tests.kills import files, sandbox
from tests.kills.conftest import Copy
from tests.kills.files import import_of
from tests.kills.stage import Stage, go_on
from tests.kills.test_import import SCORECARDS

STEPS = {
    # step: the how-many-th passing ends the process: within the second of several segments, of several merges
    "projection.intakes_claimed": 2,
    "projection.table_written": 5,
    "projection.going_live": 2,
    "projection.live": 2,
    "projection.merged_file_written": 2,
    "projection.merging": 2,
    "projection.regrowing": 1,
    "projection.replacing": 1,
    "projection.replaced": 1,
}
OF_A_REBUILD = ("projection.regrowing", "projection.replacing", "projection.replaced")
PROJECT = ("ledger", "project")
REBUILD = ("ledger", "project", "--rebuild")
VERIFY = ("ledger", "verify")


@pytest.fixture(scope="session")
def unprojected(programme: Stage, folder: Path, file: Path) -> Stage:
    """Return an installation with facts of every sort, of several intakes and months, and no projection."""
    stage = programme.copied(folder / "unprojected")
    more = [files.write(folder / f"more-{seed}.txt", files.lines(seed, count=150)) for seed in (31, 32)]
    stage.done(
        import_of(file), *map(import_of, more), ["sandbox"], ["collect", sandbox.COLLECTED.isoformat()]
    )
    return stage


@pytest.fixture(scope="session")
def projected(unprojected: Stage, folder: Path) -> Stage:
    """Return the same installation, projected without interruption."""
    stage = unprojected.copied(folder / "projected")
    stage.done(PROJECT, SCORECARDS, VERIFY)
    return stage


def test_an_uninterrupted_projection_holds_every_table_and_several_months(projected: Stage) -> None:
    projected.assert_projection_tells_the_database()
    parts = {tuple(path.split("/")[1:4:2]) for path in projected.live_files()}
    assert {table for table, _month in parts} == {"interactions", "publications", "readings"}
    assert {("interactions", "2012-06"), ("interactions", "2012-07")} <= parts


@pytest.mark.parametrize("step", [step for step in STEPS if step not in OF_A_REBUILD])
def test_a_projection_killed_at_a_step_is_completed_by_the_next(
    step: str, unprojected: Stage, projected: Stage, copy: Copy
) -> None:
    stage = copy(unprojected)
    stage.killed(step, PROJECT, passing=STEPS[step])
    stage.done(PROJECT, VERIFY)
    stage.assert_projection_tells_the_database()
    assert len(stage.live_files()) == len(projected.live_files())


@pytest.mark.parametrize("step", STEPS)
def test_a_rebuild_killed_at_a_step_is_completed_by_the_next_projection(
    step: str, projected: Stage, copy: Copy
) -> None:
    stage = copy(projected)
    stage.killed(step, REBUILD, passing=STEPS[step])
    stage.assert_readers_find_each_fact_once()
    stage.done(VERIFY, SCORECARDS, PROJECT, VERIFY)
    stage.assert_projection_tells_the_database()


def test_figures_asked_for_during_a_rebuild_are_those_of_before(projected: Stage, copy: Copy) -> None:
    stage = copy(projected)
    expected = stage.done(SCORECARDS).out()
    rebuild = stage.stopped("projection.table_written", REBUILD, passing=5)
    stage.assert_readers_find_each_fact_once()
    assert stage.done(SCORECARDS).out() == expected
    assert go_on(rebuild).status == 0
    stage.assert_projection_tells_the_database()


@pytest.mark.parametrize("step", ["projection.table_written", "projection.going_live"])
def test_a_rebuild_after_a_killed_projection_leaves_no_file_of_the_dead(
    step: str, unprojected: Stage, copy: Copy
) -> None:
    stage = copy(unprojected)
    stage.killed(step, PROJECT, passing=STEPS[step])
    stage.killed("projection.table_written", REBUILD)
    stage.done(REBUILD, VERIFY)
    stage.assert_projection_tells_the_database()


def test_scorecards_killed_while_they_project_tell_the_same_afterwards(
    unprojected: Stage, projected: Stage, copy: Copy
) -> None:
    stage = copy(unprojected)
    stage.killed("projection.going_live", SCORECARDS, passing=2)
    assert stage.done(SCORECARDS).out() == projected.done(SCORECARDS).out()
    stage.assert_projection_tells_the_database()


def test_a_file_that_somebody_deleted_is_missed_and_grown_again(projected: Stage, copy: Copy) -> None:
    stage = copy(projected)
    (stage.data / stage.live_files()[0]).unlink()
    assert stage.run(VERIFY).status == 1
    stage.done(PROJECT, VERIFY)
    stage.assert_projection_tells_the_database()
