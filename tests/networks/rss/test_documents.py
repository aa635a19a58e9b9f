"""Feeds as people write them: in any encoding, without dates or ids, broken, immense, or meant to harm."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.core.http import HttpError
from portevoix.networks.contracts import SeenPost
from portevoix.networks.errors import UnexpectedReply
from portevoix.networks.rss.connector import RssConnector
from portevoix.networks.rss.documents import MOST_ENTRIES, MOST_MARKS
from tests.networks.contract import START
from tests.networks.rss.blog import FEED, SITE, Blog
from tests.networks.walk import Wire

BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha ha ha ha ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>
<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>&h;</title></item></channel></rss>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>[&a;]</title></item></channel></rss>"""


def read(content: bytes, content_type: str = "application/xml", feed: str = FEED) -> tuple[SeenPost, ...]:
    """Return what a document tells."""
    answer = httpx.Response(200, content=content, headers={"content-type": content_type})
    with RssConnector({"feed": feed}, transport=Wire(lambda _request: answer)) as door:
        return door.read_posts("", START).items


def rss(*items: str, head: str = "") -> bytes:
    """Return a feed of these items."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>T</title>{inside}</channel></rss>'.encode()


# Identity


@pytest.mark.parametrize(
    ("item", "remote_id"),
    [
        ("<guid>https://a.example/1</guid><link>https://a.example/x</link>", "https://a.example/1"),
        ('<guid isPermaLink="false">urn:uuid:5</guid>', "urn:uuid:5"),
        ('<guid isPermaLink="false">tag:a.example,2026:5</guid>', "tag:a.example,2026:5"),
        ('<guid isPermaLink="false">5</guid><link>https://a.example/x</link>', f"{FEED}#5"),
        ("<link>https://a.example/x</link>", "https://a.example/x"),
        ("<link>/x?y=1&amp;z=2</link>", f"{SITE}/x?y=1&z=2"),
    ],
)
def test_an_entry_is_known_by_its_id_else_by_its_address(item: str, remote_id: str) -> None:
    assert [one.remote_id for one in read(rss(item))] == [remote_id]


def test_an_entry_without_id_and_address_is_known_by_what_it_says() -> None:
    first, second, changed = (
        read(rss(f"<title>{title}</title><description>{said}</description>"))[0].remote_id
        for title, said in (("A", "b"), ("A", "b"), ("A", "c"))
    )
    assert first == second != changed
    assert first.startswith(f"{FEED}#")


def test_the_same_number_in_two_feeds_is_two_publications() -> None:
    item = '<guid isPermaLink="false">5</guid><title>A</title>'
    other = f"{SITE}/other"
    assert {read(rss(item), feed=feed)[0].remote_id for feed in (FEED, other)} == {f"{FEED}#5", f"{other}#5"}


def test_an_id_without_end_is_cut_to_what_can_be_kept() -> None:
    (one,) = read(rss(f"<guid>https://a.example/{'x' * 10_000}</guid>"))
    assert len(one.remote_id) <= 500


def test_an_entry_that_stands_twice_in_a_feed_is_told_once() -> None:
    assert len(read(rss("<guid>urn:x:1</guid>", "<guid>urn:x:2</guid>", "<guid>urn:x:1</guid>"))) == 2


# Instants


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("Mon, 02 Nov 2026 07:30:00 +0100", datetime(2026, 11, 2, 6, 30, tzinfo=UTC)),
        ("Mon, 02 Nov 2026 07:30:00 EST", datetime(2026, 11, 2, 12, 30, tzinfo=UTC)),
        ("Sun, 01 Nov 2026 07:30:00", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
        ("2026-11-01T07:30:00Z", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("Mon, 02 Nov 2099 07:30:00 GMT", START),
        ("yesterday", START),
        ("Mon, 99 Nov 2026 99:99:99 GMT", START),
        ("", START),
    ],
)
def test_an_instant_is_what_is_told_never_later_than_now(told: str, at: datetime) -> None:
    later = START + timedelta(hours=6)
    answer = httpx.Response(200, content=rss(f"<guid>urn:x:1</guid><pubDate>{told}</pubDate>"))
    with RssConnector({"feed": FEED}, transport=Wire(lambda _request: answer)) as door:
        (one,) = door.read_posts("", later).items
    assert one.at == (later if at == START else at)


def test_entries_without_dates_keep_their_order() -> None:
    items = read(rss(*(f"<guid>urn:x:{n}</guid><title>{n}</title>" for n in (3, 2, 1))))
    assert [one.text for one in items] == ["1", "2", "3"]


# Words


def test_words_are_told_without_the_marks_of_pages() -> None:
    said = "<![CDATA[<p>One&nbsp;&amp; <b>two</b></p><script>alert(1)</script><p onclick=x>three<br>four]]>"
    (one,) = read(rss(f"<guid>urn:x:1</guid><title>A &lt;b&gt;</title><description>{said}</description>"))
    assert one.text.endswith("One\N{NO-BREAK SPACE}& two\n\nthree\nfour")
    assert "alert" not in one.text


@pytest.mark.parametrize(("title", "said"), [("", "Hello"), ("Hello…", "Hello there"), ("Hi", "Hello")])
def test_a_title_is_not_said_twice(title: str, said: str) -> None:
    item = f"<guid>urn:x:1</guid><title>{title}</title><description>{said}</description>"
    whole = f"{title}\n\n{said}" if title == "Hi" else said
    assert [one.text for one in read(rss(item))] == [whole]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "utf-16", "windows-1252"])
def test_every_encoding_is_read(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    content = rss("<guid>urn:x:1</guid><title>Été à 5 €</title>", head=head).decode().encode(encoding)
    assert [one.text for one in read(content)] == ["Été à 5 €"]


def test_an_encoding_that_only_the_server_tells_is_read() -> None:
    content = rss("<guid>urn:x:1</guid><title>Été</title>").decode().encode("iso-8859-1")
    assert [one.text for one in read(content, "application/xml; charset=iso-8859-1")] == ["Été"]


@pytest.mark.parametrize(
    "wrong", ["javascript:alert(1)", "file:///etc/passwd", f"https://a.example/{'x' * 900}"]
)
def test_an_address_that_nobody_should_open_is_not_told(wrong: str) -> None:
    assert [one.url for one in read(rss(f"<guid>urn:x:1</guid><link>{wrong}</link>"))] == [""]


# What is broken, and what means harm


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"<html><p>Not found", b"\x89PNG\r\n", b"<rss", b"\xff\xfe", b"x" * 99]
)
def test_what_is_no_feed_is_not_understood(content: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        read(content)


def test_a_feed_that_is_cut_short_tells_no_half_of_an_entry() -> None:
    blog = Blog()
    blog.write("Oak", "Ash")
    whole = blog.document().encode()
    assert len(read(whole)) == 2
    for length in range(len(whole) * 2 // 3, len(whole) - 10, 7):
        with pytest.raises(UnexpectedReply):
            read(whole[:length])


def test_a_feed_that_is_not_well_written_is_read_all_the_same() -> None:
    items = read(rss("<guid>urn:x:1</guid><title>Fish & chips &nosuch;<br></title>"))
    assert [one.remote_id for one in items] == ["urn:x:1"]
    assert items[0].text.startswith("Fish & chips")


def test_entities_that_grow_are_not_followed() -> None:
    assert all(len(one.text) < 1000 for one in read(BOMB))


def test_no_file_is_read_for_an_entity() -> None:
    assert [one.text.strip("[]") for one in read(OUTSIDE)] in ([""], ["&a;"])


@pytest.mark.parametrize(
    "content", [b'<rss version="2.0">' + b"<a>" * (MOST_MARKS + 1), rss(*[""] * (MOST_ENTRIES + 1))]
)
def test_a_document_that_would_take_too_long_is_not_read(content: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        read(content)


def test_a_feed_of_three_megabytes_is_read_and_one_without_end_is_not() -> None:
    said = f"<description>{'word ' * 6_000}</description>"
    large = rss(*(f"<guid>urn:x:{n}</guid>{said}" for n in range(100)))
    assert len(large) > 3_000_000
    assert len(read(large)) == 100
    with pytest.raises(UnexpectedReply):
        read(large + b" " * 3_000_000)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_stands_there_is_read_or_not_understood(noise: bytes, place: int) -> None:
    blog = Blog()
    blog.write("Oak")
    whole = blog.document().encode()
    try:
        items = read(whole[:place] + noise + whole[place:])
    except UnexpectedReply:
        return
    except HttpError:
        pytest.fail("an error of the way instead of one of the network")
    for one in items:
        assert one.remote_id
        assert "\0" not in one.text + one.remote_id
        assert (one.text + one.remote_id).encode()
        assert one.at <= START
