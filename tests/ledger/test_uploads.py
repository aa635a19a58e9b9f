"""A file that somebody brings from a page is kept, let in by the worker, gone on with, and thrown away."""

from datetime import timedelta
from pathlib import Path

import pytest

from portevoix.core.errors import NotAllowed
from portevoix.ledger import kept
from portevoix.ledger.actions import imports, uploads
from portevoix.ledger.columns import digest
from portevoix.ledger.errors import ImportRefused, ImportStopped, ImportUnderWay
from portevoix.ledger.models import Import, Interaction, Upload
from portevoix.ledger.rows import Layout
from portevoix.networks.models import Account
from portevoix.people.models import Brand, Membership, Role, User
from tests.ledger.archived import ME, archive, note
from tests.ledger.conftest import NOW, START, WriteFile

NAMES = ("who", "to", "date", "what")
LAYOUT = Layout(("actor", "target", "at", "kind"), ",", {"RT": "repost"}, has_header=True)


@pytest.fixture
def lead(brand: Brand) -> User:
    """Return the lead of the brand."""
    user = User.objects.create_user("lead@example.org", "a-long-enough-secret")
    Membership.objects.create(user=user, brand=brand, role=Role.LEAD)
    return user


def brought(path: Path, brand: Brand, lead: User, *, form: str = "", network: str = "x") -> Upload:
    arrived = kept.folder() / f"{kept.ARRIVING}1"
    arrived.write_bytes(path.read_bytes())
    return uploads.bring(
        arrived,
        brand=brand,
        network=network,
        form=form,
        file_name="../../my facts.csv",
        line_count=None,
        by=lead,
        now=NOW,
    )


@pytest.fixture
def upload(brand: Brand, lead: User, write_file: WriteFile) -> Upload:
    """Return a table of thirty reposts, which is known to be read by LAYOUT."""
    lines = [f"{actor},88,{START + actor},RT" for actor in range(30)]
    found = brought(write_file(",".join(NAMES), *lines), brand, lead)
    uploads.choose(found, LAYOUT, NAMES, by=lead)
    return found


def serve() -> int:
    return uploads.serve_due(now=lambda: NOW)


def test_a_file_lies_under_a_number_whatever_it_is_called(upload: Upload) -> None:
    assert kept.path_of(upload).name == f"{upload.pk}-upload"
    assert [path.name for path in kept.folder().iterdir()] == [f"{upload.pk}-upload"]


def test_nothing_is_stored_before_somebody_asks(upload: Upload) -> None:
    assert serve() == 0
    assert not Import.objects.exists()


def test_a_table_that_was_asked_for_is_in_once_and_no_longer_kept(upload: Upload, lead: User) -> None:
    uploads.ask(upload, by=lead, now=NOW)

    assert [serve(), serve()] == [1, 0]

    upload.refresh_from_db()
    assert upload.run
    assert (upload.run.added_count, upload.run.file_name) == (30, "../../my facts.csv")
    assert Interaction.objects.visible().count() == 30
    assert not upload.has_file
    assert not kept.path_of(upload).exists()


def test_an_archive_is_read_by_its_own_reader(brand: Brand, lead: User, tmp_path: Path) -> None:
    Account.objects.create(brand=brand, network="mastodon", remote_id=ME)
    path = archive(tmp_path / "a.zip", [note(1), note(2)])
    found = brought(path, brand, lead, form="mastodon-archive", network="mastodon")
    uploads.ask(found, by=lead, now=NOW)

    assert serve() == 1
    assert Import.objects.get().added_count == 2


def test_a_file_that_cannot_be_imported_says_why_and_is_not_tried_again(
    brand: Brand, lead: User, write_file: WriteFile
) -> None:
    found = brought(write_file("a,b", "1,2"), brand, lead)
    uploads.ask(found, by=lead, now=NOW)

    assert [serve(), serve()] == [0, 0]

    found.refresh_from_db()
    assert "names no columns" in found.problem
    assert "my facts.csv" in found.problem
    assert found.asked_at is None
    assert found.has_file


def test_what_was_stopped_is_gone_on_with_where_it_was(
    upload: Upload, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 10)
    uploads.ask(upload, by=lead, now=NOW)
    asked = iter((False, True, False, False))

    def stops(run: Import) -> None:
        if next(asked):
            uploads.stop(upload, by=lead)

    def ties(run: Import) -> None:
        Upload.objects.filter(pk=upload.pk).update(run=run)

    path = kept.path_of(upload)
    with pytest.raises(ImportStopped):
        imports.import_file(
            path,
            brand=upload.brand,
            network="x",
            layout=LAYOUT,
            by=lead,
            now=lambda: NOW,
            name=upload.file_name,
            on_progress=stops,
            on_opened=ties,
        )
    assert serve() == 0
    assert Interaction.objects.visible().count() == 0

    uploads.ask(upload, by=lead, now=NOW)
    assert serve() == 1
    assert Import.objects.get().read_count == Interaction.objects.visible().count() == 30


def test_a_file_that_is_stopped_before_its_turn_is_never_begun(upload: Upload, lead: User) -> None:
    uploads.ask(upload, by=lead, now=NOW)
    due = Upload.objects.due().get()
    uploads.stop(upload, by=lead)

    assert uploads.serve(due, now=lambda: NOW) is False
    assert not Import.objects.exists()


def test_a_file_is_not_thrown_away_while_it_is_read(upload: Upload, lead: User) -> None:
    uploads.ask(upload, by=lead, now=NOW)
    serve()
    run = Import.objects.get()
    run.job.state = "running"
    run.job.save()
    Upload.objects.update(asked_at=NOW, has_file=True)

    with pytest.raises(ImportUnderWay):
        uploads.discard(upload, by=lead)


def test_what_was_thrown_away_cannot_be_asked_for(upload: Upload, lead: User) -> None:
    uploads.discard(upload, by=lead)

    with pytest.raises(ImportRefused, match="bring it again"):
        uploads.ask(upload, by=lead, now=NOW)
    assert not kept.path_of(upload).exists()


def test_a_file_that_nobody_lets_in_is_thrown_away_after_a_week(upload: Upload) -> None:
    uploads.tidy(now=NOW + timedelta(days=7))
    assert kept.path_of(upload).exists()

    uploads.tidy(now=NOW + timedelta(days=7, seconds=1))
    upload.refresh_from_db()
    assert not upload.has_file
    assert not kept.path_of(upload).exists()


def test_what_a_dead_process_left_is_tidied_up(upload: Upload, lead: User) -> None:
    left = kept.folder() / "777-upload"
    left.write_text("of no row")
    uploads.ask(upload, by=lead, now=NOW)
    serve()
    Upload.objects.update(has_file=True)  # as if it had died before it let the file go
    kept.path_of(upload).write_text("all in")

    uploads.tidy(now=NOW)

    assert list(kept.folder().glob("*-upload")) == []


def test_the_columns_of_a_header_are_remembered_for_its_network(
    upload: Upload, brand: Brand, lead: User
) -> None:
    assert uploads.remembered(upload, ("WHO", "to", "Date", "what")) == (LAYOUT.columns, {"RT": "repost"})
    assert uploads.remembered(upload, ("who", "to", "date")) is None
    upload.network = "linkedin"
    assert uploads.remembered(upload, NAMES) is None
    assert digest(NAMES) != digest(NAMES[:3])


def test_who_may_not_import_changes_nothing(upload: Upload, brand: Brand) -> None:
    user = User.objects.create_user("holder@example.org", "a-long-enough-secret")
    Membership.objects.create(user=user, brand=brand, role=Role.AMBASSADOR)

    for action in (uploads.stop, uploads.discard):
        with pytest.raises(NotAllowed):
            action(upload, by=user)
    with pytest.raises(NotAllowed):
        uploads.ask(upload, by=user, now=NOW)
    with pytest.raises(NotAllowed):
        uploads.choose(upload, LAYOUT, NAMES, by=user)
    assert kept.path_of(upload).exists()
