"""What LinkedIn's answers mean where it gives them a meaning of its own."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from portevoix.core.http import Answer, HttpError
from portevoix.networks.errors import NetworkError, RateLimited, retry_at

TOO_MANY: Final = 429
_WITHIN_A_DAY: Final = " day limit"


def problem_of(answer: Answer) -> dict[str, Any]:
    """Return what `answer` says is wrong, {} when it says nothing."""
    try:
        told = answer.json()
    except HttpError:
        return {}
    return told if isinstance(told, dict) else {}


def reason_of(answer: Answer) -> str:
    """Return LinkedIn's own sentence about what it refuses, '' when there is none."""
    return str(problem_of(answer).get("message") or "")


def meaning(answer: Answer, _writes: bool, now: datetime) -> NetworkError | None:
    """Return what `answer` means at LinkedIn, None where it means what it means everywhere."""
    if answer.status != TOO_MANY:
        return None
    return RateLimited(paused_until(answer, now), f"HTTP status {answer.status}")


def paused_until(answer: Answer, now: datetime) -> datetime:
    """Return when calls are taken again: a day's limit ends at midnight UTC."""
    if is_day_over(answer):
        return (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return retry_at(answer.headers, now)


def is_day_over(answer: Answer) -> bool:
    """Return whether an answer says that the day's calls are used up."""
    return answer.status == TOO_MANY and _WITHIN_A_DAY in reason_of(answer).lower()
