"""What a brand tells the public: the page that says which voices are official."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal
from portevoix.people.journal import By
from portevoix.people.models import Brand
from portevoix.programme import rights
from portevoix.programme.actions.checks import Check, unchecked
from portevoix.programme.file.entries import Given
from portevoix.programme.models import PublicPage
from portevoix.programme.tally import Change, differing, store


@transaction.atomic
def change_public_page(
    brand: Brand,
    *,
    is_open: bool,
    introduction: str,
    charter: str,
    contact_email: str,
    contact_url: str,
    by: By,
    check: Check = unchecked,
) -> PublicPage:
    """Write what the public page of `brand` says, and whether anybody may read it.

    Texts are plain; blanks around them are dropped; `check` is called once nobody else can write. Raises
    NotAllowed, and UserError when the page would be open with nobody to ask.
    """
    rights.require("programme.change", by=by, on=brand)
    if is_open and not (contact_email.strip() or contact_url.strip()):
        raise UserError(
            _("An open page needs somebody to ask: give an e-mail address or a link. Nothing was changed.")
        )
    texts = {
        "introduction": introduction,
        "charter": charter,
        "contact_email": contact_email,
        "contact_url": contact_url,
    }
    # Locked, so that two people who save at once do not both make the page.
    Brand.objects.select_for_update().get(pk=brand.pk)
    check()
    page = PublicPage.objects.filter(brand=brand).first() or PublicPage(brand=brand)
    told: Given = {"is_open": is_open, **{name: text.strip() for name, text in texts.items()}}
    changed = differing(page, told)
    if store(page, told) != Change.UNCHANGED:
        _journal(page, changed, by=by)
    return page


def _journal(page: PublicPage, changed: Iterable[str], *, by: By) -> None:
    journal.record(
        "programme.public_page.changed",
        by=by,
        brand=page.brand,
        subject=f"brand:{page.brand_id}",
        is_open=page.is_open,
        fields=", ".join(changed),
    )
