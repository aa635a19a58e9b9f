"""Signing in: what differs from the library's own way."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portevoix.people.actions import is_incomplete
from portevoix.people.models import User


def must_complete(user: User) -> bool:
    """Return whether `user` is asked for an address and a password: links are all that a demonstration needs."""
    return is_incomplete(user) and not settings.IS_DEMONSTRATION


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Nobody signs up by themselves, and signing in says nothing: the page that follows does."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited."""
        return False

    def add_message(self, *arguments: Any, **options: Any) -> None:
        """Leave out the library's own messages."""
