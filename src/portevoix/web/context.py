"""What the frame of every page needs, whatever the view."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portevoix.people.actions import is_incomplete
from portevoix.people.models import User


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return whether this is a demonstration, the languages, and whether the person's account is complete."""
    user = getattr(request, "user", None)
    return {
        "is_demonstration": settings.IS_DEMONSTRATION,
        "languages": settings.LANGUAGES,
        "must_complete": isinstance(user, User) and is_incomplete(user),
    }
