"""What an HTTP failure means for a call that writes, and for one that only reads."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils.translation import override

from portevoix.core import http
from portevoix.networks import errors
from portevoix.networks.errors import (
    AccessExpired,
    AddressRefused,
    NeedsReconnection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
    from_http_error,
    from_status,
    retry_at,
)
from tests.networks.walk import STATUSES

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=7)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("writes", [True, False])
def test_a_status_has_one_consequence(status: int, writes: bool) -> None:
    error = from_status(status, {"Content-Type": "application/json"}, writes=writes, now=NOW)
    assert type(error) is STATUSES[status][0 if writes else 1]
    assert str(status) in error.detail


@pytest.mark.parametrize("status", [status for status in range(200, 600) if status not in STATUSES])
def test_a_status_that_nobody_thought_of_never_lets_a_write_be_repeated(status: int) -> None:
    error = from_status(status, {}, writes=True, now=NOW)
    assert isinstance(error, OutcomeUnknown | UnexpectedReply)
    assert not error.retryable


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("writes", [True, False])
def test_only_the_network_itself_ends_a_sign_in(status: int, writes: bool) -> None:
    for own in (
        {"Content-Type": "application/problem+json"},
        {"WWW-Authenticate": "Bearer", "Content-Type": "text/html"},
    ):
        assert type(from_status(status, own, writes=writes, now=NOW)) is NeedsReconnection
    for anybodys in ({}, {"Content-Type": "text/html; charset=utf-8"}):
        assert type(from_status(status, anybodys, writes=writes, now=NOW)) is Unreachable


CASES: list[tuple[http.HttpError, type[NetworkError], type[NetworkError]]] = [
    (http.NotSent("refused"), Unreachable, Unreachable),
    (http.ForbiddenAddress("inside"), AddressRefused, AddressRefused),
    (http.MaybeReceived("timed out"), OutcomeUnknown, Unreachable),
    (http.MaybeReceived("reset"), OutcomeUnknown, Unreachable),
    (http.UnusableAnswer("garbled"), OutcomeUnknown, UnexpectedReply),
    (http.TooLarge("huge"), OutcomeUnknown, UnexpectedReply),
]


@pytest.mark.parametrize(
    ("problem", "writing", "reading"), CASES, ids=[f"{type(c[0]).__name__}" for c in CASES]
)
def test_a_failed_request_has_one_consequence(
    problem: http.HttpError, writing: type[NetworkError], reading: type[NetworkError]
) -> None:
    assert type(from_http_error(problem, writes=True)) is writing
    assert type(from_http_error(problem, writes=False)) is reading
    assert from_http_error(problem, writes=True).detail == str(problem)


def test_every_http_error_is_told_apart() -> None:
    waiting, known = [http.HttpError], set()
    while waiting:
        children = waiting.pop().__subclasses__()
        known.update(children)
        waiting.extend(children)
    assert known == {type(problem) for problem, _writing, _reading in CASES}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "420"}, SOON),
        ({"retry-after": " 420 "}, SOON),
        ({"Retry-After": format_datetime(SOON, usegmt=True)}, SOON),
        ({"X-RateLimit-Reset": "2026-11-02T09:07:00.000Z"}, SOON),
        ({"X-RateLimit-Reset": "2026-11-02T10:07:00+01:00"}, SOON),
        ({"X-RateLimit-Reset": str(int(SOON.timestamp()))}, SOON),
        ({"X-Rate-Limit-Reset": str(int(SOON.timestamp()))}, SOON),
        ({"RateLimit-Reset": "420"}, SOON),
        ({"Retry-After": "420", "X-RateLimit-Reset": "2026-11-02T11:00:00Z"}, SOON),
        ({"Retry-After": "soon", "X-RateLimit-Reset": str(int(SOON.timestamp()))}, SOON),
        ({"X-RateLimit-Reset": "2026-11-02T09:07:00"}, SOON),
        ({}, NOW + errors.DEFAULT_PAUSE),
        ({"Retry-After": "never"}, NOW + errors.DEFAULT_PAUSE),
        ({"Retry-After": ""}, NOW + errors.DEFAULT_PAUSE),
        ({"Retry-After": "0"}, NOW + timedelta(seconds=1)),
        ({"X-RateLimit-Reset": "2020-01-01T00:00:00Z"}, NOW + timedelta(seconds=1)),
        ({"Retry-After": "999999999"}, NOW + errors.LONGEST_PAUSE),
        ({"X-RateLimit-Reset": "9" * 40}, NOW + errors.DEFAULT_PAUSE),
    ],
)
def test_the_end_of_a_pause_is_read_from_the_headers(headers: dict[str, str], expected: datetime) -> None:
    assert retry_at(headers, NOW) == expected


def test_a_pause_told_with_status_429_is_kept() -> None:
    error = from_status(429, {"Retry-After": "420"}, writes=True, now=NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_at == SOON


def test_the_networks_own_reason_reaches_the_author() -> None:
    error = from_status(422, {}, writes=True, now=NOW, reason="Text too long")
    assert "Text too long" in error.advice
    assert "Text too long" not in from_status(422, {}, writes=True, now=NOW).advice


def test_only_what_was_certainly_not_done_is_retried_alone() -> None:
    def family(kind: type[NetworkError]) -> list[type[NetworkError]]:
        return [kind, *(one for child in kind.__subclasses__() for one in family(child))]

    assert {kind for kind in family(NetworkError) if kind.retryable} == {
        Unreachable,
        RateLimited,
        AccessExpired,
    }


def kinds_below(kind: type[NetworkError]) -> set[type[NetworkError]]:
    """Return every error below `kind` that is declared beside it."""
    below = {each for each in kind.__subclasses__() if each.__module__ == errors.__name__}
    return below.union(*(kinds_below(each) for each in below))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_error_kept_by_its_key_gives_the_same_advice(language: str) -> None:
    assert set(errors.KINDS) == {NetworkError} | kinds_below(NetworkError)
    assert len({kind.key for kind in errors.KINDS}) == len(errors.KINDS)
    with override(language):
        for kind in errors.KINDS:
            error = kind(NOW) if issubclass(kind, RateLimited) else kind()
            assert errors.advice_of(error.key) == error.advice
        assert errors.advice_of("a key of later days") == NetworkError().advice
    assert errors.advice_of("") == ""
