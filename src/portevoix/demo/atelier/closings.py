"""How months end: those who hold voices comment on their figures, then the lead closes the month."""

from collections.abc import Iterator
from datetime import datetime
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
_CLOSED_ON: Final = 6
"""The day of the next month on which the lead closes at the earliest: who is late keeps no month open then."""
_WITHIN_DAYS: Final = 4
"""For how many days people comment, and within how many the lead closes."""
_MORNING: Final = 8
_HOURS: Final = 10


def closings(calendar: Calendar, seed: int) -> Iterator[Deed]:
    """Yield the comments on every month that is over, and the closings of all of them but the last."""
    for month in calendar.closed:
        heard = commentators(month, calendar)
        parts = [part for part in heard if _chance(seed, month, part, "comments").happens(COMMENTED)]
        yield from _comments(month, parts, calendar, seed)
        at = _by_day(month, _CLOSED_ON, calendar, Dice(seed, str(month), "closing"))
        yield Deed(at, partial(_close, month))
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
    for part in parts:
        dice = _chance(seed, month, part, "comment")
        at = _by_day(month, 1, calendar, dice)
        text = _text(calendar.scene(month), part)
        yield Deed(at, partial(_comment, part, month, text, calendar))


def _by_day(month: Month, first_day: int, calendar: Calendar, dice: Dice) -> datetime:
    """Return an instant in working hours, some days after `month`; before now where the month has just ended."""
    day = month.next.first_day.replace(day=first_day + dice.below(_WITHIN_DAYS))
    at = calendar.at(day, _MORNING + dice.below(_HOURS), dice.below(60))
    start = calendar.start(month.next)
    return at if at < calendar.now else start + (calendar.now - start) * (dice.below(1000) / 1000)


def _text(scene: int, part: Part) -> str:
    said = {GOOD: sayings.GOOD_MONTH, POOR: sayings.POOR_MONTH}.get(scene, sayings.COMMENTS)
    return sayings.comment(scene, PARTS.index(part), said)


def _comment(part: Part, month: Month, text: str, calendar: Calendar) -> None:
    now = clock.now()
    comment(voice_of(part), month, text, by=person(_holder(part, now, calendar)), now=now)


def _holder(part: Part, now: datetime, calendar: Calendar) -> str:
    """Return the address of who holds the voice of `part` at `now`."""
    slug, successor, scene = SUCCESSOR
    has_passed_on = part.slug == slug and now >= calendar.at(calendar.day(scene, SUCCEEDS), 14)
    return successor if has_passed_on else part.first_holder


def _close(month: Month) -> None:
    close(company(), month, by=lead(), now=clock.now())
