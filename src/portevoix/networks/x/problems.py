"""What X's answers mean where it gives them a meaning of its own (`problem+json`, see NOTES.md)."""

import re
from datetime import datetime
from typing import Any, Final

from portevoix.core.http import Answer, HttpError
from portevoix.networks.errors import (
    LONGEST_PAUSE,
    ContentRefused,
    CreditsDepleted,
    NeedsReconnection,
    NetworkError,
    NotSupported,
    RateLimited,
    retry_at,
)

_NOT_FOUND: Final = 404
_ACCESS_LEVELS: Final = ("client-forbidden", "unsupported-authentication")
_LOCKED: Final = re.compile(
    r"\byour account\b.*\b(?:suspended|locked)\b|\bunlock your account\b|\bscopes?\b", re.IGNORECASE
)
"""What X says of the account or the sign-in, and not of the content."""


def problem_of(answer: Answer) -> dict[str, Any]:
    """Return the problem that `answer` tells, {} when it tells none."""
    try:
        told = answer.json()
    except HttpError:
        return {}
    if isinstance(told, dict) and isinstance(told.get("errors"), list) and "detail" not in told:
        told = next(iter(told["errors"]), {})
    return told if isinstance(told, dict) else {}


def kind_of(problem: dict[str, Any]) -> str:
    """Return the last part of a problem's type: 'usage-capped', 'resource-not-found'…"""
    return str(problem.get("type") or "").rpartition("/")[2]


def reason_of(answer: Answer) -> str:
    """Return X's own sentence about what it refuses, '' when there is none."""
    problem = problem_of(answer)
    return str(problem.get("detail") or problem.get("message") or "")


def meaning(answer: Answer, writes: bool, now: datetime) -> NetworkError | None:
    """Return what `answer` means at X, None where it means what it means everywhere."""
    detail = f"HTTP status {answer.status}"
    match answer.status:
        case 402:
            return CreditsDepleted(detail)
        case 403:
            return _forbidden(answer, detail, writes=writes)
        case 429:
            return _paused(answer, now)
    return None


def _paused(answer: Answer, now: datetime) -> RateLimited | None:
    """Return a pause that is longer than the usual window's: a day's limit, or a month's."""
    if kind_of(problem_of(answer)) == "usage-capped":
        return RateLimited(now + LONGEST_PAUSE, "the month's reads are used up")
    for whose in ("user", "app"):
        limit = f"x-{whose}-limit-24hour"
        if answer.headers.get(f"{limit}-remaining") == "0":
            resets = {"x-rate-limit-reset": answer.headers.get(f"{limit}-reset", "")}
            return RateLimited(retry_at(resets, now), f"the {whose}'s day is used up")
    return None


def _forbidden(answer: Answer, detail: str, *, writes: bool) -> NetworkError | None:
    """Return what X does not permit: to the application, to the account, or this content."""
    problem, reason = problem_of(answer), reason_of(answer)
    if kind_of(problem) in _ACCESS_LEVELS:
        return NotSupported(f"{detail}: {kind_of(problem)}")
    if _LOCKED.search(reason):
        return NeedsReconnection(detail)
    return ContentRefused(detail, reason=reason) if writes and reason else None


def is_done(refused: ContentRefused) -> bool:
    """Return whether X refuses a repost because it stands already."""
    return "already re" in refused.reason.lower()


def is_gone(refused: ContentRefused) -> bool:
    """Return whether X refuses to take something away because it is not there."""
    return refused.detail == f"HTTP status {_NOT_FOUND}" or "not re" in refused.reason.lower()
