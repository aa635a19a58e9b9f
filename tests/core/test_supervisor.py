"""How long the supervisor waits before it starts a child again."""

import subprocess
import sys

import pytest

from portevoix.core.supervisor import FIRST_PAUSE, LONGEST_PAUSE, STEADY, Child, Supervisor
from tests.children import PATIENCE


@pytest.fixture
def dead() -> Child:
    """Return a child whose process has ended, started at second 0."""
    process = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    process.wait(PATIENCE)
    return Child("web", ["web"], process=process)


def test_a_child_that_dies_at_once_is_waited_for_longer_each_time(dead: Child) -> None:
    pauses = []
    for _death in range(9):
        dead.started_at = 100.0
        dead.note_death(101.0)
        pauses.append(dead.not_before - 101.0)

    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses[-1] == LONGEST_PAUSE
    assert dead.not_before == 101.0 + LONGEST_PAUSE


def test_a_child_that_ran_for_long_is_started_again_soon(dead: Child) -> None:
    dead.pause = LONGEST_PAUSE

    dead.note_death(STEADY + 1)

    assert dead.not_before == STEADY + 1 + FIRST_PAUSE


def test_a_dead_child_is_not_started_before_its_pause_is_over(dead: Child) -> None:
    supervisor = Supervisor({}, clock=lambda: 1.0)
    supervisor._kept.append(dead)

    supervisor.look()
    supervisor.look()

    assert dead.process is None
    assert supervisor.has_died_early("web")
