"""What may be done with what Mastodon servers tell.

Each server has rules of its own. These are the terms and the privacy policy that Mastodon brings along for all of
them: public posts and acts are public, what is deleted is deleted everywhere, and nobody digs for data.
"""

from datetime import date, timedelta
from typing import Final

from portevoix.networks.permits import EVERYTHING, WITHOUT_ENRICHING, Datum, Permit, Use

_RULES: Final = "https://github.com/mastodon/mastodon/blob/main/config/templates"
_TERMS: Final = f"{_RULES}/terms-of-service.md"
_PRIVACY: Final = f"{_RULES}/privacy-policy.md"
_READ_ON: Final = date(2026, 11, 24)
_FOLLOW_DELETION: Final = timedelta(days=1)

PERMITS: Final = (
    Permit(Datum.OWN_POSTS, EVERYTHING, _TERMS, _READ_ON),
    Permit(Datum.COUNTS, EVERYTHING, _TERMS, _READ_ON),
    Permit(Datum.ACTS, WITHOUT_ENRICHING, _PRIVACY, _READ_ON),
    Permit(
        Datum.WORDS,
        frozenset({Use.STORE, Use.SHOW}),
        _TERMS,
        _READ_ON,
        must_follow_deletion=_FOLLOW_DELETION,
    ),
    Permit(
        Datum.PROFILES,
        frozenset({Use.STORE, Use.SHOW, Use.COMPARE}),
        _PRIVACY,
        _READ_ON,
        must_follow_deletion=_FOLLOW_DELETION,
    ),
)
