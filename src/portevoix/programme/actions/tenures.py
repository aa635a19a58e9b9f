"""Who holds a voice from when to when: begin and end, one principal holder at a time."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Membership, User
from portevoix.people.rights import is_member
from portevoix.programme import rights
from portevoix.programme.models import Tenure, TenureRole, Voice
from portevoix.programme.models.tenures import TenureQuerySet


@transaction.atomic
def start_tenure(
    voice: Voice, *, holder: User, role: TenureRole, from_on: date, by: By, to_on: date | None = None
) -> Tenure:
    """Let `holder` hold `voice` from the day `from_on` until the day `to_on` (excluded; None: not ended).

    Raises NotAllowed, and UserError when the days are the wrong way round, when the person does not take part
    in the brand, or when another principal holder has those days.
    """
    rights.require("programme.change_holders", by=by, on=voice.brand)
    _lock(voice)
    _check_days(from_on, to_on)
    if not _takes_part(holder, voice, from_on):
        raise UserError(
            _("This person does not take part in the brand. Give a role first; nothing was changed.")
        )
    if role == TenureRole.PRINCIPAL and _principals(voice).overlapping(from_on, to_on).exists():
        raise UserError(_("Somebody else is principal holder in those days. End that time first."))
    tenure = Tenure.objects.create(
        voice=voice, holder=str(holder.pk), role=role, from_on=from_on, to_on=to_on
    )
    _journal("programme.tenure.started", tenure, by=by)
    return tenure


@transaction.atomic
def end_tenure(tenure: Tenure, *, to_on: date, by: By) -> Tenure:
    """End `tenure` on the day `to_on`, the first day on which it no longer lasts.

    Raises NotAllowed, and UserError when it would end before it began or has already ended by then.
    """
    rights.require("programme.change_holders", by=by, on=tenure.voice.brand)
    _lock(tenure.voice)
    tenure.refresh_from_db(fields=["from_on", "to_on"])
    _check_days(tenure.from_on, to_on)
    if tenure.to_on and tenure.to_on <= to_on:
        raise UserError(_("This person's time with the voice has already ended. Nothing was changed."))
    tenure.to_on = to_on
    tenure.save(update_fields=["to_on"])
    _journal("programme.tenure.ended", tenure, by=by)
    return tenure


@transaction.atomic
def resume_tenure(tenure: Tenure, *, to_on: date | None, by: By) -> Tenure:
    """Undo the end of `tenure`: it lasts again until the day `to_on` (excluded; None: not ended).

    Raises NotAllowed, and UserError when another principal holder has those days by now.
    """
    rights.require("programme.change_holders", by=by, on=tenure.voice.brand)
    _lock(tenure.voice)
    _check_days(tenure.from_on, to_on)
    others = _principals(tenure.voice).exclude(pk=tenure.pk)
    if tenure.role == TenureRole.PRINCIPAL and others.overlapping(tenure.from_on, to_on).exists():
        raise UserError(_("Somebody else is principal holder in those days. End that time first."))
    tenure.to_on = to_on
    tenure.save(update_fields=["to_on"])
    _journal("programme.tenure.resumed", tenure, by=by)
    return tenure


@transaction.atomic
def withdraw_tenure(tenure: Tenure, *, by: By) -> None:
    """Undo the beginning of `tenure`, which was written by mistake: it never was. Raises NotAllowed."""
    rights.require("programme.change_holders", by=by, on=tenure.voice.brand)
    _journal("programme.tenure.withdrawn", tenure, by=by)
    tenure.delete()


def _lock(voice: Voice) -> None:
    """Keep the tenures of `voice` to this transaction: two leads at once would each see no other principal."""
    Voice.objects.select_for_update().get(pk=voice.pk)


def _takes_part(holder: User, voice: Voice, from_on: date) -> bool:
    """Return whether `holder` takes part in the voice's brand today, and on the first day."""
    on_first_day = Membership.objects.current(from_on).filter(user=holder, brand=voice.brand)
    return bool(is_member(holder, voice.brand)) and on_first_day.exists()


def _principals(voice: Voice) -> TenureQuerySet:
    return voice.tenures.filter(role=TenureRole.PRINCIPAL)


def _check_days(from_on: date, to_on: date | None) -> None:
    if to_on is not None and to_on <= from_on:
        raise UserError(_("The last day must be later than the first. Nothing was changed."))


def _journal(action: str, tenure: Tenure, *, by: By) -> None:
    """Journal the voice, the role and the days; never the person."""
    journal.record(
        action,
        by=by,
        brand=tenure.voice.brand,
        subject=f"voice:{tenure.voice_id}",
        role=tenure.role,
        from_on=tenure.from_on.isoformat(),
        to_on=tenure.to_on.isoformat() if tenure.to_on else None,
    )
