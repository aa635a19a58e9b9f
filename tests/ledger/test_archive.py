"""The archive of a month is whole, and verification notices what was changed."""

from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from portevoix.core.periods import Month
from portevoix.ledger.actions.archive import archive
from portevoix.ledger.actions.project import path_of, project
from portevoix.ledger.actions.verify import Finding, verify
from portevoix.ledger.errors import NotArchivable
from portevoix.ledger.models import ArchivedMonth, Interaction, SegmentFile
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from tests.ledger.conftest import NOW
from tests.ledger.projected import heard, synced


def test_a_month_is_archived_sorted_and_checksummed(brand: Brand, data_folder: Path) -> None:
    heard(brand, 20, step=-60)
    heard(brand, 1, start=datetime(2026, 8, 1, tzinfo=NOW.tzinfo), first=50)
    archived, is_new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    assert is_new
    rows = pq.read_table(data_folder / archived.folder / "interactions.parquet").to_pylist()
    assert [row["at_us"] for row in rows] == sorted(row["at_us"] for row in rows)
    assert len(rows) == archived.manifest["tables"]["interactions"]["rows"]
    assert {row["key"] for row in rows} <= {f"o:p{number}" for number in range(20)}
    assert (data_folder / archived.folder / "manifest.json").exists()
    assert verify().is_sound


def test_archiving_again_changes_nothing_and_late_facts_make_a_next_version(brand: Brand) -> None:
    heard(brand, 3)
    first, _new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    again, is_new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    assert (again.pk, is_new) == (first.pk, False)
    heard(brand, 2, first=3)
    second, is_new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    assert (second.version, is_new) == (2, True)
    assert list(ArchivedMonth.objects.filter(is_current=True)) == [second]
    assert verify().is_sound


def test_a_folder_that_a_dead_process_left_is_replaced(brand: Brand, data_folder: Path) -> None:
    heard(brand, 3)
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
    heard(brand, 3)
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
    heard(brand, 3)
    archived, _new = archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    manifest = data_folder / archived.folder / "manifest.json"
    manifest.unlink() if content is None else manifest.write_text(content)
    assert verify().findings == (Finding(f"{archived.folder}/manifest.json", problem),)


def test_an_archive_is_on_disk_down_to_the_name_of_each_folder(brand: Brand, data_folder: Path) -> None:
    heard(brand, 3)
    on_disk = synced(lambda: archive(brand, Month(2026, 7), by=SYSTEM, now=NOW))
    folder = data_folder / "archive/acme/2026-07"
    assert {str(each) for each in (data_folder, *folder.parents[:2], folder)} <= on_disk
    assert str(folder / "v1.draft/manifest.json") in on_disk


def test_verification_notices_a_fact_that_left_the_database(brand: Brand) -> None:
    heard(brand, 3)
    project(now=lambda: NOW)
    archive(brand, Month(2026, 7), by=SYSTEM, now=NOW)
    Interaction.objects.order_by("pk").first().delete()  # type: ignore[union-attr]
    told = {finding.what: finding.problem for finding in verify().findings}
    assert told == {
        "projection/interactions": "unlike_database",
        "archive/acme/2026-07/v1/interactions.parquet": "unlike_database",
    }
