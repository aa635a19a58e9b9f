"""What can be done to figures: compute them, comment on them, close a month, replay it, remind people of it.

Importing this loads no engine: pages do, and only what computes opens `measures.computing`.
"""

from portevoix.measures.actions.closing import close
from portevoix.measures.actions.comments import comment
from portevoix.measures.actions.refresh import fingerprint, is_fresh, refresh, refresh_overtaken
from portevoix.measures.actions.remind import remind
from portevoix.measures.actions.verify import verify

__all__ = (
    "close",
    "comment",
    "fingerprint",
    "is_fresh",
    "refresh",
    "refresh_overtaken",
    "remind",
    "verify",
)
