"""Taking away what nothing rests on yet: a range nobody uses, a phase or a version of the line still to come."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand
from portevoix.programme import rights
from portevoix.programme.models import EditorialLine, Phase, ProductRange, Voice


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


def _journal(action: str, brand: Brand, *, by: By, **facts: str | int) -> None:
    journal.record(action, by=by, brand=brand, subject=f"brand:{brand.pk}", **facts)
