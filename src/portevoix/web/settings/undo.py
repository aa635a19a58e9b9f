"""What an Undo button needs to know, sealed: nobody but the product can have written it, and it fades."""

from datetime import timedelta
from typing import Any, Final

from django.core import signing
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people.models import Brand

LIFE: Final = timedelta(hours=12)
_SALT: Final = "portevoix.web.settings.undo"


def sealed(brand: Brand, **state: str | int | None) -> dict[str, str]:
    """Return the field that an Undo button posts: what has to be put back in `brand`."""
    return {"was": signing.dumps([brand.pk, state], salt=_SALT)}


def opened(brand: Brand, text: str) -> dict[str, Any]:
    """Return what was sealed for `brand` within LIFE. Raises UserError for anything else."""
    try:
        number, state = signing.loads(text, salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        number, state = None, {}
    if number != brand.pk:
        raise UserError(_("This can no longer be undone. Nothing was changed."))
    return dict(state)
