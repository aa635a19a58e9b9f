"""Writing the journal: dotted actions, each with its sentence in `docs/journal.md`.

An action that is not in `ACTIONS` cannot be written, so the list of what the product records is closed.
"""

from typing import Final

from portevoix.core.errors import InternalError
from portevoix.people.models import Brand, JournalEntry, User

ACTIONS: Final[frozenset[str]] = frozenset(
    {
        "people.administrator.created",
        "people.sign_in_link.created",
        "people.sign_in_link.used",
        "people.membership.granted",
        "people.membership.removed",
        "programme.file.applied",
        "programme.voice.moved",
        "programme.tenure.started",
        "programme.tenure.ended",
        "programme.holder.read",
        "programme.consent.given",
        "programme.consent.revoked",
        "networks.account.held",
        "networks.connection.linked",
        "networks.connection.failed",
        "ledger.import.started",
        "ledger.import.finished",
        "ledger.import.accepted",
        "ledger.import.stopped",
        "ledger.month.archived",
    }
)

SYSTEM: Final = "system"
By = User | str
"""Who acts: a signed-in user, or SYSTEM for the command line and the worker."""


def record(
    action: str, *, by: By, brand: Brand | None, subject: str = "", **facts: str | int | bool | None
) -> JournalEntry:
    """Add one line to the journal, in the caller's transaction. Raises InternalError for an unlisted action."""
    if action not in ACTIONS:
        raise InternalError(f"{action} is not a journal action")
    user = by if isinstance(by, User) else None
    kind = "user" if user else SYSTEM
    return JournalEntry.objects.create(
        brand=brand, actor=user, actor_kind=kind, action=action, subject=subject, facts=facts
    )
