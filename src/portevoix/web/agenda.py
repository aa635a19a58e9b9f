"""What lies ahead of a voice: days that are known now, each with a sentence, the nearest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from portevoix.core.periods import Month
from portevoix.programme.models import Phase, Tenure, TenureRole
from portevoix.web import telling

QUIET_FOR: Final = timedelta(days=7)
"""For how long nothing may be told of an account before the agenda says so."""


@dataclass(frozen=True)
class Due:
    """Something that is to happen: on which day (None: as soon as may be), and what."""

    on: date | None
    sentence: str


def in_order(dues: Iterable[Due]) -> tuple[Due, ...]:
    """Return `dues` by day; what has none stands first."""
    return tuple(sorted(dues, key=lambda due: (due.on is not None, due.on or date.min)))


def of_phases(phases: Iterable[Phase], today: date) -> Iterator[Due]:
    """Yield when phases begin, and the last day of those that end."""
    for phase in phases:
        words = {"phase": phase.get_kind_display()}
        if phase.from_on > today:
            yield Due(phase.from_on, _("The phase “%(phase)s” begins") % words)
        if phase.last_on:
            yield Due(phase.last_on, _("The phase “%(phase)s” ends") % words)


def of_closing(month: Month) -> Due:
    """Return that the figures of `month` await their closing."""
    return Due(None, _("The figures of %(month)s await their closing") % {"month": telling.month(month)})


def of_deputies(tenures: Iterable[Tenure], today: date) -> Iterator[Due]:
    """Yield the last day of each deputy's time that is running: never who it is."""
    for tenure in tenures:
        if tenure.role == TenureRole.DEPUTY and tenure.last_on and tenure.is_current(today):
            yield Due(tenure.last_on, _("The deputy's time ends"))


def of_silence(account: str, since: date, today: date) -> Iterator[Due]:
    """Yield that nothing has been told of `account` since the day `since`, once that is long ago."""
    if today - since > QUIET_FOR:
        words = {"account": account, "day": telling.calendar_day(since)}
        yield Due(None, _("%(account)s: nothing has been told since %(day)s; bring its figures in") % words)
