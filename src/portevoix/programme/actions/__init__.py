"""What can be done to a programme: apply a file, move voices, give and revoke consent, hold, study."""

from portevoix.programme.actions.consents import give_consent, pause_unconsented, revoke_consent
from portevoix.programme.actions.files import Applied, apply, journal_applied
from portevoix.programme.actions.tenures import end_tenure, start_tenure
from portevoix.programme.actions.voices import move_voice

__all__ = (
    "Applied",
    "apply",
    "end_tenure",
    "give_consent",
    "journal_applied",
    "move_voice",
    "pause_unconsented",
    "revoke_consent",
    "start_tenure",
)
