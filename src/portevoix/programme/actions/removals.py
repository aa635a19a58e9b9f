"""Taking away what nothing rests on yet: a voice just added, a range nobody uses, what is still to come."""

from datetime import date

from django.db import transaction
from django.db.models import CASCADE, ManyToOneRel, Q
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand
from portevoix.programme import rights
from portevoix.programme.models import Consent, EditorialLine, Phase, ProductRange, Voice
from portevoix.programme.states import VoiceState


@transaction.atomic
def remove_voice(voice: Voice, *, by: By) -> None:
    """Take away `voice`, added by mistake, with the consent recorded with it.

    Raises NotAllowed, and UserError once it is no candidate any more, or anything hangs on it.
    """
    brand = voice.brand
    rights.require("programme.change", by=by, on=brand)
    _lock(brand)
    voice.refresh_from_db(fields=["state"])
    if voice.state != VoiceState.CANDIDATE or _is_used(voice):
        raise UserError(_("This voice has begun its life, so it stays. Close it when it is to end."))
    # No name: the line of a colleague who is gone from here must tell nothing.
    _journal("programme.voice.removed", brand, by=by, is_named=voice.is_named)
    voice.delete()


def _is_used(voice: Voice) -> bool:
    """Return whether a row of any part hangs on `voice`; a figure without a value says nothing of it."""
    for relation in Voice._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.related_model is Consent:
            continue
        model = relation.related_model
        rows = model._base_manager.filter(**{relation.field.name: voice})
        if relation.on_delete is CASCADE and {"value", "previous"} <= {
            each.name for each in model._meta.fields
        }:
            rows = rows.exclude(value=None, previous=None)
        if rows.exists():
            return True
    return False


@transaction.atomic
def remove_range(product_range: ProductRange, *, by: By) -> None:
    """Take away `product_range`. Raises NotAllowed, and UserError while a voice or a phase is in it."""
    brand = product_range.brand
    rights.require("programme.change", by=by, on=brand)
    _lock(brand)
    is_used = Q(brand=brand, product_range=product_range)
    if Voice.objects.filter(is_used).exists() or Phase.objects.filter(is_used).exists():
        raise UserError(
            _("Voices or phases belong to this range. It was kept; move them to another range first.")
        )
    _journal("programme.range.removed", brand, by=by, name=product_range.slug)
    product_range.delete()


@transaction.atomic
def remove_phase(phase: Phase, *, by: By, on: date) -> None:
    """Take away `phase` before its first day.

    Raises NotAllowed, and UserError when it has begun by the day `on`.
    """
    rights.require("programme.change", by=by, on=phase.brand)
    _lock(phase.brand)
    if phase.from_on <= on:
        raise UserError(_("This phase has begun, so it stays. Give it a last day to end it."))
    _journal("programme.phase.removed", phase.brand, by=by, name=phase.slug)
    phase.delete()


@transaction.atomic
def withdraw_line(brand: Brand, *, by: By, on: date) -> None:
    """Take away the last version of the editorial line of `brand` before its day.

    Raises NotAllowed, and UserError when its day has come by the day `on`, or when there is none.
    """
    rights.require("programme.change", by=by, on=brand)
    _lock(brand)
    last = EditorialLine.objects.filter(brand=brand).order_by("-version").first()
    if last is None or last.from_on <= on:
        raise UserError(_("No version of the line is still to come, so nothing was taken away."))
    _journal("programme.line.withdrawn", brand, by=by, version=last.version)
    last.delete()


def _lock(brand: Brand) -> None:
    """Keep others from giving a use to what is about to go."""
    Brand.objects.select_for_update().get(pk=brand.pk)


def _journal(action: str, brand: Brand, *, by: By, **facts: str | int | bool) -> None:
    journal.record(action, by=by, brand=brand, subject=f"brand:{brand.pk}", **facts)
