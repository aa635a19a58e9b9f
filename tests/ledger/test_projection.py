"""The projection holds each visible fact once, is read at any moment, and is never half replaced."""

import resource
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from portevoix.core import patience
from portevoix.core.clock import to_us
from portevoix.core.locks import machine_lock
from portevoix.core.models import Job
from portevoix.ledger import tables
from portevoix.ledger.actions import merge, segments
from portevoix.ledger.actions.project import KEPT, live_files, path_of, project
from portevoix.ledger.actions.record import record
from portevoix.ledger.actions.verify import Finding, verify
from portevoix.ledger.errors import ProjectionUnderWay
from portevoix.ledger.models import Intake, Interaction, Segment, SegmentFile
from portevoix.networks.contracts import ActorRef, Counted, Reading, SeenPost
from portevoix.people.models import Brand
from tests.ledger.conftest import NOW
from tests.ledger.projected import JULY, heard, synced


def _projected(brand: Brand, table: str = "interactions") -> list[dict[str, Any]]:
    files = live_files(table, [brand.pk], "0000-00", "9999-99")
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def test_the_projection_holds_each_visible_fact_once(brand: Brand) -> None:
    heard(brand, 30)
    done = project(now=lambda: NOW)
    assert (done.segments, done.rows, done.was_regrown) == (1, 30, False)
    rows = _projected(brand)
    assert sorted(row["at_us"] for row in rows) == sorted(Interaction.objects.values_list("at_us", flat=True))
    assert {row["known_at_us"] for row in rows} == {to_us(NOW)}
    assert project(now=lambda: NOW).segments == 0


def test_facts_lie_by_brand_and_utc_month(brand: Brand) -> None:
    other = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    heard(brand, 1, start=datetime(2026, 6, 30, 23, 59, 59, 999_999, tzinfo=NOW.tzinfo))
    heard(brand, 1, start=JULY, first=1, step=0)
    heard(other, 1, start=JULY)
    project(now=lambda: NOW)
    told = {(file.brand_id, file.month, file.row_count) for file in SegmentFile.objects.all()}
    assert told == {(brand.pk, "2026-06", 1), (brand.pk, "2026-07", 1), (other.pk, "2026-07", 1)}


def test_later_facts_come_in_a_segment_of_their_own(brand: Brand) -> None:
    heard(brand, 5)
    project(now=lambda: NOW)
    heard(brand, 3, first=5)
    assert project(now=lambda: NOW).rows == 3
    assert len(_projected(brand)) == 8


def test_facts_of_an_unfinished_intake_are_not_projected(brand: Brand) -> None:
    heard(brand, 2)
    Intake.objects.update(known_at_us=None)
    assert project(now=lambda: NOW).rows == 0


def test_publications_and_readings_are_projected_too(brand: Brand) -> None:
    record(
        brand,
        "x",
        now=NOW,
        source="test",
        posts=[SeenPost("p1", ActorRef("88"), JULY, text="Bonjour")],
        readings=[Reading("88", Counted.FOLLOWERS, 812, JULY)],
    )
    project(now=lambda: NOW)
    assert [row["remote_id"] for row in _projected(brand, "publications")] == ["p1"]
    assert [(row["counted"], row["value"]) for row in _projected(brand, "readings")] == [("followers", 812)]
    assert b"Bonjour" not in Path(live_files("publications", None, "2026-07", "2026-07")[0]).read_bytes()


def test_a_lost_file_makes_the_projection_regrow(brand: Brand) -> None:
    heard(brand, 4)
    project(now=lambda: NOW)
    path_of(SegmentFile.objects.get()).unlink()
    assert verify().findings == (Finding(SegmentFile.objects.get().path, "missing"),)
    done = project(now=lambda: NOW)
    assert (done.rows, done.was_regrown) == (4, True)
    assert verify().is_sound
    assert Segment.objects.filter(state="live").count() == 1


def test_rebuilding_leaves_one_file_and_no_trace_of_the_old_one(brand: Brand, data_folder: Path) -> None:
    for first in (0, 5):
        heard(brand, 5, first=first)
        project(now=lambda: NOW)
    assert project(now=lambda: NOW, rebuild=True).rows == 10
    project(now=lambda: NOW + KEPT)
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 1
    assert Segment.objects.count() == 1


def test_a_segment_that_was_left_half_written_is_written_again(brand: Brand, data_folder: Path) -> None:
    heard(brand, 6)
    segment = Segment.objects.create(state="writing", started_at=NOW)
    Intake.objects.update(segment=segment)
    half = data_folder / f"projection/interactions/brand={brand.pk}/2026-07/{segment.pk:08d}.parquet.draft"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    assert project(now=lambda: NOW).rows == 6
    assert not half.exists()
    assert verify().is_sound


def test_many_small_files_become_one_that_says_the_same(
    brand: Brand, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "TOO_MANY", 3)
    for first in range(4):
        heard(brand, 1, first=first)
        project(now=lambda: NOW)
    assert SegmentFile.objects.live().count() == 2
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 5, "somebody may still be reading them"
    project(now=lambda: NOW + KEPT)
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 2
    assert {row["object_id"] for row in _projected(brand)} == {"p0", "p1", "p2", "p3"}
    assert verify().is_sound
    assert project(now=lambda: NOW, rebuild=True).rows == 4


def test_a_merge_that_died_leaves_nothing_behind(brand: Brand, data_folder: Path) -> None:
    heard(brand, 2)
    project(now=lambda: NOW)
    Segment.objects.create(state="writing", started_at=NOW)
    orphan = path_of(SegmentFile.objects.get()).with_name("00000099.parquet")
    orphan.write_bytes(b"a merged file that was never recorded")
    project(now=lambda: NOW)
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 1
    assert verify().is_sound
    assert not Segment.objects.filter(state="writing").exists()


def test_only_one_projector_works_at_a_time(brand: Brand) -> None:
    project(now=lambda: NOW)
    job = Job.objects.get(kind="ledger.projection")
    with machine_lock(f"job-{job.pk}"):
        for work in (project, verify):
            with pytest.raises(ProjectionUnderWay):
                work(now=lambda: NOW, patience=patience.NONE)


def test_whoever_needs_the_projection_waits_for_another_projector(brand: Brand) -> None:
    heard(brand, 3)
    project(now=lambda: NOW)
    other = ExitStack()
    other.enter_context(machine_lock(f"job-{Job.objects.get().pk}"))
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            other.close()

    waiting = patience.Patience(timedelta(minutes=1), pause)
    assert project(now=lambda: NOW, patience=waiting).segments == 0
    assert len(pauses) == 3
    other.enter_context(machine_lock(f"job-{Job.objects.get().pk}"))
    with other, pytest.raises(ProjectionUnderWay):
        project(now=lambda: NOW, patience=waiting)
    assert len(pauses) == 3 + 60


def test_readers_find_every_fact_at_each_moment_of_a_rebuild(brand: Brand) -> None:
    for first in (0, 5):
        heard(brand, 5, first=first)
        project(now=lambda: NOW)
    seen: list[int] = []

    def now() -> datetime:
        seen.append(len(_projected(brand)))
        return NOW

    assert project(now=now, rebuild=True).was_regrown
    assert set(seen) == {10}
    assert len(seen) > 4


def test_whoever_has_the_names_of_files_can_read_them_for_an_hour(brand: Brand) -> None:
    heard(brand, 5)
    project(now=lambda: NOW)
    (before,) = live_files("interactions", None, "0000-00", "9999-99")
    project(now=lambda: NOW, rebuild=True)
    project(now=lambda: NOW + KEPT - timedelta(seconds=1))
    assert pq.read_table(before).num_rows == 5
    project(now=lambda: NOW + KEPT)
    assert not Path(before).exists()


def test_many_months_are_written_with_few_files_open(brand: Brand) -> None:
    for month in range(200):
        heard(brand, 1, start=JULY - timedelta(days=31 * month), first=month, step=0)
    is_open = len(list(Path("/proc/self/fd").iterdir()))
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (is_open + 30, limits[1]))
    try:
        assert project(now=lambda: NOW).rows == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert SegmentFile.objects.live().count() == 200
    assert verify().is_sound


def test_what_does_not_fit_into_memory_is_written_in_several_files(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "ROWS_AT_ONCE", 4)
    monkeypatch.setattr(segments, "PIECES_AT_ONCE", 2)
    monkeypatch.setattr(tables, "PAGE", 3)
    heard(brand, 10)
    heard(brand, 10, first=10, start=JULY - timedelta(days=20))
    assert project(now=lambda: NOW).rows == 20
    rows = _projected(brand)
    assert {row["object_id"] for row in rows} == {f"p{number}" for number in range(20)}
    assert len(rows) == 20
    assert [file.row_count for file in SegmentFile.objects.order_by("path")] == [6, 4, 8, 2]


def test_many_small_intakes_are_read_together(
    brand: Brand, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(150):
        heard(brand, 1, start=JULY + timedelta(hours=hour), first=hour)
    with django_assert_max_num_queries(60):
        assert project(now=lambda: NOW).rows == 150
    assert {row["object_id"] for row in _projected(brand)} == {f"p{number}" for number in range(150)}
    assert verify().is_sound


def test_the_lease_never_runs_out_while_a_segment_is_written(brand: Brand) -> None:
    for month in range(12):
        heard(brand, 1, start=JULY - timedelta(days=31 * month), first=month, step=0)
    instants = [NOW + timedelta(seconds=5) * turn for turn in range(200)]
    passing = iter(instants)
    left: list[timedelta] = []

    def now() -> datetime:
        instant = next(passing)
        held = Job.objects.filter(kind="ledger.projection", state="running").first()
        if held and held.lease_until:
            left.append(held.lease_until - instant)
        return instant

    assert project(now=now).rows == 12
    assert len(left) > 12
    assert min(left) > timedelta(0)


def _live() -> list[str]:
    return live_files("interactions", None, "0000-00", "9999-99")


@pytest.mark.parametrize(
    ("moment", "rebuild"),
    [*((each, False) for each in range(2, 10)), *((each, True) for each in range(2, 12))],
)
def test_a_projector_that_was_overtaken_changes_nothing_more(
    brand: Brand, moment: int, *, rebuild: bool
) -> None:
    heard(brand, 4)
    project(now=lambda: NOW)
    heard(brand, 4, first=4)
    outside, calls = len(connection.savepoint_ids), count(1)
    before: list[list[str]] = []

    def now() -> datetime:
        if next(calls) >= moment and not before and len(connection.savepoint_ids) == outside:
            Job.objects.update(attempt=F("attempt") + 1)
            before.append(_live())
        return NOW

    with suppress(ProjectionUnderWay):
        project(now=now, rebuild=rebuild)
        assert not before, "it was overtaken, and did not notice"
    assert before, "the moment was never reached"
    assert _live() == before[0]
    Job.objects.update(lease_until=NOW - timedelta(seconds=1))
    project(now=lambda: NOW)
    assert len(_projected(brand)) == 8
    assert verify().is_sound


def test_nobody_removes_what_a_later_attempt_is_writing(brand: Brand) -> None:
    heard(brand, 2)
    project(now=lambda: NOW)
    folder = path_of(SegmentFile.objects.get()).parent
    mine, theirs = folder / "00000007-1-0.parquet.draft", folder / "00000007-9-0.parquet.draft"
    mine.write_bytes(b"half")
    theirs.write_bytes(b"half")
    project(now=lambda: NOW)
    assert (mine.exists(), theirs.exists()) == (False, True)


def test_verification_does_not_take_a_rebuild_that_was_broken_off_for_damage(brand: Brand) -> None:
    heard(brand, 4)
    project(now=lambda: NOW)
    calls = count(1)

    def now() -> datetime:
        if next(calls) > 4:
            raise RuntimeError
        return NOW

    with pytest.raises(RuntimeError):
        project(now=now, rebuild=True)
    assert Job.objects.get(kind="ledger.projection").cursor == {"is_regrowing": True}
    assert verify(now=lambda: NOW).is_sound
    done = project(now=lambda: NOW)
    assert (done.was_regrown, len(_projected(brand))) == (True, 4)
    assert not project(now=lambda: NOW).was_regrown


def test_a_projected_file_is_on_disk_down_to_the_name_of_each_folder(brand: Brand, data_folder: Path) -> None:
    heard(brand, 3)
    on_disk = synced(lambda: project(now=lambda: NOW))
    file = path_of(SegmentFile.objects.get())
    assert {str(each) for each in file.parents[:5]} <= on_disk
    assert data_folder in file.parents[:5]
