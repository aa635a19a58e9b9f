"""A closing that is killed is there whole or not at all; two at once, or late facts meanwhile, spoil nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.kills import files
from tests.kills.conftest import Copy
from tests.kills.files import import_of
from tests.kills.stage import Stage, ended, go_on

STEPS = {
    # step: whether the month is closed by then
    "closing.recording": False,
    "closing.closed": True,
}
OF_JULY = ("--brand", "acme", "--month", "2012-07")
CLOSE = ("scorecards", "close", *OF_JULY, "--format", "json")
VERIFY = ("scorecards", "verify", *OF_JULY)
CLOSED = "SELECT month, digest FROM measures_closing"
_VALUES = "SELECT coalesce(voice_id, 0), metric, coalesce(value, -1), coalesce(previous, -1)"
CLOSED_LINES = f"{_VALUES} FROM measures_closedline"
LIVE_LINES = f"{_VALUES} FROM measures_scorecardline"
JOURNALLED = "SELECT subject FROM people_journalentry WHERE action = 'measures.month.closed'"


@pytest.fixture(scope="session")
def closed_month(imported: Stage, folder: Path) -> Stage:
    """Return that installation once July was closed without interruption."""
    stage = imported.copied(folder / "closed-month")
    stage.done(CLOSE)
    return stage


@pytest.fixture(scope="session")
def late(folder: Path) -> Path:
    """Return a file of facts, some of July, that nobody has told yet."""
    return files.write(folder / "late-for-closing.txt", files.lines(seed=97, count=200))


@pytest.mark.parametrize("step", STEPS)
def test_a_closing_killed_at_a_step_is_whole_or_not_there(
    step: str, imported: Stage, closed_month: Stage, copy: Copy
) -> None:
    stage = copy(imported)
    stage.killed(step, CLOSE)
    assert len(stage.rows(CLOSED)) == len(stage.rows(JOURNALLED)) == STEPS[step]
    assert stage.rows(CLOSED_LINES) == (closed_month.rows(CLOSED_LINES) if STEPS[step] else [])
    said = stage.done(CLOSE, VERIFY)
    assert said.told(0)["is_new"] is not STEPS[step]
    assert stage.rows(CLOSED_LINES) == closed_month.rows(CLOSED_LINES)
    assert len(stage.rows(CLOSED)) == len(stage.rows(JOURNALLED)) == 1


def test_two_who_close_at_once_close_it_once(imported: Stage, closed_month: Stage, copy: Copy) -> None:
    stage = copy(imported)
    first = stage.stopped("closing.recording", CLOSE)
    second = stage.start(CLOSE)  # it waits until the first has committed
    told = [go_on(first).told(), ended(second).told()]
    assert told[0]["digest"] == told[1]["digest"]
    assert len(stage.rows(CLOSED)) == len(stage.rows(JOURNALLED)) == 1
    assert stage.rows(CLOSED_LINES) == closed_month.rows(CLOSED_LINES)


def test_what_becomes_known_while_figures_are_computed_is_closed_with_them(
    imported: Stage, closed_month: Stage, late: Path, copy: Copy
) -> None:
    stage = copy(imported)
    closer = stage.stopped("projection.live", CLOSE)
    stage.done(import_of(late))
    assert go_on(closer).status == 0
    assert stage.rows(CLOSED_LINES) != closed_month.rows(CLOSED_LINES)
    assert stage.rows(CLOSED_LINES) == stage.rows(LIVE_LINES)
    stage.done(VERIFY)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_a_closed_month_is_replayed_alike_on_every_engine_after_late_facts(
    engine: str, closed_month: Stage, late: Path, copy: Copy
) -> None:
    stage = copy(closed_month)
    verify = (*VERIFY, "--engine", engine)
    said = stage.done(import_of(late), ("scorecards", *OF_JULY), ("ledger", "project", "--rebuild"), verify)
    assert stage.rows(CLOSED_LINES) != stage.rows(LIVE_LINES)
    assert stage.rows(CLOSED_LINES) == closed_month.rows(CLOSED_LINES)
    assert "are others" in said.errors
    assert "51 figures are as they were closed, 0 differ." in said.out()


def test_replaying_says_what_was_tampered_with_and_fails(closed_month: Stage, copy: Copy) -> None:
    stage = copy(closed_month)
    with closing(sqlite3.connect(stage.data / "portevoix.sqlite3")) as database:
        database.execute(
            "UPDATE measures_closedline SET value = value + 1 "
            "WHERE metric = 'reposts_received' AND voice_id IS NULL"
        )
        database.commit()
    said = stage.run(VERIFY)
    assert said.status == 1
    told = said.out().splitlines()
    assert told[0].startswith("What was closed is no longer what was sealed")
    assert told[1].startswith("* reposts_received: closed ")
    assert told[2] == "2012-07: 50 figures are as they were closed, 1 differ."
