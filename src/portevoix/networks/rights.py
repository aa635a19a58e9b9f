"""Who may connect an account."""

import rules
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotAllowed
from portevoix.networks.models import Account
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import User
from portevoix.people.rights import is_administrator, is_lead
from portevoix.programme.rights import holds_voice


@rules.predicate
def runs_account(user: User, account: Account) -> bool:
    """Return whether `user` leads the account's brand or runs the installation."""
    return bool(is_administrator(user)) or bool(is_lead(user, account.brand))


@rules.predicate
def speaks_through(user: User, account: Account) -> bool:
    """Return whether `user` holds the voice that has the account now."""
    holdings = account.holdings.at(clock.now()).select_related("voice__brand")
    return any(holds_voice(user, holding.voice) for holding in holdings)


rules.add_perm("networks.link", runs_account | speaks_through)


def require_link(account: Account, *, by: By) -> None:
    """Raise NotAllowed unless `by` may connect `account`; SYSTEM may."""
    if by == SYSTEM or (isinstance(by, User) and rules.has_perm("networks.link", by, account)):
        return
    raise NotAllowed(
        _("Only the lead or who holds this voice may connect its accounts. Nothing was changed.")
    )
