"""The pages of settings, and the Undo button of what has just been done there."""

import re
from typing import Any

from django.test import Client

from portevoix.people.models import User
from tests.web import undoing

MEMBERS, HOLDERS = "/b/acme/settings/members/", "/b/acme/settings/holders/"
JOURNAL, MARION = "/b/acme/settings/journal/", "/b/acme/settings/holders/of/marion/"


def undone(client: Client, answer: Any) -> str:
    """Press the Undo button that the page after `answer` offers, and return what the next page says."""
    _sentence, action, fields = undoing.told(client, answer.headers["Location"])
    assert action, "no way back is offered"
    return text_in(client.post(action, fields, follow=True).content.decode())


def text_in(page: str) -> str:
    """Return the words of `page`, with one blank between them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def begin(client: Client, person: User, **more: str) -> Any:
    """Have `person` begin with Marion as her deputy, unless `more` says otherwise."""
    form = {"person": str(person.pk), "role": "deputy", "from_on": "2026-01-01", **more}
    return client.post(f"{MARION}start/", form)
