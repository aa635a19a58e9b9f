"""Errors by whom they are for.

UserError       the person can do something about it: translated, says what happened, what was kept, what to do
├── NotAllowed  the person lacks the right
├── ChangedMeanwhile  somebody else wrote what the person's form did not show
└── NotFound    nothing of that name, or nothing this person may know of
InternalError   our own mistake: for the log, never for the page
└── SecretUnreadable  a stored secret that no key of this installation opens
"""

from django.utils.translation import gettext as _


class UserError(Exception):
    """Something a person can mend. `str()` is the sentence for the person, in the active language."""


class NotAllowed(UserError):
    """The person lacks the right to do this."""


class ChangedMeanwhile(UserError):
    """Somebody changed what a form is about after it had been shown."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed this after you had opened it. Nothing was saved: what you typed is still here, "
                "and what is written now stands beside it. Saving again replaces it."
            )
        )


class NotFound(UserError):
    """There is nothing of that name, or nothing that this person may know of."""


class InternalError(Exception):
    """A promise of our own code was broken."""


class SecretUnreadable(InternalError):
    """No encryption key of this installation opens a stored secret."""
