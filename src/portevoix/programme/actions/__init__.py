"""What can be done to a programme: apply a file, change it, move voices, consent, hold, study, tell the public."""

from portevoix.programme.actions.changes import Document, change, read_typed
from portevoix.programme.actions.consents import (
    give_consent,
    pause_unconsented,
    revoke_consent,
    withdraw_consent,
)
from portevoix.programme.actions.files import Applied, apply, journal_applied
from portevoix.programme.actions.public import change_public_page
from portevoix.programme.actions.removals import remove_phase, remove_range, remove_voice, withdraw_line
from portevoix.programme.actions.tenures import end_tenure, resume_tenure, start_tenure, withdraw_tenure
from portevoix.programme.actions.voices import move_voice

__all__ = (
    "Applied",
    "Document",
    "apply",
    "change",
    "change_public_page",
    "end_tenure",
    "give_consent",
    "journal_applied",
    "move_voice",
    "pause_unconsented",
    "read_typed",
    "remove_phase",
    "remove_range",
    "remove_voice",
    "resume_tenure",
    "revoke_consent",
    "start_tenure",
    "withdraw_consent",
    "withdraw_line",
    "withdraw_tenure",
)
