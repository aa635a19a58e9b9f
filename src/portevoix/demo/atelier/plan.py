"""When the company's voices speak: pure functions of the calendar and of chance that is always the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from portevoix.core.periods import Month
from portevoix.demo.atelier.calendar import Calendar
from portevoix.demo.atelier.cast import PARTS, Part, Presence
from portevoix.networks.sandbox.chance import Dice

SEED: Final = 2014
GOOD: Final = 9
"""The scene in which everything succeeds."""
POOR: Final = 11
"""The scene in which hardly anybody finds the time."""
AMPLITUDES: Final = (0.5, 0.7, 0.85, 0.95, 1.0, 0.9, 1.05, 1.0, 1.1, 1.8, 1.0, 0.35, 1.05, 1.0)
"""How much is said in each scene, 1 as agreed."""
ENTERS: Final = 3
"""The day of the month on which a voice begins its trial."""
SETTLES: Final = 6
"""The day of the month on which a voice becomes active."""
SUCCEEDS: Final = 16
"""The day of the month on which a voice passes on to another holder."""
CLOSES: Final = 19
"""The day of the month on which a voice is closed, or silenced by its person."""
_HOURS: Final = (7, 8, 8, 8, 9, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 17, 18, 19)
"""When people who do this beside their job find a moment."""
_WORKDAYS: Final = 5
_WEEKEND: Final = 0.06
_ANSWERS, _GESTURES, _ECHOES = 0.45, 0.3, 0.05


class Doing(StrEnum):
    """What a voice does on the network, in its own application."""

    POST = "post"
    ANSWER = "answer"
    LIKE = "like"
    REPOST = "repost"
    ECHO = "echo"


@dataclass(frozen=True, order=True)
class Act:
    """At the instant `at` the account `account` does something; `draw` is a number from 0 that varies it."""

    at: datetime
    account: str
    doing: Doing
    draw: int


def speaks(part: Part, month: Month, calendar: Calendar) -> bool:
    """Return whether `part` is heard in `month`."""
    ends = part.closes
    return calendar.month(part.enters) <= month and (ends is None or month <= calendar.month(ends))


def acts(month: Month, calendar: Calendar, *, seed: int = SEED) -> list[Act]:
    """Return all that the voices do in `month`, oldest first."""
    found = [
        act
        for part in PARTS
        if speaks(part, month, calendar)
        for presence in part.presences
        for day in calendar.days(month)
        if is_heard(part, day, calendar)
        for act in _day(part, presence, day, calendar, seed)
    ]
    return sorted(found)


def is_heard(part: Part, day: date, calendar: Calendar) -> bool:
    """Return whether `part` is heard on `day`: from the day after its trial begins to the one before its end."""
    begins = calendar.day(part.enters, ENTERS)
    ends = None if part.closes is None else calendar.day(part.closes, CLOSES)
    return begins < day and (ends is None or day < ends)


def _day(part: Part, presence: Presence, day: date, calendar: Calendar, seed: int) -> Iterator[Act]:
    dice = Dice(seed, presence.id, day.isoformat())
    is_workday = day.weekday() < _WORKDAYS
    amplitude = AMPLITUDES[calendar.scene(Month(day.year, day.month))]
    wanted = part.cadence * amplitude / len(part.presences)
    posts = dice.count(wanted / _WORKDAYS if is_workday else wanted * _WEEKEND / 2)
    yield from (_act(dice, presence, Doing.POST, day, calendar) for _post in range(posts))
    if not is_workday:
        return
    for doing, chance in ((Doing.ANSWER, _ANSWERS), (Doing.LIKE, _GESTURES), (Doing.ECHO, _ECHOES)):
        if dice.happens(chance * min(amplitude, 1.0)):
            yield _act(dice, presence, doing, day, calendar)
    if dice.happens(_GESTURES / 4):
        yield _act(dice, presence, Doing.REPOST, day, calendar)


def _act(dice: Dice, presence: Presence, doing: Doing, day: date, calendar: Calendar) -> Act:
    hour, minute = _HOURS[dice.below(len(_HOURS))], dice.below(60)
    return Act(calendar.at(day, hour, minute), presence.id, doing, dice.below(100_000))
