"""Names that networks change are dated data: the one in force counts, and an installation may mend them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portevoix import networks
from portevoix.networks.editions import Edition, name_in, name_of, read
from portevoix.networks.errors import UnexpectedReply
from portevoix.networks.registry import NETWORKS

OLD = Edition("version", "v1", date(2026, 1, 1))
NEW = Edition("version", "v2", date(2026, 6, 1))
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_name_of_the_day_counts_whatever_the_order_of_the_list() -> None:
    for editions in ((OLD, NEW), (NEW, OLD)):
        assert name_in(editions, "version", date(2026, 5, 31)) == "v1"
        assert name_in(editions, "version", date(2026, 6, 1)) == "v2"
    assert name_in((OLD, NEW), "version", date(2025, 12, 31)) == ""
    assert name_in((OLD,), "another", date(2026, 5, 31)) == ""


def test_of_two_lines_of_one_day_the_later_wins_and_a_name_can_be_taken_away() -> None:
    gone = Edition("version", "", OLD.since)
    assert name_in((OLD, gone), "version", OLD.since) == ""


def test_an_installation_mends_a_name_without_a_release(data_folder: Path) -> None:
    assert name_of("linkedin", "version", NOW) == "202607"
    (data_folder / "editions").mkdir()
    ours = '[[edition]]\nwhat = "version"\nvalue = "202610"\nsince = 2026-10-01\n'
    (data_folder / "editions" / "linkedin.toml").write_text(ours, "utf-8")
    assert name_of("linkedin", "version", NOW) == "202610"


@pytest.mark.parametrize(
    "text",
    [
        "[[",
        "edition = 3",
        '[[edition]]\nwhat = "v"',
        '[[edition]]\nwhat = "v"\nvalue = 3\nsince = 2026-01-01',
        '[[edition]]\nwhat = "v"\nvalue = "x"\nsince = "2026-01-01"',
    ],
)
def test_a_list_that_is_none_is_told_as_that(text: str) -> None:
    with pytest.raises(UnexpectedReply):
        read(text)


def test_a_list_that_cannot_be_read_is_told_as_that(data_folder: Path) -> None:
    (data_folder / "editions").mkdir()
    (data_folder / "editions" / "facebook.toml").write_bytes(b"\xff")
    with pytest.raises(UnexpectedReply):
        name_of("facebook", "version", NOW)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_name_that_is_shipped_has_its_source(network: str) -> None:
    path = Path(networks.__file__).parent / network / "editions.toml"
    editions = read(path.read_text("utf-8")) if path.is_file() else ()
    assert all(one.source.startswith("https://") for one in editions)
