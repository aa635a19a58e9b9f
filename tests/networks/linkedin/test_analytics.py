"""The Page analytics that LinkedIn exports: posts and their totals are read, what happened each day is refused."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portevoix.networks.archives import REASON_SENTENCES, Refused
from portevoix.networks.contracts import Counted, Reading, SeenPost
from portevoix.networks.linkedin.analytics import read_analytics
from tests.networks.contract import START
from tests.networks.linkedin.network import PAGE
from tests.networks.linkedin.workbooks import Rows, workbook

EXPLAINED = ["Performance of your posts, all times in UTC", "", ""]
HEAD = [
    *("Post title", "Post link", "Post type", "Posted by", "Created date", "Impressions", "Clicks"),
    *("Click through rate (CTR)", "Likes", "Comments", "Reposts", "Engagement rate"),
]
LINK = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"


def line(link: str = LINK, day: object = "10/30/2026", likes: object = 12) -> list[object]:
    return ["Nous formons", link, "Organic", "B. A.", day, 1204.0, 7, 0.01, likes, 5, "", 0.02]


def read(path: Path) -> list[Reading | SeenPost | Refused]:
    return list(read_analytics(path, account=PAGE, at=START))


def content(folder: Path, *rows: Sequence[object]) -> Path:
    metrics: Rows = [["Explained"], ["Date", "Impressions (organic)"], ["10/30/2026", 40]]
    return workbook(folder / "content.xlsx", {"Metrics": metrics, "All posts": [EXPLAINED, HEAD, *rows]})


def test_a_post_and_its_totals_are_read_and_its_day_alone_is_known(tmp_path: Path) -> None:
    refused, post, *readings = read(content(tmp_path, line()))
    assert refused == Refused("content.xlsx, Metrics", "per_day")
    assert isinstance(post, SeenPost)
    assert (post.remote_id, post.text) == ("urn:li:share:7000000000000000001", "Nous formons")
    assert post.at == datetime(2026, 10, 30, 12, tzinfo=UTC)
    assert readings == [
        Reading(PAGE, Counted.LIKES, 12, START, post.remote_id),
        Reading(PAGE, Counted.REPLIES, 5, START, post.remote_id),
        Reading(PAGE, Counted.IMPRESSIONS, 1204, START, post.remote_id),
    ]


@pytest.mark.parametrize(
    ("link", "urn"),
    [
        (LINK, "urn:li:share:7000000000000000001"),
        ("https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A71/", "urn:li:ugcPost:71"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:72", "urn:li:activity:72"),
        ("https://www.linkedin.com/posts/atelier_formation-activity-73-AbCd", "urn:li:activity:73"),
        ("https://www.linkedin.com/posts/atelier_formation-share-74?x=1", "urn:li:share:74"),
    ],
)
def test_a_link_names_the_post_under_the_id_that_the_api_has_for_it(
    tmp_path: Path, link: str, urn: str
) -> None:
    told = [one for one in read(content(tmp_path, line(link))) if isinstance(one, SeenPost)]
    assert [one.remote_id for one in told] == [urn]


def test_a_line_that_cannot_be_read_is_one_refusal_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [
        line("https://example.org/"),
        line(day="31/31/2026"),
        [""] * 12,
        line(likes="many"),
        line(),
    ]
    told = read(content(tmp_path, *rows))
    refused = [(one.place, one.reason) for one in told if isinstance(one, Refused)][1:]
    assert refused == [
        ("content.xlsx, All posts, 3", "missing_field"),
        ("content.xlsx, All posts, 4", "impossible_date"),
        ("content.xlsx, All posts, 6", "missing_field"),
    ]
    assert len([one for one in told if isinstance(one, SeenPost)]) == 2


def test_new_followers_of_each_day_are_no_total_and_places_are_no_followers(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "New followers": [["Date", "Sponsored followers", "Total followers"], ["10/30/2026", 0, 4]],
        "Location": [["Location", "Total followers"], ["Paris", 800]],
    }
    path = workbook(tmp_path / "followers.xlsx", sheets)
    assert read(path) == [Refused("followers.xlsx, New followers", "per_day")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_sheet_saved_as_text_is_read_too(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "posts.csv"
    lines: list[list[object]] = [
        ["Explained"],
        [*HEAD],
        [*line()[:5], "1\u202f204", "", "", "12", "", "", ""],
    ]
    path.write_text("\n".join(separator.join(str(cell) for cell in each) for each in lines), "utf-8-sig")
    told = {one.counted: one.value for one in read(path) if isinstance(one, Reading)}
    assert told == {Counted.LIKES: 12, Counted.IMPRESSIONS: 1204}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unknown_columns"),
        (b"one\ntwo\n", "unknown_columns"),
        (b"PK\x03\x04 cut short", "damaged"),
        (b"\xd0\xcf\x11\xe0 cut short", "damaged"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    assert read(path) == [Refused("a.xls", reason)]
    assert reason in REASON_SENTENCES


def test_a_file_that_unpacks_to_more_than_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = content(tmp_path, line())
    monkeypatch.setattr("portevoix.networks.linkedin.analytics.LONGEST_MEMBER", path.stat().st_size)
    assert read(path) == [Refused("content.xlsx", "too_large")]


def test_a_file_that_is_not_there_is_told_by_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        read(tmp_path / "gone.xls")
