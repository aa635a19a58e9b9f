"""The projection and the archive hold what the database holds, and verification notices when they do not."""

import os
import resource
from collections.abc import Callable
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
from portevoix.core.periods import Month
from portevoix.ledger import tables
from portevoix.ledger.actions import merge, segments
from portevoix.ledger.actions.archive import archive
from portevoix.ledger.actions.project import KEPT, live_files, path_of, project
from portevoix.ledger.actions.record import record
from portevoix.ledger.actions.verify import Finding, verify
from portevoix.ledger.errors import NotArchivable, ProjectionUnderWay
from portevoix.ledger.models import ArchivedMonth, Intake, Interaction, Segment, SegmentFile
from portevoix.networks.contracts import ActorRef, Counted, Event, Kind, Reading, SeenPost
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from tests.ledger.conftest import NOW

JULY = datetime(2026, 7, 1, tzinfo=NOW.tzinfo)


def _heard(brand: Brand, count: int, *, start: datetime = JULY, first: int = 0, step: int = 3600) -> None:
    events = [
        Event(Kind.LIKE, ActorRef(f"a{number}"), "88", start + timedelta(seconds=step * number), f"p{number}")
        for number in range(first, first + count)
    ]
    record(brand, "x", now=NOW, source="test", events=events)


def _projected(brand: Brand, table: str = "interactions") -> list[dict[str, Any]]:
    files = live_files(table, [brand.pk], "0000-00", "9999-99")
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def test_the_projection_holds_each_visible_fact_once(brand: Brand) -> None:
    _heard(brand, 30)
    done = project(now=lambda: NOW)
    assert (done.segments, done.rows, done.was_regrown) == (1, 30, False)
    rows = _projected(brand)
    assert sorted(row["at_us"] for row in rows) == sorted(Interaction.objects.values_list("at_us", flat=True))
    assert {row["known_at_us"] for row in rows} == {to_us(NOW)}
    assert project(now=lambda: NOW).segments == 0


def test_facts_lie_by_brand_and_utc_month(brand: Brand) -> None:
    other = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    _heard(brand, 1, start=datetime(2026, 6, 30, 23, 59, 59, 999_999, tzinfo=NOW.tzinfo))
    _heard(brand, 1, start=JULY, first=1, step=0)
    _heard(other, 1, start=JULY)
    project(now=lambda: NOW)
    told = {(file.brand_id, file.month, file.row_count) for file in SegmentFile.objects.all()}
    assert told == {(brand.pk, "2026-06", 1), (brand.pk, "2026-07", 1), (other.pk, "2026-07", 1)}


def test_later_facts_come_in_a_segment_of_their_own(brand: Brand) -> None:
    _heard(brand, 5)
    project(now=lambda: NOW)
    _heard(brand, 3, first=5)
    assert project(now=lambda: NOW).rows == 3
    assert len(_projected(brand)) == 8


def test_facts_of_an_unfinished_intake_are_not_projected(brand: Brand) -> None:
    _heard(brand, 2)
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
    _heard(brand, 4)
    project(now=lambda: NOW)
    path_of(SegmentFile.objects.get()).unlink()
    assert verify().findings == (Finding(SegmentFile.objects.get().path, "missing"),)
    done = project(now=lambda: NOW)
    assert (done.rows, done.was_regrown) == (4, True)
    assert verify().is_sound
    assert Segment.objects.filter(state="live").count() == 1


def test_rebuilding_leaves_one_file_and_no_trace_of_the_old_one(brand: Brand, data_folder: Path) -> None:
    for first in (0, 5):
        _heard(brand, 5, first=first)
        project(now=lambda: NOW)
    assert project(now=lambda: NOW, rebuild=True).rows == 10
    project(now=lambda: NOW + KEPT)
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 1
    assert Segment.objects.count() == 1


def test_a_segment_that_was_left_half_written_is_written_again(brand: Brand, data_folder: Path) -> None:
    _heard(brand, 6)
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
        _heard(brand, 1, first=first)
        project(now=lambda: NOW)
    assert SegmentFile.objects.live().count() == 2
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 5, "somebody may still be reading them"
    project(now=lambda: NOW + KEPT)
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 2
    assert {row["object_id"] for row in _projected(brand)} == {"p0", "p1", "p2", "p3"}
    assert verify().is_sound
    assert project(now=lambda: NOW, rebuild=True).rows == 4


def test_a_merge_that_died_leaves_nothing_behind(brand: Brand, data_folder: Path) -> None:
    _heard(brand, 2)
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
    _heard(brand, 3)
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
        _heard(brand, 5, first=first)
        project(now=lambda: NOW)
    seen: list[int] = []

    def now() -> datetime:
        seen.append(len(_projected(brand)))
        return NOW

    assert project(now=now, rebuild=True).was_regrown
    assert set(seen) == {10}
    assert len(seen) > 4


def test_whoever_has_the_names_of_files_can_read_them_for_an_hour(brand: Brand) -> None:
    _heard(brand, 5)
    project(now=lambda: NOW)
    (before,) = live_files("interactions", None, "0000-00", "9999-99")
    project(now=lambda: NOW, rebuild=True)
    project(now=lambda: NOW + KEPT - timedelta(seconds=1))
    assert pq.read_table(before).num_rows == 5
    project(now=lambda: NOW + KEPT)
    assert not Path(before).exists()


def test_many_months_are_written_with_few_files_open(brand: Brand) -> None:
    for month in range(200):
        _heard(brand, 1, start=JULY - timedelta(days=31 * month), first=month, step=0)
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
    _heard(brand, 10)
    _heard(brand, 10, first=10, start=JULY - timedelta(days=20))
    assert project(now=lambda: NOW).rows == 20
    rows = _projected(brand)
    assert {row["object_id"] for row in rows} == {f"p{number}" for number in range(20)}
    assert len(rows) == 20
    assert [file.row_count for file in SegmentFile.objects.order_by("path")] == [6, 4, 8, 2]


def test_many_small_intakes_are_read_together(
    brand: Brand, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(150):
        _heard(brand, 1, start=JULY + timedelta(hours=hour), first=hour)
    with django_assert_max_num_queries(60):
        assert project(now=lambda: NOW).rows == 150
    assert {row["object_id"] for row in _projected(brand)} == {f"p{number}" for number in range(150)}
    assert verify().is_sound


def test_the_lease_never_runs_out_while_a_segment_is_written(brand: Brand) -> None:
    for month in range(12):
        _heard(brand, 1, start=JULY - timedelta(days=31 * month), first=month, step=0)
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
    _heard(brand, 4)
    project(now=lambda: NOW)
    _heard(brand, 4, first=4)
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
    _heard(brand, 2)
    project(now=lambda: NOW)
    folder = path_of(SegmentFile.objects.get()).parent
    mine, theirs = folder / "00000007-1-0.parquet.draft", folder / "00000007-9-0.parquet.draft"
    mine.write_bytes(b"half")
    theirs.write_bytes(b"half")
    project(now=lambda: NOW)
    assert (mine.exists(), theirs.exists()) == (False, True)


def test_verification_does_not_take_a_rebuild_that_was_broken_off_for_damage(brand: Brand) -> None:
    _heard(brand, 4)
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


def test_a_month_is_archived_sorted_and_checksummed(brand: Brand, data_folder: Path) -> None:
    _heard(brand, 20, step=-60)
    _heard(brand, 1, start=datetime(2026, 8, 1, tzinfo=NOW.tzinfo), first=50)
    archived, is_new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    assert is_new
    rows = pq.read_table(data_folder / archived.folder / "interactions.parquet").to_pylist()
    assert [row["at_us"] for row in rows] == sorted(row["at_us"] for row in rows)
    assert len(rows) == archived.manifest["tables"]["interactions"]["rows"]
    assert {row["key"] for row in rows} <= {f"o:p{number}" for number in range(20)}
    assert (data_folder / archived.folder / "manifest.json").exists()
    assert verify().is_sound


def test_archiving_again_changes_nothing_and_late_facts_make_a_next_version(brand: Brand) -> None:
    _heard(brand, 3)
    first, _new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    again, is_new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    assert (again.pk, is_new) == (first.pk, False)
    _heard(brand, 2, first=3)
    second, is_new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    assert (second.version, is_new) == (2, True)
    assert list(ArchivedMonth.objects.filter(is_current=True)) == [second]
    assert verify().is_sound


def test_a_folder_that_a_dead_process_left_is_replaced(brand: Brand, data_folder: Path) -> None:
    _heard(brand, 3)
    for left in ("v1", "v1.draft"):
        (data_folder / "archive/acme/2026-07" / left).mkdir(parents=True)
        (data_folder / "archive/acme/2026-07" / left / "junk").write_text("junk")
    archived, _new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    names = sorted(path.name for path in (data_folder / archived.folder).parent.glob("**/*"))
    assert names == [
        "interactions.parquet",
        "manifest.json",
        "publications.parquet",
        "readings.parquet",
        "v1",
    ]


@pytest.mark.parametrize("month", [Month(2026, 11), Month(2027, 3)])
def test_a_month_that_is_not_over_is_not_archived(brand: Brand, month: Month) -> None:
    with pytest.raises(NotArchivable):
        archive(brand, month, by=SYSTEM, now=NOW)


def test_verification_notices_a_changed_byte(brand: Brand, data_folder: Path) -> None:
    _heard(brand, 3)
    project(now=lambda: NOW)
    archived, _new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    for path in (path_of(SegmentFile.objects.get()), data_folder / archived.folder / "interactions.parquet"):
        content = bytearray(path.read_bytes())
        content[40] ^= 1
        path.write_bytes(content)
    assert [finding.problem for finding in verify().findings] == ["changed", "changed"]


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "missing"), ("{", "changed"), ('{"format": 1}', "changed")]
)
def test_verification_reads_the_manifest_that_lies_beside_the_archive(
    brand: Brand, data_folder: Path, content: str | None, problem: str
) -> None:
    _heard(brand, 3)
    archived, _new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    manifest = data_folder / archived.folder / "manifest.json"
    manifest.unlink() if content is None else manifest.write_text(content)
    assert verify().findings == (Finding(f"{archived.folder}/manifest.json", problem),)


def _synced(work: Callable[[], object]) -> set[str]:
    """Return the paths that `work` put on disk before it ended."""
    synced: set[str] = set()
    system_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        synced.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        system_fsync(descriptor)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        work()
    return synced


def test_an_archive_is_on_disk_down_to_the_name_of_each_folder(brand: Brand, data_folder: Path) -> None:
    _heard(brand, 3)
    synced = _synced(lambda: archive(brand, Month(2026, 7), by=SYSTEM, now=NOW))
    folder = data_folder / "archive/acme/2026-07"
    assert {str(each) for each in (data_folder, *folder.parents[:2], folder)} <= synced
    assert str(folder / "v1.draft/manifest.json") in synced


def test_a_projected_file_is_on_disk_down_to_the_name_of_each_folder(brand: Brand, data_folder: Path) -> None:
    _heard(brand, 3)
    synced = _synced(lambda: project(now=lambda: NOW))
    file = path_of(SegmentFile.objects.get())
    assert {str(each) for each in file.parents[:5]} <= synced
    assert data_folder in file.parents[:5]


def test_verification_notices_a_fact_that_left_the_database(brand: Brand) -> None:
    _heard(brand, 3)
    project(now=lambda: NOW)
    archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    Interaction.objects.order_by("pk").first().delete()  # type: ignore[union-attr]
    told = {finding.what: finding.problem for finding in verify().findings}
    assert told == {
        "projection/interactions": "unlike_database",
        "archive/acme/2026-07/v1/interactions.parquet": "unlike_database",
    }
