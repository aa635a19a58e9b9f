"""`portevoix ledger` and `portevoix scorecards`, as somebody types them."""

import argparse
import csv
import io
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from portevoix.config.commands import COMMANDS
from portevoix.core.errors import NotFound
from portevoix.ledger.models import Import, SegmentFile
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

START = 1_341_100_972
Command = Callable[..., tuple[int, str]]
AS_REAL = ("--columns", "actor,target,at,kind", "--delimiter", " ", "--kinds", "RT=repost,MT=mention")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command and gives its exit status and what it printed."""

    def run(name: str, *words: str) -> tuple[int, str]:
        module = import_module(COMMANDS[name])
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        status = module.run(parser.parse_args(words))
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def brand(db: None, data_folder: Path) -> Brand:
    """Return a brand whose voice Marion holds account 88 of the network x."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
    marion = Voice.objects.create(
        brand=brand, slug="marion", kind="persona", first_name="Marion", state="active"
    )
    Holding.objects.create(
        voice=marion, account=Account.objects.create(brand=brand, network="x", remote_id="88")
    )
    return brand


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of three facts and a line that is none."""
    path = tmp_path / "facts.txt"
    path.write_text(f"7 88 {START} RT\n7 88 {START} MT\n8 88 {START} RT\n9 88 nonsense RT\n")
    return path


def _import(command: Command, file: Path) -> dict[str, object]:
    status, printed = command(
        "ledger", "import", str(file), "--brand", "acme", "--network", "x", *AS_REAL, "--format", "json"
    )
    assert status == 0, "rejected lines are told, and are no failure"
    return json.loads(printed)  # type: ignore[no-any-return]


@pytest.mark.usefixtures("brand")
def test_an_import_reports_every_line(command: Command, file: Path) -> None:
    report = _import(command, file)
    assert {name: report[name] for name in ("read", "added", "known", "rejected")} == {
        "read": 4,
        "added": 3,
        "known": 0,
        "rejected": 1,
    }
    assert "impossible_date" in Path(str(report["rejects_file"])).read_text()
    assert _import(command, file)["added"] == 0


@pytest.mark.usefixtures("brand")
def test_a_file_with_a_header_needs_no_word_about_its_columns(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(f"kind,actor,target,at\nlike,7,88,{START}\n")
    words = ("import", str(path), "--brand", "acme", "--network", "x", "--format", "json")
    assert json.loads(command("ledger", *words)[1])["added"] == 1


@pytest.mark.usefixtures("brand")
def test_a_person_reads_the_report_in_words(command: Command, file: Path) -> None:
    words = ("import", str(file), "--brand", "acme", "--network", "x", *AS_REAL)
    status, printed = command("ledger", *words)
    assert status == 0
    assert "added" in printed
    assert "rejects.csv" in printed


@pytest.mark.parametrize(
    "words",
    [
        ("--brand", "nobody", "--network", "x"),
        ("--brand", "acme", "--network", "myspace"),
    ],
)
def test_an_unknown_brand_or_network_is_told(
    command: Command, file: Path, brand: Brand, words: tuple[str, ...]
) -> None:
    with pytest.raises(NotFound):
        command("ledger", "import", str(file), *words, *AS_REAL)
    assert not Import.objects.filter(brand=brand).exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--kinds", "RT=shout"),
        ("--kinds", "RT"),
        ("--columns", "actor,target,at"),
        ("--columns", "actor,target,at,kind,kind"),
        ("--delimiter", "ab"),
        ("--delimiter", '"'),
    ],
)
def test_words_that_make_no_sense_are_bad_usage(command: Command, file: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        command("ledger", "import", str(file), "--brand", "acme", "--network", "x", *words)
    assert left.value.code == 2


@pytest.mark.usefixtures("brand")
def test_unfinished_imports_are_listed_and_accepted(command: Command, file: Path) -> None:
    _import(command, file)
    assert command("ledger", "imports") == (0, "No unfinished import.\n")
    run = Import.objects.get()
    run.intake.known_at_us = None
    run.intake.save()
    type(run.job).objects.update(state="running", lease_until=None)
    listed = json.loads(command("ledger", "imports", "--format", "json")[1])
    assert [(row["id"], row["state"], row["read"]) for row in listed] == [(run.pk, "stopped", 4)]
    assert str(run.pk) in command("ledger", "imports")[1]
    assert command("ledger", "imports", "--accept", str(run.pk))[0] == 0
    assert json.loads(command("ledger", "imports", "--format", "json")[1]) == []


@pytest.mark.usefixtures("brand")
def test_projecting_archiving_and_verifying_say_what_they_did(command: Command, file: Path) -> None:
    _import(command, file)
    assert command("ledger", "project")[1] == "The projection was brought up to date: 3 rows\n"
    assert "was up to date" in command("ledger", "project")[1]
    assert "3 interactions" in command("ledger", "archive", "--brand", "acme", "--month", "2012-07")[1]
    assert "unchanged" in command("ledger", "archive", "--brand", "acme", "--month", "2012-07")[1]
    status, printed = command("ledger", "verify", "--format", "json")
    assert (status, json.loads(printed)["is_sound"]) == (0, True)


@pytest.mark.usefixtures("brand")
def test_verifying_fails_when_a_file_is_gone(command: Command, file: Path, data_folder: Path) -> None:
    _import(command, file)
    command("ledger", "project")
    (data_folder / SegmentFile.objects.get().path).unlink()
    status, printed = command("ledger", "verify")
    assert status == 1
    assert "missing" in printed


@pytest.mark.usefixtures("brand")
def test_scorecards_print_raw_numbers_and_nothing_for_none(command: Command, file: Path) -> None:
    _import(command, file)
    status, printed = command("scorecards", "--brand", "acme", "--month", "2012-07", "--format", "csv")
    assert status == 0
    told = {(row["voice"], row["metric"]): row["value"] for row in csv.DictReader(io.StringIO(printed))}
    assert told["marion", "reposts_received"] == told["*", "reposts_received"] == "2"
    assert told["marion", "likes_received"] == ""


@pytest.mark.usefixtures("brand")
def test_scorecards_of_one_line_come_as_json_and_as_a_table(command: Command, file: Path) -> None:
    _import(command, file)
    words = ("--brand", "acme", "--month", "2012-07")
    rows = json.loads(command("scorecards", *words, "--voice", "*", "--format", "json")[1])
    assert {row["voice"] for row in rows} == {"*"}
    assert next(row["value"] for row in rows if row["metric"] == "distinct_people") == 2
    table = command("scorecards", *words, "--voice", "marion")[1]
    assert "mentions_received" in table
    assert "–" in table
    with pytest.raises(NotFound):
        command("scorecards", *words, "--voice", "nobody")


@pytest.mark.usefixtures("brand")
def test_a_month_is_written_as_year_and_number(command: Command) -> None:
    with pytest.raises(SystemExit) as left:
        command("scorecards", "--brand", "acme", "--month", "July")
    assert left.value.code == 2


@pytest.mark.usefixtures("brand")
def test_the_first_and_the_last_month_are_printed_like_any_other(command: Command) -> None:
    for month in ("1970-01", "9998-12"):
        status, printed = command("scorecards", "--brand", "acme", "--month", month)
        assert status == 0
        assert month in printed
