"""How much of what Meta allows is used, as headers of its answers say: in hundredths, of calls and of time."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from portevoix.core.http import Answer

WHOLE: Final = 100
_PLAIN: Final = ("x-page-usage", "x-app-usage")
_BY_BUSINESS: Final = "x-business-use-case-usage"
_PARTS: Final = ("call_count", "total_cputime", "total_time")
_REGAINED: Final = "estimated_time_to_regain_access"


def used(answer: Answer) -> int | None:
    """Return the hundredths that are used of what is scarcest; None where nothing is told."""
    told = [int(one[part]) for one in _told(answer) for part in _PARTS if _is_count(one.get(part))]
    return max(told) if told else None


def regained_after(answer: Answer) -> timedelta | None:
    """Return after how long calls are taken again, as Meta estimates it (in minutes); None where it does not."""
    minutes = [int(one[_REGAINED]) for one in _told(answer) if _is_count(one.get(_REGAINED))]
    longest = max(minutes, default=0)
    return timedelta(minutes=min(longest, 24 * 60)) if longest else None


def _told(answer: Answer) -> Iterator[dict[str, Any]]:
    for name in _PLAIN:
        yield from _objects(answer.headers.get(name, ""))
    for by_business in _objects(answer.headers.get(_BY_BUSINESS, "")):
        for rows in by_business.values():
            yield from (row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    try:
        told = json.loads(text or "null")
    except (ValueError, RecursionError):
        return
    if isinstance(told, dict):
        yield told


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value < 1_000_000  # noqa: PLR2004
