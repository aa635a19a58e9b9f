"""Feeds: found from their site, read without gap or repeat, followed where they move, closed when they are."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.utils.http import http_date

from portevoix.core.http import GuardedTransport
from portevoix.networks.contracts import Page, PostKind, SeenPost
from portevoix.networks.errors import (
    AddressRefused,
    OptionsRefused,
    RateLimited,
    SourceClosed,
    UnexpectedReply,
    advice_of,
)
from portevoix.networks.rss.connector import RssConnector
from portevoix.networks.rss.places import REMEMBERED
from tests.networks.contract import START
from tests.networks.rss.blog import FEED, PAGE, SITE, Blog
from tests.networks.walk import Wire

NEW = "https://new.example.org/feed"


@pytest.fixture
def blog() -> Blog:
    """Return a blog of three articles."""
    written = Blog()
    written.write("Oak", "Ash & elm", "Été")
    return written


def door_to(plays: Callable[[httpx.Request], httpx.Response], feed: str = FEED) -> RssConnector:
    """Return a connector whose requests `plays` answers."""
    return RssConnector({"feed": feed}, transport=Wire(plays))


def told(page: Page[SeenPost]) -> list[str]:
    """Return the first lines of what a page tells."""
    return [one.text.partition("\n")[0] for one in page.items]


def test_articles_are_told_oldest_first_with_their_words(blog: Blog) -> None:
    with door_to(blog.play) as door:
        page = door.read_posts("", START)
    assert told(page) == ["Oak, at length.", "Ash & elm, at length.", "Été, at length."]
    first = page.items[0]
    assert (first.remote_id, first.url, first.kind) == (f"{SITE}/1", f"{SITE}/1", PostKind.ARTICLE)
    assert first.text == "Oak, at length.\n\nAnd more."
    assert (first.language, first.author.remote_id, first.author.url) == ("fr", FEED, f"{SITE}/")
    assert not page.has_more
    assert not page.has_gap


def test_rss_and_atom_of_one_site_tell_the_same_publications(blog: Blog) -> None:
    with door_to(blog.play) as rss, door_to(blog.play, f"{SITE}/atom/") as atom:
        both = [door.read_posts("", START).items for door in (rss, atom)]
    assert [(one.remote_id, one.at, one.text) for one in both[0]] == [
        (one.remote_id, one.at, one.text) for one in both[1]
    ]


def test_a_cursor_tells_what_is_new_and_nothing_twice(blog: Blog) -> None:
    with door_to(blog.play) as door:
        cursor = door.read_posts("", START).cursor
        blog.write("Pine")
        page = door.read_posts(cursor, START)
        again = door.read_posts(page.cursor, START)
    assert told(page) == ["Pine, at length."]
    assert not page.has_gap
    assert again.items == ()


def test_what_has_not_changed_is_not_sent_again(blog: Blog) -> None:
    with door_to(blog.play) as door:
        cursor = door.read_posts("", START).cursor
        again = door.read_posts(cursor, START)
    assert "if-none-match" not in blog.asked[0].headers
    assert blog.asked[1].headers["if-none-match"]
    assert blog.asked[1].headers["if-modified-since"]
    assert (again.items, again.cursor) == ((), cursor)


def test_a_document_that_has_just_changed_is_asked_for_whole_again(blog: Blog) -> None:
    changed = http_date((START - timedelta(seconds=59)).timestamp())
    answer = httpx.Response(200, text=blog.document(), headers={"etag": "x", "last-modified": changed})

    def play(request: httpx.Request) -> httpx.Response:
        blog.asked.append(request)
        return answer

    with door_to(play) as door:
        cursor = door.read_posts("", START).cursor
        cursor = door.read_posts(cursor, START + timedelta(seconds=1)).cursor
        door.read_posts(cursor, START + timedelta(hours=1))
    assert ["if-none-match" in each.headers for each in blog.asked] == [False, False, True]


def test_a_feed_that_turned_over_since_has_a_gap(blog: Blog) -> None:
    blog.window = 2
    with door_to(blog.play) as door:
        cursor = door.read_posts("", START).cursor
        blog.write("Pine")
        page = door.read_posts(cursor, START)
        assert (told(page), page.has_gap) == (["Pine, at length."], False)
        blog.write("Fir", "Yew", "Box")
        page = door.read_posts(page.cursor, START)
    assert (told(page), page.has_gap) == (["Yew, at length.", "Box, at length."], True)


def test_what_comes_back_into_a_feed_is_not_told_again(blog: Blog) -> None:
    with door_to(blog.play) as door:
        cursor = door.read_posts("", START).cursor
        blog.window = 1
        blog.write("Pine")
        cursor = door.read_posts(cursor, START).cursor
        blog.window = 10
        assert door.read_posts(cursor, START).items == ()
    assert len(cursor) < 1000 + 16 * REMEMBERED


def test_a_feed_that_moved_for_ever_is_read_where_it_is_under_its_old_name(blog: Blog) -> None:
    with door_to(blog.play) as door:
        cursor = door.read_posts("", START).cursor
        blog.moved = NEW
        cursor = door.read_posts(cursor, START).cursor
        blog.write("Pine")
        page = door.read_posts(cursor, START)
    assert [str(each.url) for each in blog.asked] == [FEED, FEED, NEW, NEW]
    assert told(page) == ["Pine, at length."]
    assert page.items[0].author.remote_id == FEED


def test_a_feed_that_is_elsewhere_for_a_while_is_asked_at_its_address_again(blog: Blog) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        if str(request.url) == f"{SITE}/away":
            return httpx.Response(200, text=blog.document())
        blog.asked.append(request)
        return httpx.Response(302, headers={"location": "/away"})

    with door_to(away) as door:
        door.read_posts(door.read_posts("", START).cursor, START)
    assert [str(each.url) for each in blog.asked] == [FEED, FEED]


def test_a_feed_that_is_gone_asks_for_another_address(blog: Blog) -> None:
    blog.gone = True
    with door_to(blog.play) as door, pytest.raises(SourceClosed) as caught:
        door.read_posts("", START)
    assert not caught.value.retryable
    assert advice_of(caught.value.key) == caught.value.advice


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_for_a_pause_gets_it(status: int) -> None:
    answer = httpx.Response(status, headers={"retry-after": "120"})
    with door_to(lambda _request: answer) as door, pytest.raises(RateLimited) as caught:
        door.read_posts("", START)
    assert (caught.value.retry_at - START).total_seconds() == 120


def test_a_cursor_of_somewhere_else_is_none(blog: Blog) -> None:
    with door_to(blog.play) as door:
        for cursor in ("12", "{}", "x", '{"at": "", "etag": "", "modified": "", "latest": "x", "known": ""}'):
            with pytest.raises(UnexpectedReply):
                door.read_posts(cursor, START)


# Connecting


def test_a_feed_says_who_it_is(blog: Blog) -> None:
    with door_to(blog.play) as door:
        profile = door.verify(START)
    assert (profile.actor.remote_id, profile.actor.handle) == (FEED, "blog.example.org/feed")
    assert (profile.actor.display_name, profile.actor.url) == ("Atelier Durand", f"{SITE}/")
    assert profile.biography == "On wood & glue."
    assert [link.url for link in profile.links] == [f"{SITE}/"]


def test_a_page_opens_the_feeds_that_it_names(blog: Blog) -> None:
    signed = RssConnector.sign_in({"feed": f"{SITE}/"}, now=START, transport=Wire(blog.play))
    assert [one.options for one in signed] == [{"feed": FEED}, {"feed": f"{SITE}/atom/"}]


def test_a_feed_that_has_moved_for_ever_is_linked_where_it_is(blog: Blog) -> None:
    blog.moved = NEW
    (signed,) = RssConnector.sign_in(
        {"feed": f"feed://{SITE[8:]}/feed/"}, now=START, transport=Wire(blog.play)
    )
    assert signed.options == {"feed": NEW}
    assert signed.profile.actor.remote_id == NEW


@pytest.mark.parametrize(
    "page", ["<p>Nothing.", PAGE.replace("alternate", "next").replace("ALTERNATE", "up")]
)
def test_a_page_that_names_no_feed_links_nothing(page: str) -> None:
    plays = Wire(lambda _request: httpx.Response(200, text=page))
    with pytest.raises(OptionsRefused):
        RssConnector.sign_in({"feed": SITE}, now=START, transport=plays)


def test_a_page_whose_feeds_lead_nowhere_links_nothing() -> None:
    def plays(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=PAGE) if request.url.path == "/" else httpx.Response(404)

    with pytest.raises(OptionsRefused):
        RssConnector.sign_in({"feed": SITE}, now=START, transport=Wire(plays))


class Leads(httpx.BaseTransport):
    """A site that redirects into the house; elsewhere the real, guarded way."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "blog.example.org":
            return httpx.Response(301, headers={"location": "http://127.0.0.1:9/feed"})
        with GuardedTransport(allow_private=False) as outside:
            return outside.handle_request(request)


def test_a_redirect_into_the_house_is_not_followed() -> None:
    with RssConnector({"feed": FEED}, transport=Leads()) as door, pytest.raises(AddressRefused):
        door.read_posts("", START)
