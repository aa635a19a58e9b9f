"""Writing the journal: dotted actions, each with its sentence in `docs/journal.md`.

An action that is not in `ACTIONS` cannot be written, so the list of what the product records is closed.
"""

from dataclasses import dataclass
from typing import Final

from portevoix.core.errors import InternalError
from portevoix.people.models import ActorKind, Brand, JournalEntry, User

ACTIONS: Final[frozenset[str]] = frozenset(
    {
        "people.administrator.created",
        "people.sign_in_link.created",
        "people.sign_in_link.used",
        "people.account.completed",
        "people.language.chosen",
        "people.name.chosen",
        "people.password.changed",
        "people.member.invited",
        "people.membership.granted",
        "people.membership.removed",
        "programme.file.applied",
        "programme.changed",
        "programme.range.removed",
        "programme.phase.removed",
        "programme.line.withdrawn",
        "programme.voice.moved",
        "programme.voice.removed",
        "programme.tenure.started",
        "programme.tenure.ended",
        "programme.tenure.resumed",
        "programme.tenure.withdrawn",
        "programme.holder.read",
        "programme.actor.read",
        "programme.consent.given",
        "programme.consent.revoked",
        "programme.consent.withdrawn",
        "programme.study.changed",
        "programme.study.versioned",
        "programme.public_page.changed",
        "networks.account.held",
        "networks.account.let_go",
        "networks.connection.linked",
        "networks.connection.failed",
        "networks.ceiling.set",
        "networks.list.started",
        "networks.list.kept",
        "networks.list.stopped",
        "networks.trial.published",
        "networks.trial.withdrawn",
        "ledger.import.started",
        "ledger.import.finished",
        "ledger.import.accepted",
        "ledger.import.stopped",
        "ledger.month.archived",
        "measures.comment.written",
        "measures.comment.removed",
        "measures.month.closed",
        "measures.month.verified",
    }
)

SYSTEM: Final = "system"
By = User | str
"""Who acts: a signed-in user, or SYSTEM for the command line and the worker."""


@dataclass(frozen=True)
class ForVoice:
    """A person who acts by the right of holding a voice: the line names the voice, and hides the person."""

    person: User
    voice_id: int


Author = By | ForVoice
"""Whom a line of the journal names; rights say when a person acts for a voice."""


def record(
    action: str, *, by: Author, brand: Brand | None, subject: str = "", **facts: str | int | bool | None
) -> JournalEntry:
    """Add one line to the journal, in the caller's transaction.

    Raises InternalError for an unlisted action, or an author that is nobody.
    """
    if action not in ACTIONS:
        raise InternalError(f"{action} is not a journal action")
    return JournalEntry.objects.create(
        brand=brand, action=action, subject=subject, facts=facts, **_author(by)
    )


def _author(by: Author) -> dict[str, User | str]:
    """Return the fields of a line that say who acted."""
    if isinstance(by, ForVoice):
        return {
            "actor_kind": ActorKind.VOICE,
            "actor_subject": f"voice:{by.voice_id}",
            "hidden_person": str(by.person.pk),
        }
    if isinstance(by, User):
        return {"actor_kind": ActorKind.USER, "actor": by}
    if by != SYSTEM:
        raise InternalError("a line of the journal needs an author")
    return {"actor_kind": ActorKind.SYSTEM}
