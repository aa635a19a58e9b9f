"""The analytics that X exports: readings of each post, whatever the columns are called."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portevoix.networks.archives import Refused
from portevoix.networks.contracts import Counted, Reading
from portevoix.networks.x.analytics import read_analytics

AT = datetime(2026, 11, 20, tzinfo=UTC)
CONTENT = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts\n"
    '2000243348691640646,"Sun, Dec 14, 2025","Été, ""enfin""\nici",'
    "https://x.com/marion_x/status/2000243348691640646,655,2,13,1,0,0,1,0\n"
)


def told(tmp_path: Path, text: str | bytes) -> list[Reading | Refused]:
    path = tmp_path / "content.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_analytics(path, account="1001", at=AT))


def values(read: list[Reading | Refused]) -> dict[Counted, int]:
    return {one.counted: one.value for one in read if isinstance(one, Reading)}


def test_a_line_a_post_gives_its_counts(tmp_path: Path) -> None:
    read = told(tmp_path, CONTENT)
    assert values(read) == {
        Counted.IMPRESSIONS: 655,
        Counted.LIKES: 2,
        Counted.REPLIES: 1,
        Counted.REPOSTS: 0,
    }
    assert {(one.object_id, one.account_id, one.at) for one in read if isinstance(one, Reading)} == {
        ("2000243348691640646", "1001", AT)
    }


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffTweet id;Tweet permalink;impressions;retweets;likes\n5;https://twitter.com/m/status/5;1 200;3;4\n",
        "likes\tretweets\timpressions\tTWEET ID\n4\t3\t1,200\t5\n",
        "Post Link,Views,Likes,Retweets\r\nhttps://x.com/m/status/5?s=20,1\u202f200,4,3\r\n",
        'Post id,Post Link,Impressions,Likes,Reposts\n"2,00E+18",https://x.com/m/status/5,1200,4,3\n',
    ],
)
def test_columns_may_be_called_and_stand_as_they_like(tmp_path: Path, text: str) -> None:
    read = told(tmp_path, text)
    assert values(read) == {Counted.IMPRESSIONS: 1200, Counted.LIKES: 4, Counted.REPOSTS: 3}
    assert {one.object_id for one in read if isinstance(one, Reading)} == {"5"}


def test_a_line_a_day_is_no_reading_and_says_so(tmp_path: Path) -> None:
    text = 'Date,Impressions,Likes,New follows,Unfollows\n"Sun, Sep 27, 2026",398,0,0,0\n'
    assert told(tmp_path, text) == [Refused("content.csv", "per_day")]


@pytest.mark.parametrize("text", ["", "\n", "Post id\n5\n", "Name,Surname\nA,B\n", b"\xff\xfe\x00P"])
def test_a_file_of_other_columns_is_refused(tmp_path: Path, text: str | bytes) -> None:
    assert told(tmp_path, text) == [Refused("content.csv", "unknown_columns")]


def test_a_line_that_cannot_be_read_is_refused_and_the_others_are_told(tmp_path: Path) -> None:
    read = told(tmp_path, "Post id,Likes\n5,many\nnone,3\n\n6,\n7,8\n")
    assert read == [
        Refused("content.csv, 2", "missing_field"),
        Refused("content.csv, 3", "missing_field"),
        Reading("1001", Counted.LIKES, 8, AT, "7"),
    ]


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    read = told(tmp_path, 'Post id,Likes\n5,1\n6,"' + "x" * 200_000)
    assert read == [Reading("1001", Counted.LIKES, 1, AT, "5"), Refused("content.csv", "damaged")]
