"""Signing in: what differs from the library's own way."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Nobody signs up by themselves, and signing in says nothing: the page that follows does."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited."""
        return False

    def add_message(self, *arguments: Any, **options: Any) -> None:
        """Leave out the library's own messages."""
