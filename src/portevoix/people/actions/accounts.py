"""What people do to their own account, and the installation's first administrator."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from portevoix.core.errors import UserError
from portevoix.people import journal, rights
from portevoix.people.journal import By
from portevoix.people.models import User

PLACEHOLDER_DOMAIN = "first.invalid"
"""Domain of the address that the first administrator has until a real one is chosen (RFC 2606)."""


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
    return has_placeholder(user) or not user.has_usable_password()


def has_placeholder(user: User) -> bool:
    """Return whether the address of `user` is still the one that the first administrator is made with."""
    return user.is_superuser and user.email.endswith(f"@{PLACEHOLDER_DOMAIN}")


@transaction.atomic
def complete(user: User, *, name: str, email: str, password: str, by: By) -> User:
    """Give `user`, who must be `by`, a name and a password; a placeholder address gives way to `email`.

    Any other address stays: whoever was invited with it is known by it. Raises NotAllowed, and UserError when
    `email` would change it, is taken or wrong, or the password too weak.
    """
    rights.require_oneself(user, by=by)
    address = email.strip().lower()
    _check_address(user, address)
    _check_password(password, User(name=name, email=address))
    user.name, user.email = name.strip(), address
    user.set_password(password)
    user.save()
    journal.record("people.account.completed", by=by, brand=None, subject=f"user:{user.pk}")
    return user


def _check_address(user: User, address: str) -> None:
    if not has_placeholder(user):
        if address != user.email.lower():
            raise UserError(_("Your address stays the one that you were invited with. Nothing was saved."))
        return
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
    rights.require_oneself(user, by=by)
    if language not in dict(settings.LANGUAGES):
        raise UserError(_("This language is not spoken here. Nothing was changed."))
    if User.objects.filter(pk=user.pk).exclude(language=language).update(language=language):
        subject = f"user:{user.pk}"
        journal.record("people.language.chosen", by=by, brand=None, subject=subject, language=language)
    user.language = language


@transaction.atomic
def choose_name(user: User, name: str, *, by: By) -> None:
    """Call `user`, who must be `by`, by `name`. Raises NotAllowed, and UserError for an empty name."""
    rights.require_oneself(user, by=by)
    chosen = name.strip()
    if not chosen:
        raise UserError(_("A name has at least one letter. Nothing was changed."))
    if User.objects.filter(pk=user.pk).exclude(name=chosen).update(name=chosen):
        journal.record("people.name.chosen", by=by, brand=None, subject=f"user:{user.pk}")
    user.name = chosen


@transaction.atomic
def change_password(user: User, *, old: str, new: str, by: By) -> None:
    """Give `user`, who must be `by` and know the password `old`, the password `new`.

    Everywhere else the person is signed out. Raises NotAllowed, and UserError when `old` is wrong or `new` too
    weak.
    """
    rights.require_oneself(user, by=by)
    if not user.check_password(old):
        raise UserError(_("This is not your present password. Nothing was changed."))
    _check_password(new, user)
    user.set_password(new)
    user.save(update_fields=["password"])
    journal.record("people.password.changed", by=by, brand=None, subject=f"user:{user.pk}")
