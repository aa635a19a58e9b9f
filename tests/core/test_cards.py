"""Cards: who deals them, in which order, and what becomes of a dealer that fails."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from portevoix.core.cards import Card, Viewer, deal

VIEWER = Viewer("ada", "acme", datetime(2026, 11, 24, 9, tzinfo=UTC), date(2026, 11, 24), frozenset())


def card(key: str, weight: int) -> Card:
    return Card(key, weight, title=key, why="because", gesture="do it", page="today")


def test_the_heaviest_card_stands_first_and_equal_ones_by_their_key() -> None:
    dealt = deal(VIEWER, {"a": lambda _viewer: [card("b", 1), card("a", 1)], "b": lambda _: [card("c", 9)]})

    assert [each.key for each in dealt] == ["c", "a", "b"]


def test_a_dealer_that_fails_is_logged_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_viewer: Viewer) -> Iterable[Card]:
        yield card("half", 5)
        raise RuntimeError("no such table")

    dealt = deal(VIEWER, {"broken": broken, "whole": lambda _viewer: [card("whole", 1)]})

    assert [each.key for each in dealt] == ["whole"]


def test_a_dealer_knows_who_looks() -> None:
    asked = []
    deal(VIEWER, {"asking": lambda viewer: asked.append(viewer.user) or []})  # type: ignore[func-returns-value]  # None, then []

    assert asked == ["ada"]
