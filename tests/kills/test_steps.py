"""No step that the source announces goes without a death."""

from tests.kills import test_archive, test_closing, test_collect, test_import, test_projection, test_takeout
from tests.kills.steps import announced

COVERED = (
    test_import.STEPS,
    test_takeout.STEPS,
    test_projection.STEPS,
    test_archive.STEPS,
    test_collect.STEPS,
    test_closing.STEPS,
)


def test_a_process_dies_at_every_step_that_the_source_announces() -> None:
    named = [step for steps in COVERED for step in steps]
    assert sorted(named) == sorted(announced())
