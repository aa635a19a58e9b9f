"""Named steps are heard by whoever listens, and cost nothing otherwise."""

import sys

from tests.children import printed

LISTENER = """
import sys
heard = []
sys.addaudithook(lambda event, arguments: heard.append(arguments) if event == "portevoix.step" else None)
from portevoix.core.progress import EVENT, reached
reached("import.opened")
reached("import.batch_stored")
print(EVENT, heard)
"""


def test_a_listener_hears_each_step_by_its_name() -> None:
    # An audit hook cannot be taken off again, so it listens in a process of its own.
    told = printed([sys.executable, "-c", LISTENER], env={"PYTHONPATH": "src"})
    assert told == "portevoix.step [('import.opened',), ('import.batch_stored',)]\n"
