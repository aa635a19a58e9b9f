"""Saying how much the calls of an account may cost in a month."""

from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import NotAllowed, UserError
from portevoix.networks.models import Account, Connection
from portevoix.networks.rights import runs_account
from portevoix.people import journal
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import User

HIGHEST: Final = Decimal(100_000)
"""US dollars a month: more is a slip of the hand."""


@transaction.atomic
def set_ceiling(account: Account, amount: Decimal, *, by: By) -> None:
    """Let the calls of `account` cost `amount` US dollars a month at most. Raises NotAllowed and UserError."""
    if by != SYSTEM and not (isinstance(by, User) and runs_account(by, account)):
        raise NotAllowed(_("Only the lead sets how much an account may cost. Nothing was changed."))
    if not Decimal(0) <= amount <= HIGHEST:
        raise UserError(_("A ceiling is an amount from 0 to 100,000 dollars a month. Nothing was changed."))
    changed = Connection.objects.filter(account=account).update(ceiling=amount)
    if not changed:
        raise UserError(_("This account is not connected yet. Nothing was sent; connect it first."))
    subject = f"account:{account.pk}"
    journal.record("networks.ceiling.set", by=by, brand=account.brand, subject=subject, amount=str(amount))
