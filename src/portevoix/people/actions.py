"""What can be done to people: first administrator, sign-in links, memberships."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import NotAllowed, NotFound, UserError
from portevoix.people import journal, rights
from portevoix.people.journal import SYSTEM, By
from portevoix.people.models import Brand, Membership, Role, SignInLink, User

LINK_LIFE = timedelta(hours=12)
PLACEHOLDER_DOMAIN = "first.invalid"
"""Domain of the address that the first administrator has until a real one is chosen (RFC 2606)."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_sign_in_link(user: User, *, by: By, now: datetime) -> str:
    """Return the token of a new link that signs `user` in once, within LINK_LIFE. Older links stop working.

    Whoever has it is that person, so only the person and SYSTEM may ask for it. Raises NotAllowed.
    """
    _require_oneself(user, by=by, or_system=True)
    SignInLink.objects.open(now).filter(user=user).update(expires_at=now)
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, token_hash=_hash(token), expires_at=now + LINK_LIFE)
    journal.record("people.sign_in_link.created", by=by, brand=None, subject=f"user:{user.pk}")
    return token


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


@transaction.atomic
def ensure_administrator(*, by: By) -> tuple[User, bool]:
    """Return the installation's first administrator and whether that account still has to be completed.

    It is made without a password and with a placeholder address: only a one-time link opens it, and the
    person chooses both at the first visit.
    """
    first = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if first is None:
        first = User.objects.create_user(f"administrator@{PLACEHOLDER_DOMAIN}", is_superuser=True)
        journal.record("people.administrator.created", by=by, brand=None, subject=f"user:{first.pk}")
    return first, is_incomplete(first)


def is_incomplete(user: User) -> bool:
    """Return whether `user` still has to choose an address and a password."""
    return user.email.endswith(f"@{PLACEHOLDER_DOMAIN}") or not user.has_usable_password()


@transaction.atomic
def complete(user: User, *, name: str, email: str, password: str, by: By) -> User:
    """Give `user`, who must be `by`, a name, an address and a password.

    Raises NotAllowed, and UserError when the address is taken or wrong, or the password too weak.
    """
    _require_oneself(user, by=by)
    address = email.strip().lower()
    _check_address(user, address)
    _check_password(password, User(name=name, email=address))
    user.name, user.email = name.strip(), address
    user.set_password(password)
    user.save()
    journal.record("people.account.completed", by=by, brand=None, subject=f"user:{user.pk}")
    return user


def _require_oneself(user: User, *, by: By, or_system: bool = False) -> None:
    if by != user and not (or_system and by == SYSTEM):
        raise NotAllowed(_("Only the person may do this. Nothing was changed."))


def _check_address(user: User, address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as problem:
        raise UserError(_("This is not an e-mail address. Nothing was saved.")) from problem
    if User.objects.exclude(pk=user.pk).filter(email__iexact=address).exists():
        raise UserError(_("Somebody already signs in with this address. Nothing was saved; choose another."))


def _check_password(password: str, candidate: User) -> None:
    try:
        validate_password(password, candidate)
    except ValidationError as problem:
        sentence = _("%(reasons)s Nothing was saved; choose another password.")
        raise UserError(sentence % {"reasons": " ".join(problem.messages)}) from problem


@transaction.atomic
def choose_language(user: User, language: str, *, by: By) -> None:
    """Speak `language`, one of those of the product, to `user`, who must be `by`.

    Raises NotAllowed, and UserError for a language that is not spoken.
    """
    _require_oneself(user, by=by)
    if language not in dict(settings.LANGUAGES):
        raise UserError(_("This language is not spoken here. Nothing was changed."))
    if User.objects.filter(pk=user.pk).exclude(language=language).update(language=language):
        subject = f"user:{user.pk}"
        journal.record("people.language.chosen", by=by, brand=None, subject=subject, language=language)
    user.language = language


@transaction.atomic
def grant(user: User, brand: Brand, role: Role, *, by: By, expires_on: date | None = None) -> Membership:
    """Give `user` a role in `brand`, or change until when it lasts."""
    rights.require("people.change_members", by=by, brand=brand)
    membership, _made = Membership.objects.update_or_create(
        user=user, brand=brand, role=role, defaults={"expires_on": expires_on}
    )
    journal.record("people.membership.granted", by=by, brand=brand, subject=f"user:{user.pk}", role=str(role))
    return membership


@transaction.atomic
def remove(user: User, brand: Brand, role: Role, *, by: By) -> bool:
    """Take a role away from `user` in `brand`; return whether there was one."""
    rights.require("people.change_members", by=by, brand=brand)
    removed, _rows = Membership.objects.filter(user=user, brand=brand, role=role).delete()
    if removed:
        journal.record(
            "people.membership.removed", by=by, brand=brand, subject=f"user:{user.pk}", role=str(role)
        )
    return bool(removed)
