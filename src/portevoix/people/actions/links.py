"""Links that sign one person in, once: for the person, and for somebody who was invited."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import NotFound
from portevoix.people import journal, rights
from portevoix.people.journal import By
from portevoix.people.models import Brand, SignInLink, User

LINK_LIFE: Final = timedelta(hours=12)
INVITATION_LIFE: Final = timedelta(days=7)
"""An invitation is handed over by somebody, and read by somebody else who is not waiting for it."""


@transaction.atomic
def make_sign_in_link(user: User, *, by: By, now: datetime) -> str:
    """Return the token of a new link that signs `user` in once, within LINK_LIFE. Older links stop working.

    Whoever has it is that person, so only the person and SYSTEM may ask for it. Raises NotAllowed.
    """
    rights.require_oneself(user, by=by, or_system=True)
    return _new_link(user, brand=None, by=by, now=now, life=LINK_LIFE)


@transaction.atomic
def make_invitation_link(user: User, brand: Brand, *, by: By, now: datetime) -> str:
    """Return the token of a new link with which `user`, invited to `brand`, comes in and chooses a password.

    It works once, within INVITATION_LIFE, and older links stop working. Raises NotAllowed: a link to an account
    that has a password, or has or had a role in a brand that is not `by`'s to run, would take it over.
    """
    rights.require_invitation(user, brand, by=by)
    return _new_link(user, brand=brand, by=by, now=now, life=INVITATION_LIFE)


def close_links(user: User, *, now: datetime) -> None:
    """Let no link of `user` made before open anything any more."""
    SignInLink.objects.open(now).filter(user=user).update(expires_at=now)


def _new_link(user: User, *, brand: Brand | None, by: By, now: datetime, life: timedelta) -> str:
    close_links(user, now=now)
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, token_hash=_hash(token), expires_at=now + life)
    journal.record("people.sign_in_link.created", by=by, brand=brand, subject=f"user:{user.pk}")
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def use_sign_in_link(token: str, *, now: datetime) -> User:
    """Return the user whom the link of `token` signs in, and spend the link.

    Raises NotFound when it is unknown, spent or past its hour, or its user was deactivated.
    """
    mine = SignInLink.objects.open(now).filter(token_hash=_hash(token), user__is_active=True)
    link = mine.select_related("user").first()
    if not link or not SignInLink.objects.open(now).filter(pk=link.pk).update(used_at=now):
        raise NotFound(_("This link was already used or is too old. Ask for a new one; nothing was changed."))
    journal.record("people.sign_in_link.used", by=link.user, brand=None, subject=f"user:{link.user.pk}")
    return link.user
