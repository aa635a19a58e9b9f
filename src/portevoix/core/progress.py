"""Named steps of long work, announced as Python audit events.

Work that must survive being killed calls `reached("import.batch_stored")` after each step that matters.
`sys.audit` costs nanoseconds when nobody listens; the durability tests listen and end the process there.
"""

import sys

EVENT = "portevoix.step"


def reached(step: str) -> None:
    """Announce that the work has just passed `step`."""
    sys.audit(EVENT, step)
