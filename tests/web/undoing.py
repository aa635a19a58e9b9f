"""Pressing the Undo button of what has just been told."""

import re
from html import unescape

from django.test import Client

_TOAST = re.compile(r'<div class="toast"><p>(.*?)</p>(.*?)</div>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_ACTION = re.compile(r'<form method="post" action="([^"]+)"')


def told(client: Client, path: str) -> tuple[str, str, dict[str, str]]:
    """Return the sentence that the page at `path` tells, where its Undo posts ('' for nowhere), and what."""
    found = _TOAST.search(client.get(path).content.decode())
    assert found is not None, "nothing was told"
    sentence, rest = unescape(found[1]), found[2]
    action = _ACTION.search(rest)
    fields = {name: unescape(value) for name, value in _HIDDEN.findall(rest)}
    fields.pop("csrfmiddlewaretoken", None)
    return sentence, action[1] if action else "", fields


def undo(client: Client, path: str) -> str:
    """Press Undo on the page at `path`; return the sentence that was told."""
    sentence, action, fields = told(client, path)
    assert action, f"no way back from: {sentence}"
    assert client.post(action, fields).status_code == 302
    return sentence
