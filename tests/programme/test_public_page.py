"""The public page: who opens it, what it needs, and since when voices have been heard."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portevoix.core.errors import NotAllowed, UserError
from portevoix.people.models import JournalEntry
from portevoix.programme.actions import change_public_page, move_voice
from portevoix.programme.models import PublicPage, Voice
from portevoix.programme.queries import moves, public_page
from portevoix.programme.rules import Move, closed_at, heard_since, was_heard
from tests.programme.conftest import TODAY, Cast

WRITTEN: dict[str, Any] = {
    "introduction": " We speak. ",
    "charter": "Kindly.",
    "contact_email": "",
    "contact_url": "",
}
MADE, FIRST, SECOND = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))


def test_the_lead_opens_the_page_and_the_journal_says_what_was_changed(cast: Cast) -> None:
    told = {**WRITTEN, "contact_email": "ask@acme.example"}
    change_public_page(cast.brand, is_open=True, **told, by=cast.lead)
    page = public_page("acme")
    assert page is not None
    assert (page.introduction, page.charter) == ("We speak.", "Kindly.")
    entry = JournalEntry.objects.get(action="programme.public_page.changed")
    assert entry.facts == {"is_open": True, "fields": "is_open, introduction, charter, contact_email"}


def test_writing_the_same_again_says_nothing(cast: Cast) -> None:
    for _time in range(2):
        change_public_page(cast.brand, is_open=False, **WRITTEN, by=cast.lead)
    assert JournalEntry.objects.filter(action="programme.public_page.changed").count() == 1
    assert public_page("acme") is None


def test_an_open_page_needs_somebody_to_ask(cast: Cast) -> None:
    with pytest.raises(UserError, match="somebody to ask"):
        change_public_page(cast.brand, is_open=True, **WRITTEN, by=cast.lead)
    assert not PublicPage.objects.exists()


@pytest.mark.parametrize("who", ["ambassador", "manager", "stranger"])
def test_nobody_else_changes_what_the_public_reads(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        change_public_page(cast.brand, is_open=False, **WRITTEN, by=getattr(cast, who))


def test_the_journal_tells_how_a_voice_moved(cast: Cast, marion: Voice) -> None:
    move_voice(marion, "paused", by=cast.lead, on=TODAY)
    move_voice(marion, "closed", by=cast.lead, on=TODAY)
    told = moves(cast.brand)[marion.pk]
    assert [(move.before, move.after) for move in told] == [("active", "paused"), ("paused", "closed")]


@pytest.mark.parametrize(
    ("state", "passed", "since", "until"),
    [
        ("active", [], MADE, None),
        ("trial", [("candidate", "trial")], FIRST, None),
        ("active", [("active", "paused"), ("paused", "active")], MADE, None),
        ("closed", [("candidate", "trial"), ("trial", "closed")], FIRST, SECOND),
        ("closed", [], None, None),
        ("paused", [], None, None),
    ],
)
def test_a_voice_is_heard_from_its_first_move_into_speaking(
    state: str, passed: list[tuple[str, str]], since: datetime | None, until: datetime | None
) -> None:
    told = [Move(at, *step) for at, step in zip((FIRST, SECOND), passed, strict=False)]
    assert was_heard(state, told)
    assert heard_since(MADE, state, told) == since
    assert closed_at(told) == until


def test_a_candidate_was_never_heard_even_once_closed() -> None:
    assert not was_heard("candidate", [])
    assert not was_heard("closed", [Move(FIRST, "candidate", "closed")])
