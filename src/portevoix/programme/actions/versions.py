"""Making a version of the study: all of it, frozen with its figures, dated, with its reason."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand, User
from portevoix.programme import rights
from portevoix.programme.models import StudyRevision
from portevoix.programme.study import queries
from portevoix.programme.study.content import Asked, Value, frozen


@transaction.atomic
def make_version(
    brand: Brand, *, reason: str, values: Mapping[Asked, Value], by: By, now: datetime
) -> StudyRevision:
    """Freeze the study of `brand` at `now` as its next version, because of `reason`.

    Figures lie above this part: `values` hands down what those beside the text say; any that it does not tell
    has no value. Raises NotAllowed, and UserError without a reason.
    """
    rights.require("programme.change_study", by=by, on=brand)
    Brand.objects.select_for_update().get(pk=brand.pk)
    if not reason.strip():
        raise UserError(_("Say why this version is made. Nothing was frozen."))
    last = StudyRevision.objects.filter(brand=brand).aggregate(last=Max("number"))["last"] or 0
    made = StudyRevision.objects.create(
        brand=brand,
        number=last + 1,
        made_at=now,
        made_by=by if isinstance(by, User) else None,
        reason=reason.strip(),
        content=frozen(queries.study(brand, now=now).with_values(values)),
    )
    subject = f"study_revision:{made.pk}"
    journal.record("programme.study.versioned", by=by, brand=brand, subject=subject, number=made.number)
    return made
