"""What calls cost: dated, with a source, and renewed by a file in the data folder."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portevoix.networks.errors import CeilingReached, RateLimited
from portevoix.networks.meter import UNMETERED
from portevoix.networks.prices import Price, PricesRefused, UnknownPrice, merge, price, price_in, read
from tests.networks.meters import MemoryMeter

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
NOW = datetime(2026, 6, 2, tzinfo=UTC)
LIST = (Price("post", Decimal("0.1"), MAY), Price("post", Decimal("0.2"), JUNE))


@pytest.mark.parametrize(
    ("on", "amount"), [(MAY, "0.1"), (date(2026, 5, 31), "0.1"), (JUNE, "0.2"), (date(2030, 1, 1), "0.2")]
)
def test_a_price_holds_from_its_day_until_the_next(on: date, amount: str) -> None:
    assert price_in(LIST, "post", on) == Decimal(amount)


@pytest.mark.parametrize(("what", "on"), [("post", date(2026, 4, 30)), ("film", JUNE)])
def test_what_has_no_price_on_a_day_is_said_and_never_free(what: str, on: date) -> None:
    with pytest.raises(UnknownPrice):
        price_in(LIST, what, on)


def test_a_network_without_a_list_costs_nothing(data_folder: Path) -> None:
    assert price("sandbox", "post", JUNE) == 0


def test_a_file_in_the_data_folder_changes_prices_without_a_release(data_folder: Path) -> None:
    assert price("x", "content_create", JUNE) == Decimal("0.015")
    (data_folder / "prices").mkdir()
    (data_folder / "prices" / "x.toml").write_text(
        'source = "https://x.example/"\n[[price]]\nwhat = "content_create"\namount = "0.02"\nsince = 2026-06-01\n'
    )
    assert price("x", "content_create", MAY) == Decimal("0.015")
    assert price("x", "content_create", JUNE) == Decimal("0.02")
    assert price("x", "post_read", JUNE) == Decimal("0.005")


def test_a_line_of_the_same_day_is_replaced() -> None:
    ours = Price("post", Decimal("0.15"), MAY)
    assert merge(LIST, (ours,)) == (ours, LIST[1])


def test_each_line_says_where_it_was_read() -> None:
    text = (
        'source = "https://a.example/"\n[[price]]\nwhat = "a"\namount = "1"\nsince = 2026-05-01\n'
        '[[price]]\nwhat = "b"\namount = "2"\nsince = 2026-05-01\nsource = "https://b.example/"\n'
    )
    assert [one.source for one in read(text)] == ["https://a.example/", "https://b.example/"]


@pytest.mark.parametrize(
    "text",
    [
        "no list",
        '[[price]]\nwhat = "a"\namount = "1"\n',
        '[[price]]\nwhat = "a"\namount = "much"\nsince = 2026-05-01\n',
        '[[price]]\nwhat = "a"\namount = "-1"\nsince = 2026-05-01\n',
        '[[price]]\nwhat = "a"\namount = "NaN"\nsince = 2026-05-01\n',
        '[[price]]\nwhat = "a"\namount = "1"\nsince = "May"\n',
        "price = 3\n",
        "price = [3]\n",
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(text: str) -> None:
    with pytest.raises(PricesRefused) as caught:
        read(text)
    assert str(caught.value)


def test_a_file_that_is_no_text_is_refused_in_words(data_folder: Path) -> None:
    (data_folder / "prices").mkdir()
    (data_folder / "prices" / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PricesRefused):
        price("x", "post_read", JUNE)


def test_the_meter_of_tests_stops_before_its_ceiling_and_forgives_what_was_not_used(
    data_folder: Path,
) -> None:
    meter = MemoryMeter("x", Decimal("0.030"))
    meter.charge("content_create", 2, now=NOW)
    with pytest.raises(CeilingReached):
        meter.charge("owned_read", now=NOW)
    meter.spare("content_create", now=NOW)
    meter.charge("owned_read", 15, now=NOW)
    assert meter.spent(NOW) == Decimal("0.030")


def test_the_meter_of_tests_waits_for_a_window(data_folder: Path) -> None:
    meter = MemoryMeter("x")
    meter.require("posts", now=NOW)
    meter.told("posts", 0, datetime(2026, 6, 2, 1, tzinfo=UTC))
    with pytest.raises(RateLimited):
        meter.require("posts", now=NOW)
    meter.require("posts", now=datetime(2026, 6, 2, 1, tzinfo=UTC))


def test_an_account_that_costs_nothing_may_use_everything() -> None:
    UNMETERED.charge("post", 10**9, now=NOW)
    UNMETERED.spare("post", 10**9, now=NOW)
    UNMETERED.require("posts", now=NOW)
    UNMETERED.told("posts", 0, NOW)
