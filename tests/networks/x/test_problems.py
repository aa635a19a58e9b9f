"""What X's answers mean, the wrong and the damaged ones too."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from portevoix.core.http import ForbiddenAddress
from portevoix.networks.contracts import (
    PublishedRef,
)
from portevoix.networks.errors import (
    AccessExpired,
    AddressRefused,
    ContentRefused,
    CreditsDepleted,
    NeedsReconnection,
    NetworkError,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.x.connector import XConnector
from tests.networks.calls import published
from tests.networks.contract import START
from tests.networks.walk import Wire
from tests.networks.x.case import XCase
from tests.networks.x.doors import answering
from tests.networks.x.network import problem
from tests.networks.x.world import LEA

LATER = START + timedelta(hours=1)

CLIENT_FORBIDDEN = "https://api.x.com/2/problems/client-forbidden"


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (problem(402, "about:blank", "CreditsDepleted", "No credits."), CreditsDepleted),
        (problem(403, CLIENT_FORBIDDEN, "Client Forbidden", "Not enrolled."), NotSupported),
        (problem(403, "about:blank", "Forbidden", "Your account is suspended."), NeedsReconnection),
        (problem(403, "about:blank", "Forbidden", "Log in to unlock your account."), NeedsReconnection),
        (problem(403, "about:blank", "Forbidden", "Missing scope tweet.write."), NeedsReconnection),
        (problem(403, "about:blank", "Forbidden", "You have been blocked by its author."), ContentRefused),
        (problem(403, "about:blank", "Forbidden", "This user has been suspended."), ContentRefused),
        (problem(403, "about:blank", "Forbidden", "You may not reply here."), ContentRefused),
        (
            problem(429, "https://api.x.com/2/problems/usage-capped", "UsageCapExceeded", "Monthly."),
            RateLimited,
        ),
        (problem(429, "about:blank", "Too Many Requests", "Too many."), RateLimited),
        (problem(503, "about:blank", "Service Unavailable", "Over capacity."), OutcomeUnknown),
        (httpx.Response(403, text="<html>"), Unreachable),
        (httpx.Response(403, json=["odd"]), NeedsReconnection),
        (httpx.Response(403, json={"errors": [{"message": "Duplicate."}]}), ContentRefused),
        (httpx.Response(403, json={"errors": ["odd"]}), NeedsReconnection),
        (httpx.Response(201, text="{"), OutcomeUnknown),
        (httpx.Response(201, json={"data": {}}), OutcomeUnknown),
        (httpx.Response(201, json={"data": []}), OutcomeUnknown),
        (httpx.Response(201, json={"data": {"id": "no number", "text": ""}}), OutcomeUnknown),
    ],
)
def test_what_x_answers_to_a_post(case: XCase, answer: httpx.Response, meaning: type[NetworkError]) -> None:
    with answering(case, answer) as door, pytest.raises(NetworkError) as caught:
        published(door)
    assert type(caught.value) is meaning
    assert caught.value.advice


def test_the_sentence_of_x_reaches_the_author(case: XCase, door: XConnector) -> None:
    with pytest.raises(ContentRefused) as caught:
        published(door, case.refused_draft())
    assert "duplicate content" in caught.value.advice


def test_a_monthly_cap_is_tried_again_after_a_day(case: XCase) -> None:
    answer = problem(429, "https://api.x.com/2/problems/usage-capped", "UsageCapExceeded", "Monthly cap.")
    with answering(case, answer) as door, pytest.raises(RateLimited) as caught:
        door.verify(START)
    assert caught.value.retry_at == START + timedelta(days=1)


@pytest.mark.parametrize("whose", ["user", "app"])
def test_a_limit_of_the_day_is_waited_for_and_not_the_quarter_of_an_hour(case: XCase, whose: str) -> None:
    headers = {
        "x-rate-limit-reset": str(int((START + timedelta(minutes=15)).timestamp())),
        f"x-{whose}-limit-24hour-remaining": "0",
        f"x-{whose}-limit-24hour-reset": str(int((START + timedelta(hours=7)).timestamp())),
    }
    with answering(case, httpx.Response(429, headers=headers)) as door, pytest.raises(RateLimited) as caught:
        published(door)
    assert caught.value.retry_at == START + timedelta(hours=7)


def test_access_that_ran_out_is_no_lost_sign_in(case: XCase, door: XConnector) -> None:
    case.network.access.clear()
    with pytest.raises(AccessExpired):
        door.verify(datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text='{"data": ['),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"data": [{"id": "1"}]}),
        httpx.Response(200, json={"data": [{"id": "x", "text": "", "author_id": LEA}]}),
        httpx.Response(200, json={"data": [3]}),
        httpx.Response(200, json={"data": 3}),
        httpx.Response(
            200, json={"data": [{"id": "1", "text": "a", "author_id": LEA, "created_at": "soon"}]}
        ),
        httpx.Response(200, json={"includes": {"users": [{}]}}),
        httpx.Response(200, json={"errors": [{"type": "about:blank"}]}),
        httpx.Response(200, content=b" " * 3_000_000),
    ],
)
def test_a_reading_that_is_not_what_x_promises_is_said_to_be_so(case: XCase, answer: httpx.Response) -> None:
    with answering(case, answer) as door:
        for read in (lambda: door.read_events("", LATER), lambda: door.read_thread(PublishedRef("1"), LATER)):
            with pytest.raises(UnexpectedReply):
                read()


def test_a_reply_of_three_megabytes_is_read(case: XCase) -> None:
    told = {"id": "1", "text": "é" * 1_500_000, "author_id": LEA, "created_at": "2026-11-01T00:00:00.000Z"}
    with answering(case, httpx.Response(200, json={"data": [told]})) as door:
        assert len(door.read_events("", LATER).items[0].text) == 1_500_000


def test_a_redirect_into_the_house_is_not_followed(case: XCase) -> None:
    def play(request: httpx.Request) -> httpx.Response:
        if request.url.host != "api.x.com":
            assert "authorization" not in request.headers
            raise ForbiddenAddress("inside")
        return httpx.Response(302, headers={"location": "http://127.0.0.1/secrets"})

    with (
        XConnector(case.options(), case.secret(), transport=Wire(play)) as door,
        pytest.raises(AddressRefused),
    ):
        door.verify(START)
