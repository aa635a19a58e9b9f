"""Who may connect an account."""

import rules
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotAllowed
from portevoix.networks.models import Account
from portevoix.people.journal import SYSTEM, Author, By, ForVoice
from portevoix.people.models import User
from portevoix.people.rights import is_administrator, is_lead
from portevoix.programme.models import Voice
from portevoix.programme.rights import holds_voice


@rules.predicate
def runs_account(user: User, account: Account) -> bool:
    """Return whether `user` leads the account's brand or runs the installation."""
    return bool(is_administrator(user)) or bool(is_lead(user, account.brand))


@rules.predicate
def speaks_through(user: User, account: Account) -> bool:
    """Return whether `user` holds the voice that has the account now."""
    return any(holds_voice(user, voice) for voice in _voices(account))


def _voices(account: Account) -> list[Voice]:
    return [holding.voice for holding in account.holdings.at(clock.now()).select_related("voice__brand")]


def _voice_of(user: User, account: Account) -> Voice:
    return next(voice for voice in _voices(account) if holds_voice(user, voice))


rules.add_perm("networks.link", runs_account | speaks_through)


@rules.predicate
def runs_voice(user: User, voice: Voice) -> bool:
    """Return whether `user` leads the voice's brand or runs the installation."""
    return bool(is_administrator(user)) or bool(is_lead(user, voice.brand))


rules.add_perm("networks.link_voice", runs_voice | holds_voice)


def require_link_voice(voice: Voice, *, by: By) -> Author:
    """Return as whom `by` links accounts to `voice`: a holder does it for the voice. Raises NotAllowed."""
    if by == SYSTEM:
        return by
    if isinstance(by, User) and rules.has_perm("networks.link_voice", by, voice):
        return by if runs_voice(by, voice) else ForVoice(by, voice.pk)
    raise NotAllowed(
        _("Only the lead or who holds this voice may connect its accounts. Nothing was changed.")
    )


def require_link(account: Account, *, by: By) -> Author:
    """Return as whom `by` connects `account`: a holder does it for the voice. Raises NotAllowed; SYSTEM may."""
    if by == SYSTEM:
        return by
    if isinstance(by, User) and rules.has_perm("networks.link", by, account):
        return by if runs_account(by, account) else ForVoice(by, _voice_of(by, account).pk)
    raise NotAllowed(
        _("Only the lead or who holds this voice may connect its accounts. Nothing was changed.")
    )
