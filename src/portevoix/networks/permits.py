"""What each network allows one to do with what it tells, and for how long: data with a source, held to by all.

A permit speaks of one sort of data of one network. What no permit allows is refused, never done quietly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from portevoix.networks.errors import NotSupported


class Datum(StrEnum):
    """A sort of what networks tell."""

    OWN_POSTS = "own_posts"
    COUNTS = "counts"
    ACTS = "acts"
    """Who did what, without words."""
    WORDS = "words"
    """What others said."""
    PROFILES = "profiles"


class Use(StrEnum):
    """What may be done with a datum."""

    STORE = "store"
    SHOW = "show"
    COMPARE = "compare"
    """Figures made of it and of others' are set side by side."""
    EXPORT = "export"
    ENRICH = "enrich"
    """Joined with what is known of a person from elsewhere; prospecting is one such use."""


@dataclass(frozen=True)
class Permit:
    """What may be done with a datum; kept for `keep` at most (None: as long as the programme keeps it).

    `must_follow_deletion`: what is deleted on the network is deleted here, within that time. `source` is the
    address of the rule, read on `read_on`.
    """

    datum: Datum
    uses: frozenset[Use]
    source: str
    read_on: date
    keep: timedelta | None = None
    must_follow_deletion: timedelta | None = None


class UseRefused(NotSupported):
    """The network does not allow this use of what it tells."""

    key = "use_refused"

    @property
    def advice(self) -> str:
        """Return what happened and what to do, for the person."""
        return _("The rules of this network do not allow that use of its data. Nothing was done.")


EVERYTHING = frozenset(Use)
WITHOUT_ENRICHING = EVERYTHING - {Use.ENRICH}


def permit_of(permits: Iterable[Permit], datum: Datum) -> Permit | None:
    """Return what `permits` say of `datum`, None where they say nothing."""
    return next((permit for permit in permits if permit.datum is datum), None)


def require(permits: Iterable[Permit], datum: Datum, use: Use) -> Permit:
    """Return the permit of `datum`. Raises UseRefused when it does not allow `use`, or says nothing."""
    permit = permit_of(permits, datum)
    if permit is None or use not in permit.uses:
        raise UseRefused(f"{use} of {datum} is not permitted")
    return permit


def everything(source: str, read_on: date) -> tuple[Permit, ...]:
    """Return permits that allow everything, for a network whose data is nobody else's."""
    return tuple(Permit(datum, EVERYTHING, source, read_on) for datum in Datum)
