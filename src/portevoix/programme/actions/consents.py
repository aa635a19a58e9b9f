"""Giving and revoking the consent of those who speak under their own name."""

from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal
from portevoix.people.journal import SYSTEM, Author, By
from portevoix.programme import rights, rules
from portevoix.programme.actions.voices import settle
from portevoix.programme.models import Consent, Voice, VoiceKind
from portevoix.programme.states import SPEAKING, VOICE, VoiceState

log = structlog.get_logger(__name__)


@transaction.atomic
def give_consent(voice: Voice, *, given_on: date, is_sharing_figures: bool, by: By) -> Consent:
    """Record the written consent of the person who speaks through the named voice `voice`.

    Raises NotAllowed, and UserError when the voice is not a named one, already has a consent, or lost a later
    one by revocation.
    """
    rights.require("programme.change", by=by, on=voice.brand)
    if not voice.is_named:
        raise UserError(_("Only a voice under a person's own name needs a consent. Nothing was changed."))
    Voice.objects.select_for_update().get(pk=voice.pk)
    _check_consents({row.given_on: row.revoked_on for row in voice.consents.all()}, given_on)
    consent = Consent.objects.create(voice=voice, given_on=given_on, is_sharing_figures=is_sharing_figures)
    journal_consent("programme.consent.given", consent, by=by)
    return consent


def _check_consents(stored: dict[date, date | None], given_on: date) -> None:
    if None in stored.values() or given_on in stored:
        raise UserError(_("This consent is already recorded. Revoke it before recording another."))
    if rules.precedes_revocation(stored, given_on):
        raise UserError(
            _("The person revoked a consent after that day. Record one given since; nothing was changed.")
        )


@transaction.atomic
def revoke_consent(voice: Voice, *, on: date, by: By, state: str = VoiceState.PAUSED) -> Consent:
    """End the consent of `voice` on the day `on` (today, in the brand's zone), and silence the voice.

    It goes to `state`, paused or closed; from where it cannot be paused it is closed. Raises NotAllowed, and
    UserError when there is no consent to revoke.
    """
    author = rights.require_revocation(voice, by=by)
    consent = voice.consents.filter(revoked_on=None, given_on__lte=on).first()
    if consent is None:
        raise UserError(_("This voice has no consent to revoke. Nothing was changed."))
    consent.revoked_on = on
    consent.save(update_fields=["revoked_on"])
    journal_consent("programme.consent.revoked", consent, by=author)
    silence(voice, by=author, state=state)
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: By) -> None:
    """Take back that `consent` was recorded, by mistake: it never was.

    Raises NotAllowed, and UserError when it was revoked, or when the voice speaks by it.
    """
    voice = consent.voice
    rights.require("programme.change", by=by, on=voice.brand)
    Voice.objects.select_for_update().get(pk=voice.pk)
    voice.refresh_from_db(fields=["state"])
    consent.refresh_from_db(fields=["revoked_on"])
    if consent.revoked_on is not None or voice.state in SPEAKING:
        raise UserError(_("This consent has been used, so it stays. Revoke it when it ends."))
    journal_consent("programme.consent.withdrawn", consent, by=by)
    consent.delete()


def silence(voice: Voice, *, by: Author, state: str = VoiceState.PAUSED) -> bool:
    """Pause or close `voice` if the public hears it; return whether it was moved."""
    calm = rules.silence(voice.state)
    if calm == voice.state:
        return False
    closes = state == VoiceState.CLOSED and VOICE.allows(voice.state, VoiceState.CLOSED)
    settle(voice, VoiceState.CLOSED if closes else calm, by=by)
    return True


def pause_unconsented(now: datetime) -> int:
    """Silence named voices whose consent no longer counts at `now`; return how many were.

    Revoking silences at once; this finds those whose rows were changed by other means.
    """
    count = 0
    for voice in Voice.objects.speaking().filter(kind=VoiceKind.NAMED).select_related("brand"):
        count += _silence_alone(voice, now)
    return count


def _silence_alone(voice: Voice, now: datetime) -> bool:
    """Silence `voice` if no consent counts at `now`; whatever goes wrong is logged and stops no other voice."""
    try:
        today = voice.brand.day(now)
        if voice.consents.in_force(today).exists():
            return False
        with transaction.atomic():
            return silence(voice, by=SYSTEM)
    except Exception:
        log.exception("silencing_failed", voice=voice.pk)
        return False


def journal_consent(action: str, consent: Consent, *, by: Author) -> None:
    """Journal `action` on `consent`, with its dates."""
    journal.record(
        action,
        by=by,
        brand=consent.voice.brand,
        subject=f"voice:{consent.voice_id}",
        given_on=consent.given_on.isoformat(),
        revoked_on=consent.revoked_on.isoformat() if consent.revoked_on else None,
        is_sharing_figures=consent.is_sharing_figures,
    )
