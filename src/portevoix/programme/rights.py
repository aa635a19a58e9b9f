"""Who may see and change a programme, and who may know who holds a voice.

Running the installation gives no right to learn who holds a persona: only the lead and the holder may.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import rules
import structlog
from django.db.models import Exists
from django.utils.translation import gettext as _

from portevoix.core import clock
from portevoix.core.errors import NotAllowed, SecretUnreadable
from portevoix.people.journal import SYSTEM, Author, By, ForVoice
from portevoix.people.models import Brand, Membership, Role, User
from portevoix.people.rights import has_role, is_administrator, is_lead, is_member
from portevoix.programme.models import Tenure, Voice

log = structlog.get_logger(__name__)


def is_holder(user: User, tenure: Tenure) -> bool:
    """Return whether the tenure `tenure` is that of `user`; one that no key opens is nobody's."""
    try:
        return tenure.holder == str(user.pk)
    except SecretUnreadable:
        log.error("tenure_unreadable", tenure=tenure.pk)
        return False


@rules.predicate
def is_lead_of_voice(user: User, voice: Voice) -> bool:
    """Return whether `user` leads the brand of `voice`."""
    return bool(is_lead(user, voice.brand))


@rules.predicate
def is_administrator_of_voice(user: User, _voice: Voice) -> bool:
    """Return whether `user` runs the installation."""
    return bool(is_administrator(user))


@rules.predicate
def is_person_of_voice(user: User, voice: Voice) -> bool:
    """Return whether `user` has a tenure of `voice` today, whether still taking part in the brand or not."""
    return _has_one(user, voice.tenures.current(_today(voice)))


@rules.predicate
def holds_voice(user: User, voice: Voice) -> bool:
    """Return whether `user` holds `voice` today, in whatever role, and takes part in its brand."""
    today = _today(voice)
    taking_part = Membership.objects.current(today).filter(user=user, brand=voice.brand)
    return _has_one(user, voice.tenures.current(today).filter(Exists(taking_part)))


def _today(voice: Voice) -> date:
    return voice.brand.day(clock.now())


def _has_one(user: User, tenures: Iterable[Tenure]) -> bool:
    return user.is_active and any(is_holder(user, tenure) for tenure in tenures)


@rules.predicate
def leads_tenure(user: User, tenure: Tenure) -> bool:
    """Return whether `user` leads the brand whose voice is held."""
    return bool(is_lead(user, tenure.voice.brand))


@rules.predicate
def has_tenure(user: User, tenure: Tenure) -> bool:
    """Return whether the tenure is that of `user`, now or once."""
    return user.is_active and is_holder(user, tenure)


@rules.predicate
def is_open_tenure(user: User, tenure: Tenure) -> bool:
    """Return whether `user` takes part in the brand and the voice is a named one, which hides nobody."""
    return tenure.voice.is_named and bool(is_member(user, tenure.voice.brand))


rules.add_perm("programme.create", is_administrator)
rules.add_perm("programme.see", is_administrator | is_member)
rules.add_perm("programme.change", is_administrator | is_lead)
rules.add_perm("programme.see_study", is_administrator | is_member)
# The guest of the strategy phase writes the study with the lead, while the invitation lasts.
rules.add_perm("programme.change_study", is_administrator | has_role(Role.LEAD, Role.CONSULTANT))
rules.add_perm("programme.change_holders", is_lead)
rules.add_perm("programme.know_holder", leads_tenure | has_tenure | is_open_tenure)
rules.add_perm("programme.know_actor", is_lead_of_voice)
# A consent is its person's own: whoever leaves the brand may still revoke it.
rules.add_perm("programme.revoke_consent", is_administrator_of_voice | is_lead_of_voice | is_person_of_voice)


def require(permission: str, *, by: By, on: Brand | Voice | Tenure) -> None:
    """Raise NotAllowed unless `by` has `permission` on `on`; SYSTEM has every one."""
    if by == SYSTEM or (isinstance(by, User) and allows(permission, by, on)):
        return
    raise NotAllowed(_("Your role does not allow this. Nothing was changed; ask the lead of the brand."))


def require_revocation(voice: Voice, *, by: By) -> Author:
    """Return as whom `by` revokes the consent of `voice`: its holder does it for the voice. Raises NotAllowed."""
    require("programme.revoke_consent", by=by, on=voice)
    runs_voice = isinstance(by, User) and (is_administrator(by) or is_lead(by, voice.brand))
    return ForVoice(by, voice.pk) if isinstance(by, User) and not runs_voice else by


def allows(permission: str, user: User, on: Any) -> bool:
    """Return whether `user` has `permission` on `on`, for actions and for pages that offer the gesture."""
    # Not `user.has_perm`: that grants a superuser everything, even to learn who holds a persona.
    return bool(rules.has_perm(permission, user, on))
