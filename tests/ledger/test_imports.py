"""Files come in whole, line by line accounted for, once, and count only when they are done."""

import csv
import gzip
import json
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portevoix.core import jobs
from portevoix.core.errors import NotAllowed, NotFound
from portevoix.ledger import queries
from portevoix.ledger.actions import imports
from portevoix.ledger.actions.imports import ImportReport, accept, import_file
from portevoix.ledger.actions.record import record
from portevoix.ledger.errors import ImportRefused, ImportStopped, ImportUnderWay
from portevoix.ledger.models import Actor, Coverage, Import, Interaction, Sighting
from portevoix.ledger.rows import Layout
from portevoix.networks.contracts import ActorRef, Event, Kind
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand, JournalEntry, Role, User
from tests.ledger.conftest import NOW, START, WriteFile

COLUMNS = ("actor", "target", "at", "kind")
LAYOUT = Layout(COLUMNS, " ", {"RT": "repost", "MT": "mention", "RE": "reply"})


def _import(brand: Brand, path: Path, layout: Layout = LAYOUT, **more: object) -> ImportReport:
    return import_file(path, brand=brand, network="x", layout=layout, by=SYSTEM, now=lambda: NOW, **more)  # type: ignore[arg-type]


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.read, report.added, report.known, report.rejected


class Death(BaseException):
    """What a killed process looks like from inside: nothing after it runs."""


def _dies_after(batches: int) -> Callable[[Import], None]:
    seen = []

    def on_progress(run: Import) -> None:
        seen.append(run.pk)
        if len(seen) == batches:
            raise Death

    return on_progress


def _lines(count: int, first: int = 0) -> list[str]:
    return [f"{actor} 88 {START + actor} RT" for actor in range(first, first + count)]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a batch of ten lines, so that a small file has several."""
    monkeypatch.setattr(imports, "BATCH", 10)


def test_each_line_is_one_fact_with_its_actors(brand: Brand, write_file: WriteFile) -> None:
    report = _import(brand, write_file(f"7 88 {START} RT", f"7 88 {START} MT", f"88 9 {START + 1} RE"))
    assert _counts(report) == (3, 3, 0, 0)
    assert report.rejects_file == ""
    told = Interaction.objects.visible()
    assert {(fact.actor.remote_id, fact.target.remote_id, fact.kind) for fact in told} == {
        ("7", "88", "repost"),
        ("7", "88", "mention"),
        ("88", "9", "reply"),
    }
    assert set(Actor.objects.values_list("network", "brand")) == {("x", brand.pk)}


def test_a_second_import_of_the_same_file_adds_nothing(brand: Brand, write_file: WriteFile) -> None:
    path = write_file(*_lines(30))
    assert _counts(_import(brand, path)) == (30, 30, 0, 0)
    assert _counts(_import(brand, path)) == (30, 0, 30, 0)
    assert Interaction.objects.count() == 30


def test_the_same_file_packed_adds_nothing_either(brand: Brand, write_file: WriteFile) -> None:
    _import(brand, write_file(*_lines(30)))
    assert _counts(_import(brand, write_file(*_lines(30), name="facts.gz"))) == (30, 0, 30, 0)


def test_bad_lines_are_refused_one_by_one_with_number_and_reason(brand: Brand, write_file: WriteFile) -> None:
    path = write_file(
        f"7 88 {START} RT",
        "7 88",
        f"7 88 {START} XX",
        "7 88 -4 RT",
        b"\xff\xfe\x00\x01 noise",
        "",
        "=HYPERLINK() 88 x RT",
        f"8 88 {START} RT",
    )
    report = _import(brand, path)
    assert _counts(report) == (8, 2, 0, 6)
    with Path(report.rejects_file).open(newline="") as file:
        told = list(csv.DictReader(file))
    assert [(row["line"], row["reason"]) for row in told] == [
        ("2", "missing_field"),
        ("3", "unknown_kind"),
        ("4", "impossible_date"),
        ("5", "not_text"),
        ("6", "empty"),
        ("7", "impossible_date"),
    ]
    assert told[5]["content"].startswith("'="), "a spreadsheet must not run what a stranger wrote"
    assert all(row["explanation"] for row in told)


def test_a_gzip_cut_short_gives_what_it_still_holds(brand: Brand, tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(_lines(5000)).encode())
    path = tmp_path / "cut.gz"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    report = _import(brand, path)
    assert report.rejected == 1
    assert report.added == report.read - 1 > 1000
    assert report.added == Interaction.objects.visible().count()


def test_a_header_names_the_columns_in_any_order_and_with_any_delimiter(
    brand: Brand, write_file: WriteFile
) -> None:
    path = write_file("Kind;at;TARGET;actor;note", f"like;{START};88;7;hello", f"like;{START};88;8;")
    assert _counts(_import(brand, path, Layout(()))) == (2, 2, 0, 0)
    tabs = write_file("actor\ttarget\tat\tkind", f"7\t88\t{START}\tlike", name="more.tsv")
    assert _counts(_import(brand, tabs, Layout(()))) == (1, 0, 1, 0)


def test_a_byte_order_mark_is_part_of_no_column_and_of_no_id(brand: Brand, write_file: WriteFile) -> None:
    path = write_file(b"\xef\xbb\xbfactor,target,at,kind", f"7,88,{START},like")
    assert _counts(_import(brand, path, Layout(()))) == (1, 1, 0, 0)
    path = write_file(b"\xef\xbb\xbf" + f"7 88 {START} RT".encode())
    _import(brand, path)
    assert set(Actor.objects.values_list("remote_id", flat=True)) == {"7", "88"}


def test_a_header_that_names_a_column_twice_is_refused_whole(brand: Brand, write_file: WriteFile) -> None:
    with pytest.raises(ImportRefused, match=r"twice.*actor"):
        _import(brand, write_file("actor,target,at,kind,actor", f"7,88,{START},like,8"), Layout(()))
    assert not Import.objects.exists()


def test_a_text_that_goes_over_lines_brings_no_fact_of_its_own(brand: Brand, write_file: WriteFile) -> None:
    path = write_file(
        "actor,target,at,kind,text",
        f'ann,88,{START},mention,"hello',
        f"bob,88,{START},repost,forged",
        'goodbye"',
        f"eve,88,{START},like,",
    )
    assert _counts(_import(brand, path, Layout(()))) == (2, 2, 0, 0)
    assert set(Interaction.objects.values_list("actor__remote_id", flat=True)) == {"ann", "eve"}


def test_an_import_goes_on_after_records_that_go_over_lines(
    brand: Brand, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    texts = [f'{actor},88,{START},mention,"a\n{actor + 50},88,{START},like,b\n"' for actor in range(7)]
    path = write_file("actor,target,at,kind,text", *texts)
    with pytest.raises(Death):
        _import(brand, path, Layout(()), on_progress=_dies_after(2))
    assert _counts(_import(brand, path, Layout(()))) == (7, 7, 0, 0)
    assert Interaction.objects.filter(kind="like").count() == 0


def test_a_file_without_the_columns_is_refused_whole(brand: Brand, write_file: WriteFile) -> None:
    with pytest.raises(ImportRefused, match="actor, target, at, kind"):
        _import(brand, write_file("a,b,c", "1,2,3"), Layout(()))
    with pytest.raises(ImportRefused, match=r"nowhere\.txt"):
        _import(brand, Path("nowhere.txt"))
    assert not Import.objects.exists()


def test_a_line_that_repeats_another_of_the_file_is_known(brand: Brand, write_file: WriteFile) -> None:
    assert _counts(_import(brand, write_file(*_lines(2), *_lines(3)))) == (5, 3, 2, 0)


@pytest.mark.usefixtures("small_batches")
def test_an_import_goes_on_where_it_died(brand: Brand, write_file: WriteFile) -> None:
    path = write_file(*_lines(25), "bad line", *_lines(20, first=25))
    with pytest.raises(Death):
        _import(brand, path, on_progress=_dies_after(3))
    assert Interaction.objects.count() == 29
    assert Interaction.objects.visible().count() == 0
    report = _import(brand, path)
    assert _counts(report) == (46, 45, 0, 1)
    assert Import.objects.count() == 1
    assert Interaction.objects.visible().count() == 45
    assert Path(report.rejects_file).read_text().count("missing_field") == 1


@pytest.mark.usefixtures("small_batches")
def test_what_a_dead_process_wrote_beyond_its_last_batch_is_cut_off_the_rejects(
    brand: Brand, write_file: WriteFile
) -> None:
    path = write_file("first bad", *_lines(12), "second bad")
    with pytest.raises(Death):
        _import(brand, path, on_progress=_dies_after(1))
    rejects = Path(imports.report(Import.objects.get()).rejects_file)
    with rejects.open("a") as file:
        file.write("13,empty,what a dead process wrote\n")
    assert _counts(_import(brand, path)) == (14, 12, 0, 2)
    with rejects.open(newline="") as file:
        assert [row["line"] for row in csv.DictReader(file)] == ["1", "14"]


@pytest.mark.usefixtures("small_batches")
def test_an_unfinished_import_counts_only_once_it_is_accepted(brand: Brand, write_file: WriteFile) -> None:
    with pytest.raises(Death):
        _import(brand, write_file(*_lines(25)), on_progress=_dies_after(2))
    run = queries.unfinished_imports(brand).get()
    assert queries.covered_months(brand) == []
    report = accept(run.pk, by=SYSTEM, now=NOW)
    assert report.added == Interaction.objects.visible().count() == 20
    assert [str(month) for month in queries.covered_months(brand)] == ["2012-07"]
    assert not queries.unfinished_imports(brand).exists()
    assert _counts(_import(brand, write_file(*_lines(25)))) == (25, 5, 20, 0)
    with pytest.raises(NotFound):
        accept(run.pk, by=SYSTEM, now=NOW)


@pytest.mark.usefixtures("small_batches")
def test_a_fact_is_visible_once_a_finished_import_has_brought_it(brand: Brand, write_file: WriteFile) -> None:
    with pytest.raises(Death):
        _import(brand, write_file(*_lines(30), name="first.txt"), on_progress=_dies_after(2))
    _import(brand, write_file(*_lines(5), *_lines(3, first=100), name="second.txt"))
    told = {fact.actor.remote_id for fact in Interaction.objects.visible()}
    assert told == {"0", "1", "2", "3", "4", "100", "101", "102"}
    assert _counts(_import(brand, write_file(*_lines(30), name="first.txt"))) == (30, 30, 0, 0)
    assert Interaction.objects.visible().count() == Interaction.objects.count() == 33
    assert not Sighting.objects.exists()


@pytest.mark.usefixtures("small_batches")
def test_a_collector_makes_visible_what_an_unfinished_import_had_brought(
    brand: Brand, write_file: WriteFile
) -> None:
    with pytest.raises(Death):
        _import(brand, write_file(*_lines(20)), on_progress=_dies_after(1))
    fact = Interaction.objects.get(actor__remote_id="3")
    at = datetime.fromtimestamp(fact.at_us / 1_000_000, NOW.tzinfo)
    event = Event(Kind.REPOST, ActorRef("3"), "88", at)
    assert record(brand, "x", now=NOW, source="collector", events=[event]) == 0
    assert Interaction.objects.visible().get() == fact


@pytest.mark.usefixtures("small_batches")
def test_whoever_runs_an_import_can_be_asked_to_stop_it(brand: Brand, write_file: WriteFile) -> None:
    path = write_file(*_lines(40))

    def on_progress(run: Import) -> None:
        assert imports.ask_to_stop(run, by=SYSTEM)

    with pytest.raises(ImportStopped, match="20"):
        _import(brand, path, on_progress=on_progress)
    assert Import.objects.get().job.state == "cancelled"
    assert _counts(_import(brand, path)) == (40, 40, 0, 0)


def test_a_batch_of_long_lines_ends_early(
    brand: Brand, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH_BYTES", 2_000_000)
    path, batches = write_file(*[f"{'x' * 60_000} 88 {n} RT" for n in range(200)], name="long.gz"), []
    tracemalloc.start()
    report = _import(brand, path, on_progress=lambda run: batches.append(run.read_count))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert _counts(report) == (200, 0, 0, 200)
    assert len(batches) >= 5
    assert peak < 9_000_000, "two batches at most are in memory, whatever the file holds"


def test_asking_to_stop_what_nobody_runs_is_not_journalled(brand: Brand, write_file: WriteFile) -> None:
    _import(brand, write_file(*_lines(1)))
    assert not imports.ask_to_stop(Import.objects.get(), by=SYSTEM)
    assert not JournalEntry.objects.filter(action="ledger.import.stopped").exists()


@pytest.mark.usefixtures("small_batches")
def test_a_list_of_refused_lines_that_was_thrown_away_is_begun_again(
    brand: Brand, write_file: WriteFile
) -> None:
    path = write_file("first bad", *_lines(12), "second bad")
    with pytest.raises(Death):
        _import(brand, path, on_progress=_dies_after(1))
    rejects = Path(imports.report(Import.objects.get()).rejects_file)
    rejects.unlink()
    _import(brand, path)
    with rejects.open(newline="") as file:
        assert [row["line"] for row in csv.DictReader(file)] == ["14"]


@pytest.mark.usefixtures("small_batches")
def test_an_import_that_counted_otherwise_is_begun_anew(brand: Brand, write_file: WriteFile) -> None:
    """A version that counted lines where this one counts records left it: going on would pass facts over."""
    path = write_file(*_lines(25))
    with pytest.raises(Death):
        _import(brand, path, on_progress=_dies_after(1))
    Import.objects.update(content_hash="what an earlier version made of the same file")
    assert _counts(_import(brand, path)) == (25, 15, 10, 0)
    assert Interaction.objects.visible().count() == 25


def test_another_process_at_the_same_file_is_told(brand: Brand, write_file: WriteFile) -> None:
    path = write_file(*_lines(3))
    messages = []

    def on_progress(run: Import) -> None:
        with pytest.raises(ImportUnderWay) as told:
            _import(brand, path)
        messages.append(str(told.value))

    _import(brand, path, on_progress=on_progress)
    assert len(messages) == 1
    assert Interaction.objects.count() == 3


@pytest.mark.usefixtures("small_batches")
def test_a_process_that_wakes_after_its_lease_writes_nothing_more(
    brand: Brand, write_file: WriteFile
) -> None:
    def on_progress(run: Import) -> None:
        type(run.job).objects.filter(pk=run.job.pk).update(attempt=99)  # somebody else has taken it over

    with pytest.raises(ImportUnderWay):
        _import(brand, write_file(*_lines(30)), on_progress=on_progress)
    assert Interaction.objects.count() == 10


def test_an_import_covers_its_declared_kinds_from_its_first_to_its_last_utc_day(
    brand: Brand, write_file: WriteFile
) -> None:
    _import(brand, write_file(f"7 88 {START} RT", f"8 88 {START + 200_000} RT"))
    day = 86_400_000_000
    covered = Coverage.objects.filter(account=None).values_list("kind", "from_us", "to_us")
    first = START * 1_000_000 // day * day
    assert sorted(covered) == [(kind, first, first + 3 * day) for kind in ("mention", "reply", "repost")]
    assert not Coverage.objects.exclude(account=None).exists()


def test_without_declared_kinds_those_that_were_seen_are_covered(brand: Brand, write_file: WriteFile) -> None:
    _import(brand, write_file("actor,target,at,kind", f"7,88,{START},like"), Layout(()))
    assert [coverage.kind for coverage in Coverage.objects.all()] == ["like"]


def test_a_file_of_bad_lines_alone_covers_nothing_and_ends_well(brand: Brand, write_file: WriteFile) -> None:
    report = _import(brand, write_file("nothing", "here"))
    assert _counts(report) == (2, 0, 0, 2)
    assert not Coverage.objects.exists()
    assert Import.objects.get().is_finished


def test_progress_is_told_in_bytes_of_the_file(brand: Brand, write_file: WriteFile) -> None:
    path, told = write_file(*_lines(10)), []
    _import(brand, path, on_progress=lambda run: told.append(run.job.progress_percent))
    assert told == [100]
    assert Import.objects.get().job.progress_total == path.stat().st_size


def test_only_the_lead_and_the_administrator_may_import(brand: Brand, write_file: WriteFile) -> None:
    ambassador = User.objects.create_user("a@example.org")
    ambassador.memberships.create(brand=brand, role=Role.AMBASSADOR)
    with pytest.raises(NotAllowed):
        import_file(write_file("x"), brand=brand, network="x", layout=LAYOUT, by=ambassador)
    assert not Import.objects.exists()


def test_what_was_imported_is_journalled_without_any_line_of_the_file(
    brand: Brand, write_file: WriteFile
) -> None:
    _import(brand, write_file(*_lines(2)))
    entries = JournalEntry.objects.filter(brand=brand).order_by("pk")
    assert [entry.action for entry in entries] == ["ledger.import.started", "ledger.import.finished"]
    assert "88" not in json.dumps([entry.facts for entry in entries])


def test_two_brands_keep_their_facts_apart(brand: Brand, write_file: WriteFile) -> None:
    other = Brand.objects.create(slug="other", name="Other", time_zone="UTC")
    path = write_file(*_lines(4))
    assert _counts(_import(brand, path)) == _counts(_import(other, path)) == (4, 4, 0, 0)
    assert Interaction.objects.filter(brand=other).count() == 4


def test_an_import_whose_process_is_alive_is_told_as_running(brand: Brand, write_file: WriteFile) -> None:
    def on_progress(run: Import) -> None:
        assert queries.is_running(run, NOW)
        assert not queries.is_running(run, NOW + 2 * jobs.LEASE)

    _import(brand, write_file(*_lines(1)), on_progress=on_progress)
    assert not queries.is_running(Import.objects.get(), NOW + timedelta(seconds=1))
