"""A collection that is killed reads on where it stored last; nothing is missed, nothing told twice."""

from pathlib import Path

import pytest

from tests.kills.conftest import Copy
from tests.kills.sandbox import AGAIN, COLLECTED
from tests.kills.stage import Stage

STEPS = {
    # step: the how-many-th passing ends the process: amid the events of the first account, and later
    "collect.page_read": (1, 3, 7),
    "collect.page_stored": (1, 3, 7),
}
FIRST = ("collect", COLLECTED.isoformat())
SECOND = ("collect", AGAIN.isoformat())
SPANS = "SELECT account_id, kind, from_us, to_us FROM ledger_coverage WHERE intake_id IS NULL"
CURSORS = "SELECT account_id, stream, value FROM ledger_cursor"
CASES = [(step, passing) for step, passings in STEPS.items() for passing in passings]


@pytest.fixture(scope="session")
def connected(programme: Stage, folder: Path) -> Stage:
    """Return an installation whose accounts are connected to a sandbox and never were collected."""
    stage = programme.copied(folder / "connected")
    stage.done(["sandbox"])
    return stage


@pytest.fixture(scope="session")
def collected(connected: Stage, folder: Path) -> Stage:
    """Return the same installation, collected twice without interruption."""
    stage = connected.copied(folder / "collected")
    said = stage.done(FIRST, SECOND)
    assert [each["out"] for each in said.results] == ["2\n", "2\n"]
    return stage


def counted(stage: Stage) -> set[tuple[object, ...]]:
    """Return what was counted, of which account and publication, whenever that was."""
    return {tuple(reading[:3]) for reading in stage.readings()}


def test_an_uninterrupted_collection_brings_events_posts_readings_and_words(collected: Stage) -> None:
    assert len({kind for _brand, _network, _actor, kind, *_rest in collected.acts()}) > 4
    assert len(collected.posts()) == 20
    assert counted(collected) > {("marion", "", "followers")}
    assert len(collected.readings()) == len(counted(collected))
    assert collected.contents()


@pytest.mark.parametrize(("step", "passing"), CASES)
def test_a_collection_killed_at_a_step_misses_and_doubles_nothing(
    step: str, passing: int, connected: Stage, collected: Stage, copy: Copy
) -> None:
    stage = copy(connected)
    stage.killed(step, FIRST, passing=passing)
    before = stage.acts()
    assert len(before) < len(collected.acts())
    assert stage.done(SECOND, ("ledger", "project"), ("ledger", "verify")).out(0) == "2\n"
    assert stage.acts() == collected.acts()
    assert stage.posts() == collected.posts()
    assert stage.contents() == collected.contents()
    assert stage.rows(CURSORS) == collected.rows(CURSORS)
    assert stage.rows(SPANS) == collected.rows(SPANS)
    assert counted(stage) == counted(collected)
    assert {*before} <= {*stage.acts()}
    stage.assert_projection_tells_the_database()


def test_a_collection_that_a_dead_process_began_is_left_to_it_for_half_an_hour(
    connected: Stage, copy: Copy
) -> None:
    stage = copy(connected)
    stage.killed("collect.page_stored", FIRST)
    assert stage.done(FIRST).out() == "1\n"
