"""Two processes at the same facts: neither doubles what the other does."""

from pathlib import Path

import pytest

from tests.kills import files
from tests.kills.conftest import Copy
from tests.kills.files import import_of
from tests.kills.stage import Ended, Stage, go_on
from tests.kills.test_import import LISTING, SCORECARDS, counts

COVERED = "SELECT kind, from_us, to_us FROM ledger_coverage"
FINISHED = "SELECT action FROM people_journalentry WHERE action = 'ledger.import.finished'"


@pytest.fixture(scope="session")
def alone(programme: Stage, folder: Path, file: Path) -> tuple[Stage, Ended]:
    """Return an installation that imported the file with nobody else about, and what was said."""
    stage = programme.copied(folder / "alone")
    return stage, stage.done(import_of(file), SCORECARDS)


def test_a_second_import_of_the_same_file_is_refused_while_the_first_runs(
    programme: Stage, file: Path, alone: tuple[Stage, Ended], copy: Copy
) -> None:
    stage = copy(programme)
    first = stage.stopped("import.facts_inserted", import_of(file), passing=3)
    listed = stage.done(LISTING)
    assert go_on(first).status == 0
    second = stage.stopped("import.batch_stored", import_of(file), passing=3)
    refused = stage.run(import_of(file))
    assert [each["state"] for each in listed.told()] == ["running"]
    assert refused.status == 1
    assert refused.errors.startswith("portevoix: This file is being imported by another process.")
    assert len(refused.errors.splitlines()) == 1
    assert counts(go_on(second))["added"] == 0
    assert stage.acts() == alone[0].acts()


def test_an_import_overtaken_by_another_process_ends_with_its_report(
    programme: Stage, file: Path, alone: tuple[Stage, Ended], copy: Copy
) -> None:
    stage, (reference, expected) = copy(programme), alone
    first = stage.stopped("import.batch_stored", import_of(file), passing=2)
    overtaken = stage.stopped("import.awaiting_claim", import_of(file))
    assert counts(go_on(first)) == counts(expected)
    known_at = stage.rows("SELECT known_at_us FROM ledger_intake")
    assert counts(go_on(overtaken)) == counts(expected)
    assert stage.acts() == reference.acts()
    assert stage.rows("SELECT known_at_us FROM ledger_intake") == known_at
    assert stage.rows(COVERED) == reference.rows(COVERED)
    assert len(stage.rows(FINISHED)) == 1
    assert stage.rows("SELECT DISTINCT state FROM core_job") == [("done",)]
    assert stage.done(SCORECARDS).out() == expected.out(1)


def test_an_import_that_finishes_while_somebody_accepts_it_finishes_once(
    programme: Stage, file: Path, alone: tuple[Stage, Ended], copy: Copy
) -> None:
    stage, (reference, expected) = copy(programme), alone
    first = stage.stopped("import.batch_stored", import_of(file), passing=2)
    accepting = stage.stopped("import.awaiting_claim", ("ledger", "imports", "--accept", "1"))
    assert counts(go_on(first)) == counts(expected)
    known_at = stage.rows("SELECT known_at_us FROM ledger_intake")
    refused = go_on(accepting)
    assert refused.status == 1
    assert refused.errors == "portevoix: There is no unfinished import 1.\n"
    assert stage.rows("SELECT known_at_us FROM ledger_intake") == known_at
    assert stage.rows(COVERED) == reference.rows(COVERED)
    assert stage.rows("SELECT DISTINCT state FROM core_job") == [("done",)]


@pytest.fixture
def overlapping(tmp_path: Path, file: Path) -> Path:
    """Return a second file, which tells half of the facts of the first in another order, and others."""
    told = file.read_bytes().splitlines()[:400]
    return files.write(tmp_path / "overlapping.txt", [*files.lines(seed=23, count=90), *reversed(told)])


def test_facts_of_an_unfinished_import_count_once_another_has_brought_them(
    programme: Stage, file: Path, overlapping: Path, alone: tuple[Stage, Ended], copy: Copy, tmp_path: Path
) -> None:
    stage, second_alone = copy(programme), programme.copied(tmp_path / "second-alone")
    expected = second_alone.done(import_of(overlapping), SCORECARDS)
    stage.killed("import.batch_stored", import_of(file), passing=3)
    said = stage.done(import_of(overlapping), SCORECARDS)
    assert counts(said)["known"] > counts(expected)["known"]
    assert stage.acts() == second_alone.acts()
    assert said.out(1) == expected.out(1)
    stage.assert_projection_tells_the_database()
    stage.done(import_of(file), ("ledger", "project"), ("ledger", "verify"))
    assert stage.acts() == sorted({*second_alone.acts(), *alone[0].acts()})
    stage.assert_projection_tells_the_database()


def test_an_import_killed_while_it_takes_facts_over_leaves_them_to_be_taken_again(
    programme: Stage, file: Path, overlapping: Path, alone: tuple[Stage, Ended], copy: Copy
) -> None:
    stage = copy(programme)
    stage.killed("import.batch_stored", import_of(file), passing=3)
    stage.killed("import.sightings_taken", import_of(overlapping))
    assert stage.acts() == []
    stage.done(import_of(overlapping), import_of(file), ("ledger", "project"), ("ledger", "verify"))
    assert {*alone[0].acts()} < {*stage.acts()}
    stage.assert_projection_tells_the_database()
