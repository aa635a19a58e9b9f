"""What a network gives to people who ask for their own data comes in whole, once, and counts when it is done."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portevoix.core import clock, jobs
from portevoix.core.errors import NotFound
from portevoix.ledger.actions import takeouts
from portevoix.ledger.actions.imports import ImportReport, accept
from portevoix.ledger.actions.record import record
from portevoix.ledger.actions.takeouts import import_takeout, reader_called
from portevoix.ledger.errors import ImportRefused, ImportStopped
from portevoix.ledger.models import Content, Coverage, Import, Interaction, Publication, Reading
from portevoix.networks.contracts import ActorRef, SeenPost
from portevoix.networks.models import Account
from portevoix.networks.readers import READERS
from portevoix.people.journal import SYSTEM
from portevoix.people.models import Brand
from tests.ledger.archived import FIRST, ME, archive, note
from tests.ledger.conftest import NOW
from tests.networks.x.test_archive import ANSWER, MADE, POST, packed, tweets
from tests.networks.x.world import ME as ON_X

READER = READERS["mastodon-archive"]


class Death(BaseException):
    """What a killed process looks like from inside: nothing after it runs."""


@pytest.fixture(autouse=True)
def mine(brand: Brand) -> Account:
    """Return Marion's account, which is the brand's."""
    return Account.objects.create(brand=brand, network="mastodon", remote_id=ME)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeouts, "BATCH", 10)


def bring(brand: Brand, path: Path, on_progress: Callable[[Import], None] | None = None) -> ImportReport:
    return import_takeout(path, READER, brand=brand, by=SYSTEM, now=lambda: NOW, on_progress=on_progress)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.read, report.added, report.known, report.rejected


def visible() -> int:
    return Publication.objects.filter(intake__known_at_us__isnull=False).count()


def test_each_post_is_one_fact_with_its_words(brand: Brand, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [note(number) for number in range(25)])

    assert counts(bring(brand, path)) == (25, 25, 0, 0)
    assert visible() == 25
    assert Content.objects.get(remote_id=f"{ME}/statuses/3").text == "Word 3."
    assert counts(bring(brand, path)) == (25, 0, 25, 0)


def test_it_covers_the_posts_of_its_account_alone_from_the_first_to_the_last(
    brand: Brand, mine: Account, tmp_path: Path
) -> None:
    bring(brand, archive(tmp_path / "a.zip", [note(number) for number in range(25)]))

    covered = Coverage.objects.get()
    assert (covered.account, covered.kind, covered.network) == (mine, "post", "mastodon")
    assert covered.from_us == clock.to_us(FIRST)
    assert covered.to_us == clock.to_us(FIRST + timedelta(hours=24)) + 1


def test_what_is_about_an_account_of_nobody_here_is_refused_with_its_place(
    brand: Brand, tmp_path: Path
) -> None:
    Account.objects.all().delete()

    report = bring(brand, archive(tmp_path / "a.zip", [note(1), note(2)]))

    assert counts(report) == (2, 0, 0, 2)
    with Path(report.rejects_file).open(newline="") as file:
        told = list(csv.DictReader(file))
    assert [(row["line"], row["reason"], row["content"]) for row in told] == [
        ("1", "not_ours", f"{ME}/statuses/1"),
        ("2", "not_ours", f"{ME}/statuses/2"),
    ]
    assert not Coverage.objects.exists()
    assert not Content.objects.exists()


def test_what_cannot_be_read_and_what_lies_in_the_future_is_refused(brand: Brand, tmp_path: Path) -> None:
    later = note(2, published=(NOW + timedelta(days=2)).isoformat())

    report = bring(brand, archive(tmp_path / "a.zip", [note(1), note(3, published="soon"), later]))

    assert counts(report) == (3, 1, 0, 2)


def test_one_that_died_shows_nothing_and_goes_on_where_it_was(brand: Brand, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [note(number) for number in range(25)])

    def dies(run: Import) -> None:
        if run.read_count == 20:
            raise Death

    with pytest.raises(Death):
        bring(brand, path, dies)
    assert visible() == 0
    assert Import.objects.get().read_count == 20

    assert counts(bring(brand, path)) == (25, 25, 0, 0)
    assert visible() == 25
    assert Import.objects.count() == 1


def test_one_is_stopped_between_batches_and_tells_how_far_it_is(brand: Brand, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [note(number) for number in range(25)])
    seen: list[int | None] = []

    def asks(run: Import) -> None:
        seen.append(run.job.progress_percent)
        jobs.ask_to_cancel(run.job)

    with pytest.raises(ImportStopped):
        bring(brand, path, asks)

    assert seen == [40, 80]
    assert Import.objects.get().job.state == "cancelled"
    assert counts(bring(brand, path)) == (25, 25, 0, 0)


def test_one_that_is_accepted_before_its_end_covers_nothing(brand: Brand, tmp_path: Path) -> None:
    def dies(_run: Import) -> None:
        raise Death

    with pytest.raises(Death):
        bring(brand, archive(tmp_path / "a.zip", [note(number) for number in range(25)]), dies)

    assert accept(Import.objects.get().pk, by=SYSTEM, now=NOW).added == 10
    assert visible() == 10
    assert not Coverage.objects.exists()


def test_no_other_of_its_network_begins_before_one_is_all_in(brand: Brand, tmp_path: Path) -> None:
    def dies(_run: Import) -> None:
        raise Death

    with pytest.raises(Death):
        bring(brand, archive(tmp_path / "a.zip", [note(1)]), dies)

    with pytest.raises(ImportRefused, match=r"a\.zip"):
        bring(brand, archive(tmp_path / "b.zip", [note(2)]))
    assert Import.objects.count() == 1


def test_what_a_collector_meets_counts_though_an_import_that_brought_it_never_ends(
    brand: Brand, tmp_path: Path
) -> None:
    def dies(_run: Import) -> None:
        raise Death

    with pytest.raises(Death):
        bring(brand, archive(tmp_path / "a.zip", [note(1)]), dies)
    post = SeenPost(f"{ME}/statuses/1", ActorRef(ME), FIRST + timedelta(hours=1))

    assert record(brand, "mastodon", now=NOW, source="collector", posts=[post]) == 0
    assert visible() == 1


def test_an_archive_of_x_covers_posts_until_it_was_made_and_tells_what_they_had_reached(
    brand: Brand, tmp_path: Path
) -> None:
    Account.objects.create(brand=brand, network="x", remote_id=ON_X)
    path = packed(tmp_path, {"data/tweets.js": tweets(POST, ANSWER)})

    report = import_takeout(path, READERS["x-archive"], brand=brand, by=SYSTEM, now=lambda: NOW)

    assert counts(report) == (6, 6, 0, 0)
    assert dict(Reading.objects.values_list("counted", "value")) == {"likes": 42, "reposts": 3}
    assert set(Interaction.objects.visible().values_list("kind", flat=True)) == {"reply", "mention"}
    covered = Coverage.objects.get()
    assert covered.from_us == clock.to_us(datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC))
    assert covered.to_us == clock.to_us(MADE) + 1


def test_a_sheet_of_analytics_is_of_the_account_that_one_says_and_covers_nothing(
    brand: Brand, tmp_path: Path
) -> None:
    Account.objects.create(brand=brand, network="x", remote_id=ON_X)
    path, reader = tmp_path / "sheet.csv", READERS["x-analytics"]
    path.write_text("Post id,Likes,Reposts\n1050118621198921728,42,3\n")
    with pytest.raises(ImportRefused, match="Say whose it is"):
        import_takeout(path, reader, brand=brand, by=SYSTEM, now=lambda: NOW)

    report = import_takeout(path, reader, brand=brand, by=SYSTEM, account=ON_X, at=MADE, now=lambda: NOW)

    assert counts(report) == (2, 2, 0, 0)
    assert not Coverage.objects.exists()


def test_a_file_that_is_not_there_is_told(brand: Brand, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        bring(brand, tmp_path / "nowhere.zip")


def test_a_reader_is_found_under_its_own_network_only() -> None:
    assert reader_called("mastodon-archive", "mastodon") is READER
    with pytest.raises(NotFound, match="mastodon-archive"):
        reader_called("other", "mastodon")
    with pytest.raises(NotFound):
        reader_called("mastodon-archive", "bluesky")
