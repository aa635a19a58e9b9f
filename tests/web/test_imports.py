"""A file is brought, looked at, let in and followed from pages, by who may import and by nobody else."""

import errno
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portevoix.core import clock
from portevoix.ledger import kept
from portevoix.ledger.actions.uploads import serve_due
from portevoix.ledger.models import Import, Interaction, Mapping, Upload
from portevoix.networks.models import Account
from portevoix.networks.readers import READERS, Reader
from tests.ledger.archived import ME, archive, note
from tests.web.conftest import Company, SignIn
from tests.web.rendered import without_tokens

HERE = "/b/acme/imports/"
SQL_BUDGET = 12
TABLE = (
    "Date;Auteur;Compte cible;Action\n"
    "2012-07-02T09:30:00+02:00;jeanne;1;J’aime\n"
    "2012-07-02T10:05:00+02:00;omar;1;Applaudi\n"
    "sometime;lea;2;J’aime\n"
)


@pytest.fixture
def lead(signed_in: SignIn, data_folder: Path) -> Client:
    """Return the browser of the lead; files go to a folder of this test."""
    return signed_in("lead")


def bring(client: Client, content: str | bytes = TABLE, name: str = "facts.csv", **fields: str) -> Any:
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, content)
    return client.post(HERE, {"form": "", "network": "x", "file": file, **fields})


def selected(page: str) -> dict[str, str]:
    """Return what the form of a table says as it is shown."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    selects = re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    chosen = {name: re.search(r'value="([^"]*)" selected', options) for name, options in selects}
    fields = {name: unescape(found[1]) for name, found in chosen.items() if found}
    fields |= {name: unescape(value) for name, value in hidden if name != "csrfmiddlewaretoken"}
    return fields | ({"has_header": "on"} if "checked" in page else {})


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_page_without_files_teaches_with_an_example(lead: Client) -> None:
    page = text(lead, HERE)

    assert "Nothing was brought yet" in page
    assert "jeanne,marion,2026-11-02T09:30:00+01:00,like" in page


def test_a_table_is_looked_at_before_anything_is_stored(lead: Client) -> None:
    place = bring(lead)["Location"]

    page = text(lead, place)
    assert "2 rows would be refused" in page
    assert "The kind is not one that this import knows." in page
    assert "of 3 lines in all" in page
    fields = selected(page)
    assert [fields[f"column-{at}"] for at in range(4)] == ["at", "actor", "target", "kind"]
    assert fields["kind-0"] == "like"
    assert not Import.objects.exists()


def test_a_table_is_let_in_as_it_was_shown(lead: Client) -> None:
    place = bring(lead)["Location"]
    fields = selected(text(lead, place)) | {"kind-1": "repost", "do": "import"}
    before = Interaction.objects.visible().count()

    assert lead.post(place, fields)["Location"] == place
    assert "It waits for its turn" in text(lead, place)
    assert serve_due(now=clock.now) == 1

    page = text(lead, place)
    assert "3 lines read: 2 new, 0 already known, 1 refused" in page
    assert "/b/acme/measures/2012-07/" in page
    assert Interaction.objects.visible().count() == before + 2
    listed = text(lead, HERE)
    assert "all in" in listed
    run = Import.objects.get()
    told = lead.get(f"{HERE}{run.pk}/refused/")
    assert "attachment" in told["Content-Disposition"]
    assert b"impossible_date" in b"".join(told.streaming_content)  # type: ignore[attr-defined]  # a file's


def test_what_the_columns_are_is_remembered_for_the_next_file(lead: Client) -> None:
    content = TABLE.replace("Auteur;Compte cible", "eins;zwei")
    place = bring(lead, content)["Location"]
    page = text(lead, place)
    assert "No column says “who did it”, “to which account”" in page
    fields = selected(page) | {"column-1": "actor", "column-2": "target", "do": "look"}

    lead.post(place, fields)
    assert "2 rows would be refused" in text(lead, place)

    again = selected(text(lead, bring(lead, content)["Location"]))
    assert [again[f"column-{at}"] for at in range(4)] == ["at", "actor", "target", "kind"]
    assert Mapping.objects.count() == 1


def test_columns_that_are_named_twice_are_told_and_nothing_is_asked(lead: Client) -> None:
    place = bring(lead)["Location"]
    fields = selected(text(lead, place)) | {"column-2": "actor", "do": "import"}

    answer = lead.post(place, fields)

    assert answer.status_code == 400
    assert "No column says “to which account”" in answer.content.decode()
    assert not Upload.objects.due().exists()


def test_other_delimiters_make_other_columns(lead: Client) -> None:
    place = bring(lead)["Location"]
    fields = selected(text(lead, place)) | {"delimiter": ",", "do": "look"}

    page = lead.post(place, fields).content.decode()

    assert "column-0" in page
    assert "column-1" not in page


def test_an_archive_shows_what_it_tells_and_comes_in(lead: Client, company: Company, tmp_path: Path) -> None:
    Account.objects.create(brand=company.brand, network="mastodon", remote_id=ME)
    path = archive(tmp_path / "a.zip", [note(1), note(2)])
    place = bring(lead, path.read_bytes(), "a.zip", form="mastodon-archive")["Location"]

    page = text(lead, place)
    assert "Word 1." in page
    assert "2 things in all" in page
    lead.post(place, {"do": "import"})
    assert serve_due(now=clock.now) == 1
    assert "/b/acme/measures/2026-05/" in text(lead, place)


def test_an_archive_of_nobody_here_cannot_be_let_in(lead: Client, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [note(1), note(2)])

    page = text(lead, bring(lead, path.read_bytes(), "a.zip", form="mastodon-archive")["Location"])

    assert "Nothing in it can be brought in" in page
    assert "no voice of this brand holds" in page
    assert 'value="import"' not in page


def test_a_file_that_does_not_tell_whose_it_is_asks(
    lead: Client, monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    spoken = Reader("spoken", "x", "Spoken", f"{__name__}.spoken", is_archive=False)
    monkeypatch.setitem(READERS, "spoken", spoken)
    place = bring(lead, "likes,5", form="spoken")["Location"]
    page = text(lead, place)
    assert "Whose is it?" in page
    assert ("u1" in page, "u3" in page) == (True, False), (
        "an employee's account stands in no list of personas'"
    )

    lead.post(place, {"account": "3", "at": "2012-07-05", "do": "look"})
    assert "Whose is it?" in text(lead, place)
    lead.post(place, {"account": "nobody", "at": "2012-07-05", "do": "look"})
    assert "Whose is it?" in text(lead, place)
    lead.post(place, {"account": "1", "at": "2012-07-05", "do": "look"})
    assert "1 thing in all" in text(lead, place)
    lead.post(place, {"account": "1", "at": "2012-07-05", "do": "import"})
    assert serve_due(now=clock.now) == 1


def spoken(path: Path, *, account: str, at: Any) -> Iterator[Any]:
    """Yield a count that says neither whose nor of when it is."""
    from portevoix.networks.contracts import Counted, Reading  # noqa: PLC0415 - found by its path

    assert path.exists()
    yield Reading(account, Counted.FOLLOWERS, 5, at)


@pytest.mark.parametrize("content", ["", None])
def test_a_file_that_is_empty_or_missing_is_told(lead: Client, content: str | None) -> None:
    fields = {"form": "", "network": "x"}
    answer = lead.post(HERE, fields) if content is None else bring(lead, content)

    assert answer.status_code == 400
    assert "Choose" in answer.content.decode()
    assert list(kept.folder().iterdir()) == []
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_told_and_not_kept(lead: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 10

    answer = bring(lead)

    assert answer.status_code == 400
    assert "Nothing was kept" in answer.content.decode()
    assert list(kept.folder().iterdir()) == []


def test_a_full_disk_is_told_in_words(lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fdopen", lambda *_arguments: _Full())
    answer = bring(lead)

    assert answer.status_code == 400
    assert "The disk of the server is full" in answer.content.decode()
    assert list(kept.folder().iterdir()) == []


class _Full:
    """A file on a disk that is full."""

    def write(self, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_who_may_not_import_does_not_get_a_file_in(
    company: Company, signed_in: SignIn, data_folder: Path
) -> None:
    for who in ("ambassador", "manager", "stranger"):
        assert bring(signed_in(who)).status_code == 404
    assert list(kept.folder().iterdir()) == []


def test_a_file_that_another_site_sends_is_not_taken(
    company: Company, signed_in: SignIn, data_folder: Path
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in("lead").cookies

    assert bring(strict).status_code == 403
    assert not Upload.objects.exists()


def test_a_file_of_another_brand_is_not_there(lead: Client, company: Company) -> None:
    place = bring(lead)["Location"]
    Upload.objects.update(brand=company.elsewhere)

    assert lead.get(place).status_code == 404
    assert lead.post(f"{place}change/", {"do": "discard"}).status_code == 404
    assert "facts.csv" not in text(lead, HERE)


def test_a_file_is_stopped_gone_on_with_and_thrown_away(lead: Client) -> None:
    place = bring(lead)["Location"]
    lead.post(place, selected(text(lead, place)) | {"do": "import"})

    lead.post(f"{place}change/", {"do": "stop"})
    assert serve_due(now=clock.now) == 0
    assert 'value="import"' in text(lead, place)
    assert lead.post(f"{place}change/", {"do": "discard"})["Location"] == HERE
    assert "no longer kept" in text(lead, place)
    again = lead.post(f"{place}change/", {"do": "go_on"})
    assert again.status_code == 409
    assert "bring it again" in again.content.decode()
    assert lead.post(f"{place}change/", {"do": "dance"}).status_code == 404


def test_the_fragment_is_the_part_of_the_page_that_moves(lead: Client) -> None:
    place = bring(lead)["Location"]
    lead.post(place, selected(text(lead, place)) | {"do": "import"})

    page, fragment = lead.get(place), lead.get(f"{place}state/")
    assert "<html" not in fragment.content.decode()
    assert without_tokens(fragment.content.decode()) in without_tokens(page.content.decode())
    assert "HX-Refresh" not in fragment.headers

    serve_due(now=clock.now)
    assert lead.get(f"{place}state/").headers["HX-Refresh"] == "true"


def test_a_file_that_is_gone_from_the_disk_is_told(lead: Client) -> None:
    place = bring(lead)["Location"]
    kept.path_of(Upload.objects.get()).unlink()

    assert "no longer kept" in text(lead, place)


def test_pages_ask_little_of_the_database_and_are_small(
    lead: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    wide = ";".join(f"column {number}" for number in range(60)) + "\n"
    wide += "\n".join(";".join("x" * 500 for _column in range(60)) for _row in range(30))
    places = [bring(lead)["Location"], bring(lead, wide)["Location"], HERE]

    for place in places:
        with django_assert_max_num_queries(SQL_BUDGET):
            page = lead.get(place)
        assert len(page.content) < 60_000, place
