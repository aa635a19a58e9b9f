"""What the frame of every page needs, whatever the view."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portevoix.people.models import User
from portevoix.web.sign_in import must_complete


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return whether this is a demonstration, the languages, and whether the person's account is complete."""
    user = getattr(request, "user", None)
    return {
        "is_demonstration": settings.IS_DEMONSTRATION,
        "languages": settings.LANGUAGES,
        "must_complete": isinstance(user, User) and must_complete(user),
    }
