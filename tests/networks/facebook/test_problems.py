"""What Meta's errors mean, by their code; and how much of what it allows is used, by its headers."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from portevoix.core.http import Answer
from portevoix.networks.errors import (
    ContentRefused,
    NeedsReconnection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.facebook.connector import FacebookConnector
from portevoix.networks.facebook.problems import NotTold
from portevoix.networks.facebook.usage import regained_after, used
from tests.networks.calls import published
from tests.networks.contract import START
from tests.networks.facebook.case import FacebookCase
from tests.networks.facebook.network import error
from tests.networks.meters import MemoryMeter

Kind = type[NetworkError]
CODES: list[tuple[int, int, dict[str, Any], Kind, Kind]] = [
    (190, 400, {"error_subcode": 463}, NeedsReconnection, NeedsReconnection),
    (102, 400, {}, NeedsReconnection, NeedsReconnection),
    (10, 403, {}, NeedsReconnection, NeedsReconnection),
    (200, 403, {}, NeedsReconnection, NeedsReconnection),
    (4, 403, {}, RateLimited, RateLimited),
    (17, 400, {}, RateLimited, RateLimited),
    (32, 400, {}, RateLimited, RateLimited),
    (613, 400, {}, RateLimited, RateLimited),
    (80001, 400, {}, RateLimited, RateLimited),
    (368, 400, {}, ContentRefused, RateLimited),
    (506, 400, {}, ContentRefused, UnexpectedReply),
    (1, 500, {}, OutcomeUnknown, Unreachable),
    (2, 400, {}, OutcomeUnknown, Unreachable),
    (999, 400, {"is_transient": True}, OutcomeUnknown, Unreachable),
    (100, 400, {}, ContentRefused, NotTold),
    (100, 400, {"error_subcode": 33}, ContentRefused, NotTold),
    (999, 400, {}, ContentRefused, UnexpectedReply),
]


@pytest.mark.parametrize(("code", "status", "more", "writing", "reading"), CODES)
def test_an_error_means_what_its_code_says(
    case: FacebookCase,
    door: FacebookConnector,
    code: int,
    status: int,
    more: dict[str, Any],
    writing: Kind,
    reading: Kind,
) -> None:
    for kind, call in ((writing, lambda: published(door)), (reading, lambda: door.verify(START))):
        case.network.next_error = error(code, "No.", status, **more)
        with pytest.raises(NetworkError) as caught:
            call()
        assert type(caught.value) is kind


def test_a_refusal_tells_the_sentence_that_is_meant_for_people(
    case: FacebookCase, door: FacebookConnector
) -> None:
    case.network.next_error = error(506, "(#506) Duplicate", error_user_msg="This was posted already.")
    with pytest.raises(ContentRefused) as caught:
        published(door)
    assert caught.value.reason == "This was posted already."


def test_a_pause_is_as_long_as_meta_estimates(case: FacebookCase, door: FacebookConnector) -> None:
    row = {"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 19}
    answer = error(80001, "Too many calls")
    answer.headers["x-business-use-case-usage"] = json.dumps({"546349135390552": [row]})
    case.network.next_error = answer
    with pytest.raises(RateLimited) as caught:
        door.verify(START)
    assert caught.value.retry_at == START + timedelta(minutes=19)
    case.network.next_error = error(32, "Page request limit reached")
    with pytest.raises(RateLimited) as caught:
        door.verify(START)
    assert caught.value.retry_at == START + timedelta(minutes=15)


def test_nothing_is_asked_while_nothing_is_left(case: FacebookCase) -> None:
    meter = MemoryMeter("facebook")
    with FacebookConnector(case.options(), case.secret(), transport=case.wire, meter=meter) as door:
        case.network.usage = {"x-app-usage": '{"call_count":99,"total_cputime":1,"total_time":1}'}
        door.verify(START)
        case.network.usage = {"x-page-usage": '{"call_count":3,"total_cputime":100,"total_time":1}'}
        door.verify(START)
        with pytest.raises(RateLimited) as caught:
            door.verify(START)
        assert caught.value.retry_at == START + timedelta(hours=1)
        assert len(case.network.requests) == 2
        assert door.verify(START + timedelta(hours=1))


@pytest.mark.parametrize(
    ("name", "text", "share", "minutes"),
    [
        ("x-app-usage", '{"call_count":28,"total_time":25,"total_cputime":31}', 31, None),
        ("x-page-usage", '{"call_count":28.7}', 28, None),
        ("x-business-use-case-usage", '{"1":[{"call_count":5,"estimated_time_to_regain_access":3}]}', 5, 3),
        ("x-business-use-case-usage", '{"1":[{"estimated_time_to_regain_access":99999}]}', None, 1440),
        ("x-app-usage", '{"call_count":"many"}', None, None),
        ("x-app-usage", "[1]", None, None),
        ("x-app-usage", "{", None, None),
        ("x-business-use-case-usage", '{"1":3,"2":[3]}', None, None),
    ],
)
def test_headers_are_read_as_far_as_they_make_sense(
    name: str, text: str, share: int | None, minutes: int | None
) -> None:
    answer = Answer(200, httpx.Headers({name: text}), b"")
    assert used(answer) == share
    assert regained_after(answer) == (timedelta(minutes=minutes) if minutes else None)
