"""What the caller of an action looks at once nobody else can write."""

from collections.abc import Callable

Check = Callable[[], None]
"""Raises UserError where the action must not go on."""


def unchecked() -> None:
    """Look at nothing."""
