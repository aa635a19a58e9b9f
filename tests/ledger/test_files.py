"""The projection and the archive hold what the database holds, and verification notices when they do not."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from portevoix.core.clock import to_us
from portevoix.core.locks import machine_lock
from portevoix.core.models import Job
from portevoix.core.periods import Month
from portevoix.ledger.actions import merge
from portevoix.ledger.actions.archive import archive
from portevoix.ledger.actions.project import live_files, path_of, project
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


def _projected(brand: Brand, table: str = "interactions") -> list[dict[str, object]]:
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
    assert Segment.objects.count() == 1


def test_rebuilding_leaves_one_file_and_no_trace_of_the_old_one(brand: Brand, data_folder: Path) -> None:
    for first in (0, 5):
        _heard(brand, 5, first=first)
        project(now=lambda: NOW)
    assert project(now=lambda: NOW, rebuild=True).rows == 10
    assert len(list(data_folder.glob("projection/**/*.parquet"))) == 1


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
    with machine_lock(f"job-{job.pk}"), pytest.raises(ProjectionUnderWay):
        project(now=lambda: NOW)


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
