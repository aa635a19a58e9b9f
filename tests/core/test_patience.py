"""Waiting looks at once, then after each pause, and gives up."""

from datetime import timedelta

from portevoix.core.patience import EVERY, NONE, Patience


def test_waiting_looks_at_once_and_then_after_each_pause_until_the_limit() -> None:
    pauses: list[float] = []
    assert len(list(Patience(3 * EVERY, pauses.append).turns())) == 4
    assert pauses == [EVERY.total_seconds()] * 3


def test_whoever_finds_what_it_waits_for_pauses_no_more() -> None:
    pauses: list[float] = []
    for turn, _look in enumerate(Patience(timedelta(minutes=5), pauses.append).turns()):
        if turn == 2:
            break
    assert len(pauses) == 2


def test_no_patience_looks_once() -> None:
    assert len(list(NONE.turns())) == 1
