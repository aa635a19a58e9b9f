"""Moving a voice through its life."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal
from portevoix.people.journal import Author, By
from portevoix.programme import rights
from portevoix.programme.models import Consent, Voice
from portevoix.programme.states import SPEAKING, VOICE, VoiceState


@transaction.atomic
def move_voice(voice: Voice, state: str, *, by: By, on: date) -> Voice:
    """Move `voice` to `state` on the day `on` (in the brand's zone).

    Raises NotAllowed, and UserError when its life does not allow the move, when somebody else moved it
    meanwhile, or when a named voice would speak without a consent that counts that day.
    """
    rights.require("programme.change", by=by, on=voice.brand)
    _check_life(voice, state)
    _check_consent(voice, state, on)
    settle(voice, state, by=by)
    return voice


def settle(voice: Voice, state: str, *, by: Author) -> None:
    """Write that `voice` is now in `state`, and journal it.

    Rights and consent are the caller's to check. Raises UserError when its life does not allow the move, or
    when somebody else moved it meanwhile.
    """
    _check_life(voice, state)
    before = voice.state
    if not Voice.objects.filter(pk=voice.pk, state=before).update(state=state):
        raise UserError(_("Somebody moved this voice at the same moment. Look again; nothing was changed."))
    voice.state = state
    subject = f"voice:{voice.pk}"
    journal.record(
        "programme.voice.moved", by=by, brand=voice.brand, subject=subject, before=before, after=state
    )


def _check_life(voice: Voice, state: str) -> None:
    if not VOICE.allows(voice.state, state):
        words = {"before": VoiceState(voice.state).label, "after": VoiceState(state).label}
        sentence = _("A voice does not go from “%(before)s” to “%(after)s”. Nothing was changed.")
        raise UserError(sentence % words)


def _check_consent(voice: Voice, state: str, on: date) -> None:
    lacks_consent = voice.is_named and not Consent.objects.in_force(on).filter(voice=voice).exists()
    if state in SPEAKING and lacks_consent:
        raise UserError(
            _("This voice has no consent that counts today. Record it first; nothing was changed.")
        )
