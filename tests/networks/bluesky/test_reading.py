"""What is read on Bluesky: each act once, late ones too, whatever the shape of what comes back."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from portevoix.core.http import GuardedTransport
from portevoix.networks.bluesky import streams
from portevoix.networks.bluesky.connector import BlueskyConnector
from portevoix.networks.bluesky.keys import fresh_key
from portevoix.networks.contracts import Counted, Draft, Event, Kind, Page, PostKind, PublishedRef
from portevoix.networks.errors import (
    AddressRefused,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    UnexpectedReply,
)
from tests.networks.bluesky.accounts import POST
from tests.networks.bluesky.case import HOUR, BlueskyCase
from tests.networks.bluesky.view import FOLLOW, LIKE, REPOST, iso
from tests.networks.contract import START
from tests.networks.walk import Wire

LATER = START + 900 * HOUR


def publish(
    door: BlueskyConnector, text: str = "A word.", now: datetime = START, in_reply_to: str = ""
) -> PublishedRef:
    return door.publish(Draft(text, in_reply_to=in_reply_to), key=door.new_key(now), now=now)


def kinds(page: Page[Event]) -> list[Kind]:
    return [event.kind for event in page.items]


def test_a_like_that_comes_in_late_is_told_once_behind_what_was_told(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    ref = publish(marion)
    stage.give(stage.people[0], LIKE, ref.remote_id, START + 3 * HOUR)
    first = marion.read_events("", START + 4 * HOUR)
    stage.give(stage.people[1], LIKE, ref.remote_id, START + HOUR)
    second = marion.read_events(first.cursor, START + 4 * HOUR)
    third = marion.read_events(second.cursor, START + 5 * HOUR)
    told = [[event.actor.remote_id for event in page.items] for page in (first, second, third)]
    assert told == [[stage.people[0].did], [stage.people[1].did], []]


def test_an_act_that_is_still_to_come_waits_for_its_hour(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    ref = publish(marion)
    stage.give(stage.people[0], LIKE, ref.remote_id, START + 3 * HOUR)
    first = marion.read_events("", START + HOUR)
    assert first.items == ()
    assert kinds(marion.read_events(first.cursor, START + 3 * HOUR)) == [Kind.LIKE]


def test_more_than_is_read_at_once_is_a_gap_after_a_cursor_and_a_beginning_before_any(
    stage: BlueskyCase, marion: BlueskyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_EVENTS", 5)
    last = stage.let_others_react(publish(marion))[-1]
    first = marion.read_events("", last)
    assert not first.has_gap
    assert len(first.items) <= 15
    stage.let_others_react(publish(marion, now=last))
    assert marion.read_events(first.cursor, LATER).has_gap
    assert not marion.read_events(first.cursor, last).has_gap


def test_one_post_does_to_us_all_that_it_says(stage: BlueskyCase, marion: BlueskyConnector) -> None:
    ref = publish(marion)
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": stage.marion.did}
    strong = stage.strong(ref.remote_id)
    stage.post(
        stage.paul,
        "@marion I see.",
        START + HOUR,
        langs=["en", "fr"],
        reply={"root": strong, "parent": strong},
        embed={"$type": "app.bsky.embed.record", "record": strong},
        facets=[{"index": {"byteStart": 0, "byteEnd": 7}, "features": [feature]}],
    )
    events = marion.read_events("", LATER).items
    assert [event.kind for event in events] == [Kind.REPLY, Kind.QUOTE, Kind.MENTION]
    assert len({event.remote_id for event in events}) == 1
    assert [event.object_id for event in events] == [ref.remote_id, ref.remote_id, ""]
    assert {(event.text, event.language) for event in events} == {("@marion I see.", "en")}
    assert all(event.url.startswith("https://bsky.app/profile/did:") for event in events)


def test_an_answer_to_somebody_else_in_a_thread_of_ours_is_no_act_towards_us(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    root = stage.strong(publish(marion).remote_id)
    answer = stage.answer(stage.paul, root["uri"], "Hm.", START + HOUR)
    stage.post(
        stage.people[0], "You say.", START + 2 * HOUR, reply={"root": root, "parent": stage.strong(answer)}
    )
    assert [event.actor.remote_id for event in marion.read_events("", LATER).items] == [stage.paul.did]


def test_a_like_of_what_is_no_post_and_a_word_of_the_networks_own_are_passed_over(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    ref = publish(marion)
    stage.give(stage.marion, REPOST, ref.remote_id, START)
    ((key, _value),) = stage.marion.of(REPOST)
    stage.give(stage.paul, LIKE, stage.marion.uri(REPOST, key), START + HOUR)
    assert marion.read_events("", LATER).items == ()


def test_a_follow_is_told_about_the_account_itself(stage: BlueskyCase, marion: BlueskyConnector) -> None:
    stage.give(stage.paul, FOLLOW, stage.marion.did, START)
    (event,) = marion.read_events("", LATER).items
    assert (event.kind, event.target_id, event.object_id) == (Kind.FOLLOW, stage.marion.did, "")
    assert event.actor.handle == "paul.bsky.social"


def test_posts_written_elsewhere_are_read_with_what_they_are(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    stage.post(stage.marion, "By hand.", START, via="Another application", langs=["fr"])
    publish(marion, "Ours.", START + HOUR, in_reply_to=stage.pauls_post)
    posts = marion.read_posts("", LATER).items
    assert [(post.made_with, post.kind, post.in_reply_to) for post in posts] == [
        ("Another application", PostKind.POST, ""),
        ("Porte-voix", PostKind.REPLY, stage.pauls_post),
    ]
    assert posts[0].language == "fr"


def test_a_post_whose_key_is_older_than_what_was_read_is_still_read(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    waiting = marion.new_key(START)
    publish(marion, "In between.", START + 24 * HOUR)
    first = marion.read_posts("", START + 25 * HOUR)
    marion.publish(Draft("At last."), key=waiting, now=START + 26 * HOUR)
    second = marion.read_posts(first.cursor, START + 27 * HOUR)
    assert [post.text for post in second.items] == ["At last."]
    assert marion.read_posts(second.cursor, START + 28 * HOUR).items == ()


def test_many_posts_come_page_by_page_each_once(
    stage: BlueskyCase, marion: BlueskyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_POSTS", 10)
    for number in range(35):
        stage.post(stage.marion, str(number), START + number * HOUR)
    texts, cursor, has_more = [], "", True
    while has_more:
        page = marion.read_posts(cursor, LATER)
        texts += [post.text for post in page.items]
        cursor, has_more = page.cursor, page.has_more
    assert texts == [str(number) for number in range(35)]


@pytest.mark.parametrize(
    "record",
    [
        {"text": 3, "createdAt": "never"},
        {
            "text": "x",
            "createdAt": iso(LATER + HOUR),
            "reply": "?",
            "embed": [],
            "langs": "fr",
            "facets": 3,
            "via": {},
        },
        {
            "text": "x",
            "createdAt": "2026-11-02T09:00:00",
            "reply": {"parent": 3},
            "embed": {"record": "?"},
            "langs": [],
        },
    ],
)
def test_a_post_that_another_application_garbled_hides_none_of_the_others(
    stage: BlueskyCase, marion: BlueskyConnector, record: dict[str, Any]
) -> None:
    stage.marion.records[POST, fresh_key(START)] = record
    stage.marion.records[POST, "no-key"] = {"text": "nobody sees me"}
    publish(marion, "Sound.", START + HOUR)
    posts = marion.read_posts("", LATER).items
    assert {"Sound.", str(record["text"])} == {post.text for post in posts}
    assert all(post.at <= LATER and post.made_with in ("", "Porte-voix") for post in posts)


def test_counts_of_sixty_posts_are_asked_for_in_three_goes(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    refs = [publish(marion, f"Post {number}.", START + number * HOUR) for number in range(60)]
    stage.give(stage.paul, LIKE, refs[59].remote_id, START)
    readings = marion.read_counts([*refs, PublishedRef("nowhere/0")], LATER)
    assert stage.network.asked.count("app.bsky.feed.getPosts") == 3
    assert [one.object_id for one in readings if one.counted is Counted.LIKES and one.value] == [
        refs[59].remote_id
    ]


def test_a_profile_tells_its_own_domain_as_verified_and_its_links(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    stage.marion.website = "https://brand.example"
    own = marion.verify(START)
    assert [(link.url, link.is_verified) for link in own.links] == [
        ("https://marion.brand.example", True),
        ("https://brand.example", None),
        ("https://marion.example/about", None),
    ]
    assert own.is_locked is False
    paul = marion.read_profile(stage.paul.did, START)
    assert (paul.links, paul.posts_count) == ((), 1)


def test_a_handle_under_the_accounts_own_server_proves_nothing(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    stage.marion.handle = "marion.pds.brand.example"
    assert not any(link.is_verified for link in marion.verify(START).links)


def test_a_thread_whose_beginning_was_deleted_is_told_from_where_it_stands(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    root = publish(marion)
    answer = publish(marion, "I go on.", START + HOUR, in_reply_to=root.remote_id)
    marion.withdraw(root, now=START + HOUR)
    assert [post.text for post in marion.read_thread(answer, LATER)] == ["I go on."]
    with pytest.raises(UnexpectedReply):
        marion.read_thread(root, LATER)


READS: dict[str, Callable[[BlueskyConnector], object]] = {
    "verify": lambda door: door.verify(START),
    "find": lambda door: door.find(Draft("x"), key=door.new_key(START), since=START, now=START),
    "read_events": lambda door: door.read_events("", START),
    "read_posts": lambda door: door.read_posts("", START),
    "read_counts": lambda door: door.read_counts([PublishedRef("at://did:plc:a/b/c")], START),
    "read_profile": lambda door: door.read_profile("did:plc:a", START),
    "read_thread": lambda door: door.read_thread(PublishedRef("at://did:plc:a/b/c"), START),
    "read_standing": lambda door: door.read_standing(Kind.LIKE, "at://did:plc:a/b/c", START),
}
WRITES: dict[str, Callable[[BlueskyConnector], object]] = {"publish": publish}
GARBLED = {
    "cut": b'{"posts": [{"uri": "at://',
    "no JSON": b"<html>",
    "empty": b"",
    "a list": b"[]",
    "nothing": b"null",
    "other fields": b'{"a": 1}',
    "wrong fields": json.dumps(
        {name: [None, 3] for name in ("posts", "records", "notifications", "likes", "thread", "value", "did")}
    ).encode(),
    "three megabytes": b'{"a": "' + b"x" * 3_000_000 + b'"}',
}


@pytest.mark.parametrize("garbled", GARBLED)
@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_an_answer_without_what_was_promised_is_told_as_that(
    stage: BlueskyCase, name: str, garbled: str
) -> None:
    wire = Wire(lambda _request: httpx.Response(200, content=GARBLED[garbled]))
    call, error = (READS[name], UnexpectedReply) if name in READS else (WRITES[name], OutcomeUnknown)
    with (
        BlueskyConnector(stage.options(), stage.secret(), transport=wire) as door,
        pytest.raises(NetworkError) as caught,
    ):
        call(door)
    assert isinstance(caught.value, error)


def test_pages_without_end_are_not_read_for_ever(stage: BlueskyCase) -> None:
    turns: list[int] = []

    def plays(_request: httpx.Request) -> httpx.Response:
        turns.append(1)
        return httpx.Response(200, json={"followers": [], "cursor": str(len(turns))})

    with (
        BlueskyConnector(stage.options(), stage.secret(), transport=Wire(plays)) as door,
        pytest.raises(UnexpectedReply),
    ):
        door.read_standing(Kind.FOLLOW, "", START)
    assert len(turns) == 500


def test_a_server_that_leads_to_a_private_network_is_not_called(stage: BlueskyCase) -> None:
    inside = GuardedTransport(allow_private=False, resolver=lambda _host, _port: ["10.0.0.1"])
    with (
        BlueskyConnector(stage.options(), stage.secret(), transport=inside) as door,
        pytest.raises(AddressRefused),
    ):
        door.verify(START)


def test_a_redirect_to_another_host_takes_no_token_along(stage: BlueskyCase) -> None:
    seen: list[httpx.Request] = []

    def plays(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"location": "https://elsewhere.example/"})

    with (
        BlueskyConnector(stage.options(), stage.secret(), transport=Wire(plays)) as door,
        pytest.raises(NetworkError),
    ):
        door.verify(START)
    assert len(seen) > 1
    assert not any("authorization" in request.headers for request in seen[1:])


class Noting:
    """A meter that keeps what it is told."""

    def __init__(self) -> None:
        self.told_: list[tuple[str, int, datetime]] = []
        self.charged: list[tuple[str, int]] = []
        self.required: list[str] = []

    def charge(self, what: str, count: int = 1, *, now: datetime, is_reading: bool = False) -> None:
        self.charged.append((what, count))

    def spare(self, what: str, count: int = 1, *, now: datetime) -> None:
        self.charged.append((what, -count))

    def require(self, window: str, count: int = 1, *, now: datetime) -> None:
        self.required.append(window)

    def use(self, window: str, of: int, lasting: timedelta, *, now: datetime) -> None:
        self.required.append(window)

    def told(self, window: str, remaining: int, resets_at: datetime) -> None:
        self.told_.append((window, remaining, resets_at))


def test_the_meter_is_told_what_writing_costs_and_what_the_server_left(stage: BlueskyCase) -> None:
    meter = Noting()
    with BlueskyConnector(stage.options(), stage.secret(), transport=stage.wire, meter=meter) as door:
        ref = publish(door)
        door.withdraw(ref, now=START)
        door.read_events("", START)
    assert meter.charged == [("points", 3), ("points", 1)]
    assert meter.required == ["writes", "writes", "reads"]
    assert meter.told_[0] == ("writes", 2998, START + timedelta(minutes=5))


def test_a_refusal_too_tells_what_the_server_left(stage: BlueskyCase) -> None:
    meter = Noting()
    reset = str(int((START + timedelta(seconds=90)).timestamp()))
    wire = Wire(
        lambda request: httpx.Response(
            429, json={}, headers={"ratelimit-remaining": "0", "ratelimit-reset": reset}
        )
    )
    with BlueskyConnector(stage.options(), stage.secret(), transport=wire, meter=meter) as door:
        with pytest.raises(RateLimited):
            door.read_posts("", START)
        with pytest.raises(RateLimited):
            publish(door)
    until = START + timedelta(seconds=90)
    assert meter.told_ == [("reads", 0, until), ("writes", 0, until)]


def test_headers_that_tell_no_number_are_passed_over(stage: BlueskyCase) -> None:
    meter = Noting()
    odd = {"ratelimit-remaining": "many", "ratelimit-reset": "soon"}
    wire = Wire(lambda request: httpx.Response(200, json={"records": []}, headers=odd))
    with BlueskyConnector(stage.options(), stage.secret(), transport=wire, meter=meter) as door:
        assert door.read_posts("", START).items == ()
    assert meter.told_ == []
