"""What Meta's answers mean: by the code of their error, since one HTTP status serves for all of them."""

from datetime import datetime, timedelta
from typing import Any, Final

from portevoix.core.http import Answer, HttpError
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.facebook.usage import regained_after

_OVER: Final = frozenset({102, 190})
"""The token is over: it ran out, was withdrawn, or its person changed the password."""
_PERMISSION: Final = frozenset({3, 10, *range(200, 300)})
"""A permission was not granted, or was taken away: somebody has to agree again."""
_TOO_MANY: Final = frozenset({4, 17, 32, 341, 613, 80001})
_PASSING: Final = frozenset({1, 2})
_REFUSED: Final = frozenset({368, 506, 1_609_005})
"""Blocked for what was said, said twice, or a link that Meta does not take."""
_BLOCKED: Final = 368
_INVALID: Final = 100
_MISSING: Final = 33
_USUAL_PAUSE: Final = timedelta(minutes=15)
_GONE: Final = "nothing of that id"


class NotTold(UnexpectedReply):
    """Meta tells nothing under that id, or no figure of that name."""


def problem_of(answer: Answer) -> dict[str, Any]:
    """Return the error that `answer` tells, {} when it tells none."""
    try:
        told = answer.json()
    except HttpError:
        return {}
    error = told.get("error") if isinstance(told, dict) else None
    return error if isinstance(error, dict) else {}


def reason_of(answer: Answer) -> str:
    """Return Meta's own sentence about what it refuses, the one meant for people if there is one."""
    problem = problem_of(answer)
    return str(problem.get("error_user_msg") or problem.get("message") or "")


def meaning(answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
    """Return what `answer` means at Facebook, None where it means what it means everywhere."""
    problem = problem_of(answer)
    code = problem.get("code")
    detail = f"HTTP status {answer.status}, error {code}"
    if code in _OVER or code in _PERMISSION:
        return NeedsReconnection(detail)
    if code in _TOO_MANY or (code == _BLOCKED and not writes):
        return RateLimited(now + (regained_after(answer) or _USUAL_PAUSE), detail)
    if code in _PASSING or problem.get("is_transient") is True:
        return OutcomeUnknown(detail) if writes else Unreachable(detail)
    return _refused(answer, detail) if writes else (NotTold(detail) if code == _INVALID else None)


def _refused(answer: Answer, detail: str) -> NetworkError | None:
    """Return what an answer says of something that we wanted to write."""
    problem = problem_of(answer)
    if (problem.get("code"), problem.get("error_subcode")) == (_INVALID, _MISSING):
        return ContentRefused(_GONE, reason=reason_of(answer))
    return ContentRefused(detail, reason=reason_of(answer)) if problem.get("code") in _REFUSED else None


def is_gone(refused: ContentRefused) -> bool:
    """Return whether Meta refuses to change something because it is not there."""
    return refused.detail == _GONE
