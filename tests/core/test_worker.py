"""The queue is only a bell, and one bad sweep never stops the others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from huey import MemoryHuey

from portevoix.core import worker

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Iterator[dict[str, worker.Sweep]]:
    """Return the table of sweeps, empty for one test."""
    kept = dict(worker._sweeps)
    worker._sweeps.clear()
    yield worker._sweeps
    worker._sweeps.clear()
    worker._sweeps.update(kept)


def test_every_sweep_runs_as_of_the_same_instant(table: dict[str, worker.Sweep]) -> None:
    seen: list[tuple[str, datetime]] = []
    for name in ("one", "two"):
        worker.sweep(name)(partial(lambda name, now: seen.append((name, now)), name))
    assert worker.run_sweeps(NOW) == []
    assert seen == [("one", NOW), ("two", NOW)]


def test_a_sweep_that_fails_is_told_and_stops_no_other(table: dict[str, worker.Sweep]) -> None:
    seen: list[str] = []

    @worker.sweep("bad")
    def fail(_now: datetime) -> None:
        raise RuntimeError("one row was odd")

    worker.sweep("good")(lambda _now: seen.append("good"))
    assert worker.run_sweeps(NOW) == ["bad"]
    assert seen == ["good"]


def test_a_sweep_that_is_still_running_is_not_begun_again(table: dict[str, worker.Sweep]) -> None:
    seen: list[str] = []

    @worker.sweep("slow")
    def slow(now: datetime) -> None:
        seen.append("slow")
        assert worker.run_sweeps(now) == []

    worker.sweep("quick")(lambda _now: seen.append("quick"))
    assert worker.run_sweeps(NOW) == []
    assert seen == ["slow", "quick", "quick"]
    assert worker.run_sweep("slow", NOW)
    assert seen.count("slow") == 2


def test_each_sweep_has_its_own_place_on_the_timetable(
    table: dict[str, worker.Sweep], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    timetable = MemoryHuey("timetable", immediate=True)
    monkeypatch.setattr(worker, "queue", timetable)
    for name in ("one", "two"):
        worker.sweep(name)(partial(lambda name, _now: seen.append(name), name))
    worker.schedule_sweeps()
    due = timetable.read_periodic(NOW)
    assert sorted(task.name for task in due) == ["sweep.one", "sweep.two"]
    for task in due:
        timetable.execute(task)
    assert sorted(seen) == ["one", "two"]


def test_registering_leaves_the_function_as_it_was(table: dict[str, worker.Sweep]) -> None:
    def find(_now: datetime) -> str:
        return "found"

    assert worker.sweep("find")(find) is find
    assert find(NOW) == "found"


def test_the_product_s_sweeps_are_known_to_every_process() -> None:
    assert {"ledger.collect", "measures.refresh", "programme.consents"} <= worker._sweeps.keys()


def test_a_bell_is_rung_with_what_the_task_needs() -> None:
    rung: list[tuple[object, ...]] = []
    worker.ring(lambda *arguments: rung.append(arguments), 3, "2026-11")
    assert rung == [(3, "2026-11")]


def test_a_bell_that_cannot_ring_disturbs_nobody() -> None:
    def broken(_number: int) -> None:
        raise OSError("the queue's disk is full")

    worker.ring(broken, 3)
