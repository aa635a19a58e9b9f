"""What may be done with what Meta tells: what serves the Page, and nothing that makes profiles of people."""

from datetime import date, timedelta
from typing import Final

from portevoix.networks.permits import EVERYTHING, WITHOUT_ENRICHING, Datum, Permit, Use

_TERMS: Final = "https://developers.facebook.com/terms/"
_READ_ON: Final = date(2026, 11, 24)
_FOLLOW_DELETION: Final = timedelta(days=1)
_FOR_THE_PAGE: Final = frozenset({Use.STORE, Use.SHOW})

PERMITS: Final = (
    Permit(Datum.OWN_POSTS, EVERYTHING, _TERMS, _READ_ON),
    Permit(Datum.COUNTS, WITHOUT_ENRICHING, _TERMS, _READ_ON),
    Permit(
        Datum.ACTS, _FOR_THE_PAGE | {Use.COMPARE}, _TERMS, _READ_ON, must_follow_deletion=_FOLLOW_DELETION
    ),
    Permit(Datum.WORDS, _FOR_THE_PAGE, _TERMS, _READ_ON, must_follow_deletion=_FOLLOW_DELETION),
    Permit(Datum.PROFILES, _FOR_THE_PAGE, _TERMS, _READ_ON, must_follow_deletion=_FOLLOW_DELETION),
)
