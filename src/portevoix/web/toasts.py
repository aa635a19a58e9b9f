"""What has just been done, told on the next page, with the way to undo it where there is one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from django.http import HttpRequest

_KEY: Final = "toast"
"""Under which the session keeps what the next page will tell, once."""


@dataclass(frozen=True)
class Toast:
    """One sentence, and where its Undo button posts `undo_fields`; no button where `undo` is empty."""

    sentence: str
    undo: str = ""
    undo_fields: dict[str, str] = field(default_factory=dict)


def tell(
    request: HttpRequest, sentence: str, *, undo: str = "", undo_fields: Mapping[str, str] | None = None
) -> None:
    """Let the next page say `sentence`; its Undo button posts `undo_fields` to the address `undo`."""
    request.session[_KEY] = asdict(Toast(sentence, undo, dict(undo_fields or {})))


def is_waiting(request: HttpRequest) -> bool:
    """Return whether something is to be told on the next page already."""
    return _KEY in request.session


def taken(request: HttpRequest) -> Toast | None:
    """Return what is to be told now, and forget it; None when nothing is."""
    session = getattr(request, "session", None)
    told = session.pop(_KEY, None) if session is not None else None
    return Toast(**told) if told else None
