"""Comments on a voice's month: written and replaced until the month is closed."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from portevoix.core.periods import Month
from portevoix.ledger.actions.known import take_turn
from portevoix.measures import rules
from portevoix.measures.errors import NotCommentable
from portevoix.measures.models import Comment
from portevoix.measures.queries import closing_of
from portevoix.measures.rights import require_comment
from portevoix.measures.scopes import PUBLIC_KINDS
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.programme.models import Voice

LONGEST: Final = 5_000
"""Characters of a comment."""


@transaction.atomic
def comment(
    voice: Voice, month: Month, text: str, *, by: By, now: datetime, instead_of: str | None = None
) -> Comment:
    """Say `text` of the month of `voice`, instead of what was said before; an empty text takes it away.

    The comment that is returned has no number once it is taken away. Who holds the voice writes it for the
    voice, the lead in the own name. With `instead_of` ('' for nothing) it is written only over that text.
    Raises NotAllowed, and NotCommentable for a month that is closed or not over, for a voice that no table shows,
    for a text of more than LONGEST characters, and where something else is said than `instead_of`.
    """
    author = require_comment(voice, by=by)
    take_turn(voice.brand)  # who closes the month waits, or has closed it
    said = text.strip()
    _check(voice, month, said, now)
    stored = Comment.objects.filter(voice=voice, month=str(month)).first()
    _check_since(stored, instead_of)
    written = stored or Comment(brand=voice.brand, voice=voice, month=str(month))
    written.text, written.written_at = said, now
    if said:
        written.save()
    elif stored:
        stored.delete()
    if said or stored:
        action = "measures.comment.written" if said else "measures.comment.removed"
        journal.record(action, by=author, brand=voice.brand, subject=f"voice:{voice.pk}", month=str(month))
    return written


def _check_since(stored: Comment | None, instead_of: str | None) -> None:
    """Raise NotCommentable where something else is said by now than `instead_of`."""
    there = stored.text if stored else ""
    # A browser sends the ends of lines in its own way.
    if instead_of is not None and there.splitlines() != instead_of.strip().splitlines():
        raise NotCommentable(
            _("Somebody has written another comment since. Nothing was changed; read that one first.")
        )


def _check(voice: Voice, month: Month, text: str, now: datetime) -> None:
    told = {"month": formats.date_format(month.first_day, "YEAR_MONTH_FORMAT"), "most": LONGEST}
    if voice.kind not in PUBLIC_KINDS:
        raise NotCommentable(_("No table shows the figures of this voice: there is nothing to comment on."))
    if closing_of(voice.brand, month):
        raise NotCommentable(
            _("%(month)s is closed: its comments stay as they are. Nothing was changed.") % told
        )
    if not rules.is_over(month, voice.brand.day(now)):
        raise NotCommentable(_("%(month)s is not over yet. Nothing was kept; comment once it is.") % told)
    if len(text) > LONGEST:
        raise NotCommentable(
            _("This comment is longer than %(most)d characters. Nothing was kept; shorten it.") % told
        )
