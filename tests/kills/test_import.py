"""An import that is killed goes on to exactly the truth, and shows nothing before it is done."""

from pathlib import Path

import pytest

from tests.kills.conftest import Copy
from tests.kills.files import BATCH, LINES, import_of
from tests.kills.stage import Ended, Stage

STEPS = {
    # step: (the how-many-th passing ends the process, lines of the batches committed by then)
    "import.opened": (1, None),
    "import.awaiting_claim": (1, 0),
    "import.rejects_written": (4, 3 * BATCH),
    "import.facts_inserted": (4, 3 * BATCH),
    "import.batch_stored": (4, 4 * BATCH),
    "import.sightings_taken": (1, LINES),
    "import.finishing": (1, LINES),
}
SCORECARDS = ("scorecards", "--brand", "acme", "--month", "2012-07", "--format", "csv")
LISTING = ("ledger", "imports", "--format", "json")
REPORTED = ("read", "added", "known", "rejected")


def counts(result: Ended, position: int = 0) -> dict[str, int]:
    told = result.told(position)
    return {name: told[name] for name in REPORTED}


@pytest.fixture(scope="session")
def truth(programme: Stage, folder: Path, file: Path) -> tuple[Stage, Ended]:
    """Return an installation where nothing was interrupted, and what its commands said."""
    stage = programme.copied(folder / "truth")
    return stage, stage.done(import_of(file), SCORECARDS, ("ledger", "verify"))


def assert_is_true(stage: Stage, said: Ended, truth: tuple[Stage, Ended]) -> None:
    """Fail unless import, scorecards and verify, said last, are those of the uninterrupted run."""
    reference, expected = truth
    assert counts(said, -3) == counts(expected, -3)
    assert said.out(-2) == expected.out(-2)
    assert stage.acts() == reference.acts()
    assert stage.rejects() == reference.rejects()
    stage.assert_projection_tells_the_database()


def test_the_file_holds_what_can_go_wrong(truth: tuple[Stage, Ended]) -> None:
    told = counts(truth[1])
    assert told["read"] == LINES == sum(told[name] for name in REPORTED[1:])
    assert min(told.values()) > LINES // 20
    assert truth[0].acts()
    assert len(truth[0].rejects()[0].splitlines()) == told["rejected"] + 1


@pytest.mark.parametrize("step", STEPS)
def test_an_import_killed_at_a_step_shows_nothing_and_then_goes_on_to_the_truth(
    step: str, programme: Stage, file: Path, truth: tuple[Stage, Ended], copy: Copy
) -> None:
    stage, (passing, committed) = copy(programme), STEPS[step]
    stage.killed(step, import_of(file), passing=passing)
    said = stage.done(LISTING, SCORECARDS, import_of(file), SCORECARDS, ("ledger", "verify"))
    assert [each["read"] for each in said.told(0)] == ([] if committed is None else [committed])
    assert stage.figures(said.out(1)) == {}
    assert_is_true(stage, said, truth)


def test_an_import_killed_again_and_again_ends_with_the_truth(
    programme: Stage, file: Path, truth: tuple[Stage, Ended], copy: Copy
) -> None:
    stage = copy(programme)
    for step in (
        "import.facts_inserted",
        "import.batch_stored",
        "import.rejects_written",
        "import.finishing",
    ):
        stage.killed(step, import_of(file), passing=2 if step != "import.finishing" else 1)
    assert_is_true(stage, stage.done(import_of(file), SCORECARDS, ("ledger", "verify")), truth)


@pytest.mark.parametrize("step", ["import.rejects_written", "import.batch_stored"])
def test_an_unfinished_import_accepted_as_it_is_counts_what_was_committed(
    step: str, programme: Stage, file: Path, copy: Copy
) -> None:
    stage, (passing, committed) = copy(programme), STEPS[step]
    stage.killed(step, import_of(file), passing=passing)
    accept = ("ledger", "imports", "--accept", "1", "--format", "json")
    said = stage.done(accept, LISTING, SCORECARDS, ("ledger", "verify"))
    told = counts(said)
    assert told["read"] == committed
    assert len(stage.acts()) == told["added"]
    assert [len(content.splitlines()) for content in stage.rejects()] == [told["rejected"] + 1]
    assert said.told(1) == []
    assert stage.figures(said.out(2))
    stage.assert_projection_tells_the_database()


def test_the_rest_of_an_accepted_import_comes_with_the_file_once_more(
    programme: Stage, file: Path, truth: tuple[Stage, Ended], copy: Copy
) -> None:
    stage = copy(programme)
    stage.killed("import.batch_stored", import_of(file), passing=4)
    accepted = counts(stage.done(("ledger", "imports", "--accept", "1", "--format", "json")))
    said = stage.done(import_of(file), SCORECARDS, ("ledger", "verify"))
    assert stage.acts() == truth[0].acts()
    assert accepted["added"] + counts(said)["added"] == counts(truth[1])["added"]
    assert said.out(1) == truth[1].out(1)
    stage.assert_projection_tells_the_database()


def test_an_import_stopped_from_the_keyboard_says_so_and_goes_on_later(
    programme: Stage, file: Path, truth: tuple[Stage, Ended], copy: Copy
) -> None:
    stage = copy(programme)
    options = ("--at", "import.facts_inserted", "--passing", "3", "--signal", "SIGINT")
    result = stage.run(import_of(file), options=options)
    assert result.status == 1
    assert result.errors.startswith("portevoix: Stopped.")
    assert len(result.errors.splitlines()) == 1
    said = stage.done(LISTING, import_of(file), SCORECARDS, ("ledger", "verify"))
    assert [(each["read"], each["state"]) for each in said.told(0)] == [(2 * BATCH, "stopped")]
    assert_is_true(stage, said, truth)
