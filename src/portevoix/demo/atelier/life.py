"""The whole life, in the order of time: what the clock says is what is lived, and nothing is known before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from operator import attrgetter
from zoneinfo import ZoneInfo

from portevoix.core import clock
from portevoix.core.periods import Month
from portevoix.demo.atelier import plan
from portevoix.demo.atelier.calendar import SCENES, Calendar
from portevoix.demo.atelier.cast import ZONE
from portevoix.demo.atelier.closings import closings
from portevoix.demo.atelier.network import Network
from portevoix.demo.atelier.story import Deed, Story
from portevoix.ledger.actions.due import collect_due
from portevoix.measures.actions import refresh_overtaken
from portevoix.networks.sandbox.config import default_file

_COLLECTED_ON = (5, 17)
"""Days of a month, besides its last, on which the demonstration's accounts are read."""


@dataclass(frozen=True)
class Progress:
    """How far the telling is: `done` of `total` months, and the one that is told next."""

    done: int
    total: int
    month: Month


def live(
    now: datetime,
    *,
    count: int = SCENES,
    seed: int = plan.SEED,
    on_progress: Callable[[Progress], None] | None = None,
) -> None:
    """Live `count` months that end at `now`: an empty installation becomes the company's, figures included."""
    calendar = Calendar(now, ZoneInfo(ZONE), count)
    with Network(default_file(), seed=seed) as network:
        agenda = _agenda(calendar, network, seed)
        for done, month in enumerate(calendar.months):
            if on_progress:
                on_progress(Progress(done, count, month))
            _live_through(deed for deed in agenda if Month.of(deed.at, calendar.zone) == month)
    with clock.at(now):
        refresh_overtaken(now=now)


def _live_through(deeds: Iterator[Deed]) -> None:
    for deed in deeds:
        with clock.at(deed.at):
            deed.do()


def _agenda(calendar: Calendar, network: Network, seed: int) -> list[Deed]:
    """Return all that is done, oldest first."""
    acts = chain.from_iterable(plan.acts(month, calendar, seed=seed) for month in calendar.months)
    spoken = (Deed(act.at, partial(network.do, act)) for act in acts)
    deeds = chain(Story(calendar, network).deeds(), spoken, _collections(calendar), closings(calendar, seed))
    return sorted((deed for deed in deeds if deed.at <= calendar.now), key=attrgetter("at"))


def _collections(calendar: Calendar) -> Iterator[Deed]:
    """Yield the collections: some a month, one in its last hour, and those of the last two days."""
    for month in calendar.months:
        for day in _COLLECTED_ON:
            yield Deed(calendar.at(month.first_day.replace(day=day), 6, 30), _collect)
        yield Deed(calendar.start(month.next) - timedelta(minutes=10), _collect)
    yield Deed(calendar.now - timedelta(hours=30), _collect)
    yield Deed(calendar.now, _collect)


def _collect() -> None:
    """Read all accounts that are due, page after page."""
    while collect_due(now=clock.now()):
        pass
