"""How months end: those who hold voices comment on their figures, then the lead closes the month."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.demo.atelier import sayings
from portevoix.demo.atelier.calendar import Calendar
from portevoix.demo.atelier.cast import PARTS, SUCCESSOR, Part
from portevoix.demo.atelier.plan import GOOD, POOR, SUCCEEDS, speaks
from portevoix.demo.atelier.story import Deed, company, lead, person, voice_of
from portevoix.measures.actions import close, comment
from portevoix.networks.sandbox.chance import Dice

COMMENTED: Final = 0.8
"""How likely it is that a voice's month is commented on, in the months that are closed."""
MISSING: Final = 2
"""How many comments the month that waits still lacks."""
_CLOSED_AFTER: Final = timedelta(days=5, hours=9)
"""How long after the end of a month its lead closes it at the earliest: nobody who is late keeps it open then."""
_CLOSED_WITHIN: Final = timedelta(days=3)
_COMMENTED_WITHIN: Final = timedelta(days=4)


def closings(calendar: Calendar, seed: int) -> Iterator[Deed]:
    """Yield the comments on every month that is over, and the closings of all of them but the last."""
    for month in calendar.closed:
        heard = commentators(month, calendar)
        parts = [part for part in heard if _chance(seed, month, part, "comments").happens(COMMENTED)]
        yield from _comments(month, parts, calendar, seed)
        later = _CLOSED_WITHIN * (Dice(seed, str(month), "closing").below(1000) / 1000)
        yield Deed(calendar.start(month.next) + _CLOSED_AFTER + later, partial(_close, month))
    awaited = commentators(calendar.awaiting, calendar)
    late = [part for part in awaited if part.closes is None][-MISSING:]
    prompt = [part for part in awaited if part not in late]
    yield from _comments(calendar.awaiting, prompt, calendar, seed)


def commentators(month: Month, calendar: Calendar) -> list[Part]:
    """Return the parts that the table of `month` tells and whose people are still there to comment on it."""
    heard = (part for part in PARTS if not part.is_named and speaks(part, month, calendar))
    return [part for part in heard if part.closes is None or month < calendar.month(part.closes)]


def _chance(seed: int, month: Month, part: Part, about: str) -> Dice:
    return Dice(seed, part.slug, str(month), about)


def _comments(month: Month, parts: list[Part], calendar: Calendar, seed: int) -> Iterator[Deed]:
    start = calendar.start(month.next)
    within = min(_COMMENTED_WITHIN, calendar.now - start)
    for part in parts:
        dice = _chance(seed, month, part, "comment")
        at = start + within * (dice.below(1000) / 1000)
        text = _text(calendar.scene(month), dice)
        yield Deed(at, partial(_comment, part, month, text, calendar))


def _text(scene: int, dice: Dice) -> str:
    said = {GOOD: sayings.GOOD_MONTH, POOR: sayings.POOR_MONTH}.get(scene, sayings.COMMENTS)
    return said[dice.below(len(said))]


def _comment(part: Part, month: Month, text: str, calendar: Calendar) -> None:
    now = clock.now()
    comment(voice_of(part), month, text, by=person(_holder(part, now, calendar)), now=now)


def _holder(part: Part, now: datetime, calendar: Calendar) -> str:
    """Return the address of who holds the voice of `part` at `now`."""
    slug, successor, scene = SUCCESSOR
    has_passed_on = part.slug == slug and now >= calendar.at(calendar.day(scene, SUCCEEDS), 14)
    return successor if has_passed_on else part.holder


def _close(month: Month) -> None:
    close(company(), month, by=lead(), now=clock.now())
