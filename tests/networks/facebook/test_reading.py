"""What Facebook tells: comments, own posts, counts; and answers that are wrong, cut, long or lead elsewhere."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from portevoix.core.http import GuardedTransport
from portevoix.networks.contracts import Counted, Event, PublishedRef
from portevoix.networks.errors import AddressRefused, OutcomeUnknown, UnexpectedReply
from portevoix.networks.facebook.connector import VISIBILITY_LAG, FacebookConnector
from tests.networks.calls import DRAFT, published, whole
from tests.networks.contract import START
from tests.networks.facebook.case import FacebookCase
from tests.networks.facebook.network import LEA, PAGE, PAGES

READINGS: dict[str, Callable[[FacebookConnector], object]] = {
    "verify": lambda door: door.verify(START),
    "find": lambda door: door.find(DRAFT, key="", since=START, now=START),
    "read_events": lambda door: door.read_events("", START),
    "read_posts": lambda door: door.read_posts("", START),
    "read_counts": lambda door: door.read_counts((), START),
}


def at(case: FacebookCase, transport: httpx.BaseTransport) -> FacebookConnector:
    return FacebookConnector(case.options(), case.secret(), transport=transport)


def says(content: bytes, status: int = 200) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: httpx.Response(status, content=content))


def test_a_comment_is_a_reply_and_those_without_a_name_are_not_one_person(
    case: FacebookCase, door: FacebookConnector
) -> None:
    post = published(door).remote_id
    case.network.say(post, LEA, "Bravo 👏 à tous", START + timedelta(minutes=1))
    for minutes in (2, 3):
        case.network.say(post, "", "Moi aussi", START + timedelta(minutes=minutes))
    told = whole(lambda cursor: door.read_events(cursor, START + timedelta(hours=1)))
    actors = [one.actor.remote_id for one in told if isinstance(one, Event)]
    assert actors[0] == LEA
    assert len(set(actors)) == 3
    assert {one.text for one in told} == {"Bravo 👏 à tous", "Moi aussi"}


def test_comments_older_than_the_cursor_are_not_read_again(
    case: FacebookCase, door: FacebookConnector
) -> None:
    post = published(door).remote_id
    for number in range(200):
        case.network.say(post, LEA, f"n{number}", START + timedelta(minutes=number))
    cursor = door.read_events("", START + timedelta(days=1)).cursor
    before = len(case.network.requests)
    case.network.say(post, LEA, "late", START + timedelta(hours=20))
    assert [one.text for one in door.read_events(cursor, START + timedelta(days=1)).items] == ["late"]
    assert len(case.network.requests) == before + 3


def test_what_is_younger_than_the_lag_waits_for_the_next_reading(
    case: FacebookCase, door: FacebookConnector
) -> None:
    case.network.make("Bravo", START)
    said = START + VISIBILITY_LAG
    early = door.read_posts("", said - timedelta(seconds=1))
    assert early.items == ()
    assert len(door.read_posts(early.cursor, said).items) == 1


def test_own_posts_are_told_once_page_by_page(case: FacebookCase, door: FacebookConnector) -> None:
    for number in range(120):
        case.network.make(f"Number {number}", START + timedelta(minutes=number))
    told = whole(lambda cursor: door.read_posts(cursor, START + timedelta(days=1)))
    assert [one.text for one in told] == [f"Number {number}" for number in range(120)]


def test_counts_are_of_posts_that_are_there(case: FacebookCase, door: FacebookConnector) -> None:
    ref = published(door)
    read = door.read_counts((ref, PublishedRef(f"{PAGE}_1"), PublishedRef("elsewhere")), START)
    assert {one.object_id for one in read} == {"", ref.remote_id}
    assert {one.counted: one.value for one in read} == {
        Counted.FOLLOWERS: 1204,
        Counted.LIKES: 17,
        Counted.REPLIES: 4,
        Counted.REPOSTS: 2,
        Counted.IMPRESSIONS: 310,
    }


def test_a_small_page_has_no_insights_and_none_is_asked(
    case: FacebookCase, door: FacebookConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGES[PAGE], "fan_count", 99)
    ref = published(door)
    assert Counted.IMPRESSIONS not in {one.counted for one in door.read_counts((ref,), START)}
    assert not [one for one in case.network.requests if one.url.path.endswith("insights")]


def test_a_figure_that_meta_renamed_has_no_value_until_its_name_is_mended(
    case: FacebookCase, data_folder: Path
) -> None:
    case.network.metric = "post_views_2026"
    with case.connector() as door:
        ref = published(door)
        assert Counted.IMPRESSIONS not in {one.counted for one in door.read_counts((ref,), START)}
        (data_folder / "editions").mkdir()
        line = '[[edition]]\nwhat = "impressions"\nvalue = "post_views_2026"\nsince = 2026-06-15\n'
        (data_folder / "editions" / "facebook.toml").write_text(line, "utf-8")
        assert Counted.IMPRESSIONS in {one.counted for one in door.read_counts((ref,), START)}


def test_a_page_tells_what_a_persona_needs(door: FacebookConnector) -> None:
    page = door.verify(START)
    assert (page.actor.remote_id, page.actor.handle) == (PAGE, "marion.atelier")
    assert page.biography.startswith("Marion teaches.")
    assert [link.url for link in page.links] == ["https://atelier.example/"]
    assert page.followers_count == 1204


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.parametrize(
    "content", [b"", b"<html>", b'{"data": [{"id', b"\xff", b"[]", b"3", b"null", b"{}", b'{"data": 3}']
)
def test_an_answer_that_is_none_is_told_as_that(case: FacebookCase, name: str, content: bytes) -> None:
    with at(case, says(content)) as door, pytest.raises(UnexpectedReply):
        READINGS[name](door)


@pytest.mark.parametrize("row", [{}, {"id": 3}, {"id": f"{PAGE}_1", "created_time": "now"}, 3, None])
def test_a_post_without_what_is_promised_is_told_as_that(case: FacebookCase, row: object) -> None:
    with at(case, says(json.dumps({"data": [row]}).encode())) as door, pytest.raises(UnexpectedReply):
        door.read_posts("", START)


def test_an_answer_of_three_megabytes_is_read_and_one_without_end_is_not(case: FacebookCase) -> None:
    rows = [
        {"id": f"{PAGE}_{n}", "message": "é" * 60_000, "created_time": "2026-10-01T09:00:00+0000"}
        for n in range(10)
    ]
    many = json.dumps({"data": rows}).encode()
    assert len(many) > 3_000_000
    with at(case, says(many)) as door:
        assert len(door.read_posts("", START).items) == 10
    with at(case, says(b"[" + b" " * 11_000_000)) as door:
        with pytest.raises(UnexpectedReply):
            door.read_posts("", START)
        with pytest.raises(OutcomeUnknown):
            published(door)


class Leads(httpx.BaseTransport):
    """Meta redirecting into the house; elsewhere the real, guarded way."""

    def __init__(self) -> None:
        self._outside = GuardedTransport(allow_private=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "graph.facebook.com":
            return httpx.Response(302, headers={"location": "http://127.0.0.1:1/v25.0/me"})
        assert "authorization" not in request.headers
        return self._outside.handle_request(request)


def test_a_redirect_into_the_house_is_not_followed(case: FacebookCase) -> None:
    with at(case, Leads()) as door:
        with pytest.raises(AddressRefused):
            door.verify(START)
        with pytest.raises(OutcomeUnknown):
            published(door)


def test_the_next_page_is_asked_of_meta_and_never_where_a_link_leads(case: FacebookCase) -> None:
    told = {"data": [], "paging": {"cursors": {"after": "c"}, "next": "http://127.0.0.1/steal"}}
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json=told if len(asked) == 1 else {"data": []})

    with at(case, httpx.MockTransport(answer)) as door:
        door.read_posts("", START)
    assert [url.host for url in asked] == ["graph.facebook.com"] * 2
    assert asked[1].params["after"] == "c"
