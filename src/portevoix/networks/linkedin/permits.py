"""What may be done with what LinkedIn tells: little of it concerns people, and not for long.

What members do and say may be kept 48 hours and their profiles 24; it is shown to those who manage the Page, and
neither leaves the product nor serves to find customers. NOTES.md says which lines of the rules were read where.
"""

from datetime import date, timedelta
from typing import Final

from portevoix.networks.permits import EVERYTHING, WITHOUT_ENRICHING, Datum, Permit, Use

_STORAGE: Final = "https://learn.microsoft.com/en-us/linkedin/marketing/data-storage-requirements"
_RESTRICTED: Final = "https://learn.microsoft.com/en-us/linkedin/marketing/restricted-use-cases"
_READ_ON: Final = date(2026, 11, 24)
_PROFILES: Final = timedelta(hours=24)
_ACTIVITY: Final = timedelta(hours=48)
_REPORTS: Final = timedelta(days=365)

PERMITS: Final = (
    Permit(Datum.OWN_POSTS, EVERYTHING, _RESTRICTED, _READ_ON),
    Permit(Datum.COUNTS, WITHOUT_ENRICHING, _STORAGE, _READ_ON, keep=_REPORTS),
    Permit(
        Datum.ACTS,
        frozenset({Use.STORE, Use.SHOW, Use.COMPARE}),
        _STORAGE,
        _READ_ON,
        keep=_ACTIVITY,
        must_follow_deletion=_ACTIVITY,
    ),
    Permit(
        Datum.WORDS,
        frozenset({Use.STORE, Use.SHOW}),
        _STORAGE,
        _READ_ON,
        keep=_ACTIVITY,
        must_follow_deletion=_ACTIVITY,
    ),
    Permit(
        Datum.PROFILES,
        frozenset({Use.STORE, Use.SHOW}),
        _STORAGE,
        _READ_ON,
        keep=_PROFILES,
        must_follow_deletion=_PROFILES,
    ),
)
