"""What sites can answer besides what they promise."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from portevoix.core.http import GuardedTransport
from portevoix.networks.contracts import (
    Draft,
    PublishedRef,
)
from portevoix.networks.errors import (
    AddressRefused,
    NeedsReconnection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.wordpress.connector import WordPressConnector
from portevoix.networks.wordpress.names import Names
from tests.networks.contract import START
from tests.networks.walk import CALLS, PICTURE
from tests.networks.wordpress.case import OPTIONS, WordPressCase
from tests.networks.wordpress.rows import HOME


def answering(answer: Callable[[], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: answer())


BAD: dict[str, Callable[[], httpx.Response]] = {
    "no JSON": lambda: httpx.Response(200, text="<html>Maintenance</html>"),
    "cut JSON": lambda: httpx.Response(200, text='[{"id": 1, "slug": "a'),
    "a number": lambda: httpx.Response(200, json=3),
    "an object": lambda: httpx.Response(200, json={"id": 1}),
    "nothing of what was asked": lambda: httpx.Response(200, json=[{"id": 1}]),
    "an id that is none": lambda: httpx.Response(200, json=[{"id": "x"}]),
    "3 MB of something else": lambda: httpx.Response(200, json=[{"id": 1, "x": "é" * 1_500_000}]),
}
READING = ("verify", "find", "read_events", "read_posts", "read_thread", "read_counts")


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("bad", BAD)
def test_an_answer_that_is_none_is_not_understood_when_reading(
    case: WordPressCase, bad: str, name: str
) -> None:
    ref = PublishedRef(f"{HOME}/?p=12")
    with (
        WordPressConnector(OPTIONS, case.secret(), transport=answering(BAD[bad])) as door,
        pytest.raises(UnexpectedReply),
    ):
        CALLS[name][1](case, door, ref)


@pytest.mark.parametrize("bad", BAD)
def test_an_answer_that_is_none_leaves_a_write_unconfirmed(case: WordPressCase, bad: str) -> None:
    ref = PublishedRef(f"{HOME}/?p=12")
    with WordPressConnector(OPTIONS, case.secret(), transport=answering(BAD[bad])) as door:
        for call in (
            lambda: door.update(ref, Draft("Words."), now=START),
            lambda: door.upload(PICTURE, now=START),
        ):
            with pytest.raises(OutcomeUnknown):
                call()


def test_an_endless_answer_is_cut_off(case: WordPressCase) -> None:
    endless = answering(lambda: httpx.Response(200, content=b"[" + b" " * 11_000_000 + b"]"))
    with (
        WordPressConnector(OPTIONS, case.secret(), transport=endless) as door,
        pytest.raises(UnexpectedReply),
    ):
        door.read_posts("", START)


def test_a_redirect_into_the_house_is_not_followed(case: WordPressCase) -> None:
    guarded = GuardedTransport(allow_private=False)

    def plays(request: httpx.Request) -> httpx.Response:
        if request.url.host == "blog.example":
            return httpx.Response(302, headers={"location": "http://127.0.0.1/wp-json/wp/v2/posts"})
        return guarded.handle_request(request)

    with (
        WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(plays)) as door,
        pytest.raises(AddressRefused),
    ):
        door.read_posts("", START)
    guarded.close()


def test_a_password_does_not_go_along_to_another_host(case: WordPressCase) -> None:
    asked: dict[str, str] = {}

    def plays(request: httpx.Request) -> httpx.Response:
        asked[request.url.host] = request.headers.get("authorization", "")
        moved = httpx.Response(302, headers={"location": "https://elsewhere.example/"})
        return moved if request.url.host == "blog.example" else httpx.Response(200, json=[])

    with WordPressConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(plays)) as door:
        door.read_posts("", START)
    assert asked["blog.example"].startswith("Basic ")
    assert asked["elsewhere.example"] == ""


def test_a_host_that_asks_for_a_pause_is_obeyed(case: WordPressCase) -> None:
    busy = answering(lambda: httpx.Response(429, headers={"retry-after": "120"}))
    with (
        WordPressConnector(OPTIONS, case.secret(), transport=busy) as door,
        pytest.raises(RateLimited) as caught,
    ):
        door.read_posts("", START)
    assert caught.value.retry_at == START + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "incorrect_password", NeedsReconnection),
        (401, "rest_not_logged_in", NeedsReconnection),
        (500, "internal_server_error", Unreachable),
        (503, "maintenance", Unreachable),
        (404, "rest_no_route", UnexpectedReply),
    ],
)
def test_refusals_of_a_reading_mean_what_follows(
    case: WordPressCase, status: int, code: str, kind: type[NetworkError]
) -> None:
    refusing = answering(lambda: httpx.Response(status, json={"code": code, "message": "No."}))
    with (
        WordPressConnector(OPTIONS, case.secret(), transport=refusing) as door,
        pytest.raises(kind) as caught,
    ):
        door.verify(START)
    assert type(caught.value) is kind


def test_two_sites_never_share_an_id() -> None:
    assert Names(HOME).post(1) != Names("https://other.example").post(1)
    assert Names(HOME).numbers(Names("https://other.example").post(1)) is None
    assert Names(HOME).numbers(f"{HOME}/?p=0") is None
    assert Names(HOME).numbers(Names(HOME).comment(7, 9)) == (7, 9)


def test_a_visitor_with_a_long_name_has_an_id_that_fits() -> None:
    long = Names(HOME).visitor("漢" * 245, "")
    assert len(long) < 200
    assert long != Names(HOME).visitor("漢" * 244, "")
    assert Names(HOME).visitor("Elodie\N{COMBINING ACUTE ACCENT}", "") == Names(HOME).visitor("Elodié", "")
