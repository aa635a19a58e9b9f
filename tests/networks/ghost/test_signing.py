"""Keys, tokens and clocks; what a site can answer besides what it promises."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.conf import settings

from portevoix.core.http import GuardedTransport
from portevoix.networks.contracts import Draft, PublishedRef
from portevoix.networks.errors import (
    AddressRefused,
    ContentRefused,
    NeedsReconnection,
    NetworkError,
    OptionsRefused,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.ghost.connector import GhostConnector
from tests.networks.contract import START
from tests.networks.ghost.case import OPTIONS, GhostCase
from tests.networks.ghost.site import HOME
from tests.networks.walk import CALLS, PICTURE

REF = PublishedRef(f"{HOME}/ghost/#/editor/post/6b0593bedae85d7f86d8f16c")


def test_a_key_opens_its_site(case: GhostCase) -> None:
    (signed,) = GhostConnector.sign_in(case.typed(), now=START, transport=case.wire)
    assert signed.options == OPTIONS
    assert signed.credentials == case.secret()
    assert (signed.profile.actor.remote_id, signed.profile.actor.display_name) == (HOME, "A Ghost")
    assert case.secret() not in repr(signed)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"address": ""}, "not the address"),
        ({"address": "http://ghost.example"}, "over https"),
        ({"key": "a content key"}, "Admin API key"),
        ({"key": "6b0593bbdae85d7f86d8f169:" + "ab" * 32}, "does not accept"),
        ({"key": "6b0593bbdae85d7f86d8f160:" + "ab" * 32}, "does not accept"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(case: GhostCase, answers: dict[str, str], told: str) -> None:
    with pytest.raises(OptionsRefused, match=told):
        GhostConnector.sign_in({**case.typed(), **answers}, now=START, transport=case.wire)


def test_what_is_no_ghost_is_said(case: GhostCase) -> None:
    for answer in (httpx.Response(404), httpx.Response(200, text="<html>"), httpx.Response(200, json=[])):
        other = httpx.MockTransport(lambda _request, answer=answer: answer)
        with pytest.raises(OptionsRefused, match="No Ghost"):
            GhostConnector.sign_in(case.typed(), now=START, transport=other)


def test_http_is_taken_only_where_private_addresses_may_be_called(
    case: GhostCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = {"site": "http://10.0.0.8", "api": "http://10.0.0.8"}
    with pytest.raises(OptionsRefused, match="over https"):
        GhostConnector(local, case.secret())
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_ADDRESSES", True)
    GhostConnector(local, case.secret()).close()


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
def test_a_server_with_another_clock_is_signed_for_by_its_own(
    case: GhostCase, door: GhostConnector, hours: int
) -> None:
    case.site.clock = START + timedelta(hours=hours)
    ref = door.publish(Draft("A text."), key="clock", now=START)
    assert door.find(Draft("A text."), key="clock", since=START, now=START)[0].remote_id == ref.remote_id


def test_a_key_that_was_taken_back_is_not_mistaken_for_a_clock(case: GhostCase, door: GhostConnector) -> None:
    case.site.clock = START + timedelta(hours=1)
    case.site.keys.clear()
    with pytest.raises(NeedsReconnection):
        door.verify(START)


def test_nobody_else_has_a_profile_there(door: GhostConnector) -> None:
    with pytest.raises(UnexpectedReply):
        door.read_profile("https://other.example", START)


def answering(answer: Callable[[], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: answer())


BAD: dict[str, Callable[[], httpx.Response]] = {
    "no JSON": lambda: httpx.Response(200, text="<html>Maintenance</html>"),
    "cut JSON": lambda: httpx.Response(200, text='{"posts": [{"id": "6b'),
    "a number": lambda: httpx.Response(200, json=3),
    "a list": lambda: httpx.Response(200, json=[{"id": 1}]),
    "no list of articles": lambda: httpx.Response(200, json={"posts": 3}),
    "an article without anything": lambda: httpx.Response(200, json={"posts": [{"id": "1"}]}),
    "3 MB of something else": lambda: httpx.Response(200, json={"posts": [{"x": "é" * 1_500_000}]}),
}


@pytest.mark.parametrize("name", ["find", "read_posts", "update", "withdraw"])
@pytest.mark.parametrize("bad", BAD)
def test_an_answer_that_is_none_is_not_understood_when_reading(case: GhostCase, bad: str, name: str) -> None:
    with (
        GhostConnector(OPTIONS, case.secret(), transport=answering(BAD[bad])) as door,
        pytest.raises(UnexpectedReply),
    ):
        CALLS[name][1](case, door, REF)


@pytest.mark.parametrize("bad", BAD)
def test_an_answer_that_is_none_leaves_a_write_unconfirmed(case: GhostCase, bad: str) -> None:
    def plays(request: httpx.Request) -> httpx.Response:
        return case.site.play(request) if request.method == "GET" else BAD[bad]()

    with GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(plays)) as door:
        case.site.make("Ours", START, id=REF.remote_id[-24:])
        case.site.articles = {one.id: one for one in case.site.articles.values()}
        with pytest.raises(OutcomeUnknown):
            door.update(REF, Draft("Words."), now=START)
        with pytest.raises(OutcomeUnknown):
            door.upload(PICTURE, now=START)


def test_a_redirect_into_the_house_is_not_followed(case: GhostCase) -> None:
    guarded = GuardedTransport(allow_private=False)

    def plays(request: httpx.Request) -> httpx.Response:
        if request.url.host == "ghost.example":
            return httpx.Response(302, headers={"location": "http://127.0.0.1/ghost/api/admin/posts/"})
        return guarded.handle_request(request)

    with (
        GhostConnector(OPTIONS, case.secret(), transport=httpx.MockTransport(plays)) as door,
        pytest.raises(AddressRefused),
    ):
        door.read_posts("", START)
    guarded.close()


def test_a_host_that_asks_for_a_pause_is_obeyed(case: GhostCase) -> None:
    busy = answering(lambda: httpx.Response(429, headers={"retry-after": "120"}))
    with GhostConnector(OPTIONS, case.secret(), transport=busy) as door, pytest.raises(RateLimited) as caught:
        door.read_posts("", START)
    assert caught.value.retry_at == START + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"type": "BadRequestError", "code": "INVALID_JWT"}, NeedsReconnection),
        (403, {"type": "NoPermissionError"}, NeedsReconnection),
        (403, {"type": "HostLimitError", "message": "Your plan is full."}, ContentRefused),
        (422, {"type": "ValidationError", "context": "Too long."}, ContentRefused),
        (500, {"type": "InternalServerError"}, OutcomeUnknown),
        (503, "maintenance", OutcomeUnknown),
    ],
)
def test_refusals_of_a_write_mean_what_follows(
    case: GhostCase, status: int, error: object, kind: type[NetworkError]
) -> None:
    refusing = answering(lambda: httpx.Response(status, json={"errors": [error]}))
    with GhostConnector(OPTIONS, case.secret(), transport=refusing) as door, pytest.raises(kind) as caught:
        door.upload(PICTURE, now=START)
    if kind is ContentRefused:
        assert "Your plan" in str(caught.value) or "Too long" in str(caught.value)


def test_a_site_that_is_down_is_asked_later(case: GhostCase) -> None:
    down = answering(lambda: httpx.Response(503, text="<html>"))
    with GhostConnector(OPTIONS, case.secret(), transport=down) as door, pytest.raises(Unreachable):
        door.verify(START)
