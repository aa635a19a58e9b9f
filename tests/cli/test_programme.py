"""`portevoix programme init`: one file, one transaction, plain answers."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from portevoix.cli import programme
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Brand, JournalEntry
from portevoix.programme.models import Voice
from tests.children import PORTEVOIX, Done, environ_of, run

FILE = """\
brand: {slug: higgs, name: Higgs Days, time_zone: Europe/Paris, languages: [fr, en]}
ranges: [{slug: physics, name: Physics}]
voices:
  - {slug: marion, kind: persona, first_name: Marion, sphere: business, range: physics,
     accounts: [{network: x, remote_id: "88", handle: u88}]}
"""


def call(*arguments: str | Path) -> int:
    parser = ArgumentParser()
    programme.add_arguments(parser)
    return programme.run(parser.parse_args(["init", *map(str, arguments)]))


@pytest.fixture
def file(tmp_path: Path, db: None) -> Path:
    """Return a programme file in good order."""
    written = tmp_path / "programme.yaml"
    written.write_text(FILE, encoding="utf-8")
    return written


def test_a_file_is_written_whole_as_the_system(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(file) == 0
    assert capsys.readouterr().out.splitlines() == [
        "brands: 1 added, 0 changed, 0 unchanged",
        "spheres: 4 added, 0 changed, 0 unchanged",
        "ranges: 1 added, 0 changed, 0 unchanged",
        "voices: 1 added, 0 changed, 0 unchanged",
        "accounts: 1 added, 0 changed, 0 unchanged",
        "holdings: 1 added, 0 changed, 0 unchanged",
        "higgs: 9 added, 0 changed, 0 unchanged",
    ]
    holding = Holding.objects.get()
    assert (holding.voice.slug, holding.account.remote_id, holding.from_at) == ("marion", "88", None)
    assert set(JournalEntry.objects.values_list("actor_kind", flat=True)) == {"system"}


def test_the_second_run_adds_and_changes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(file)
    capsys.readouterr()
    assert call(file, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["brand"], told["check"]) == ("higgs", False)
    assert (told["added"], told["changed"], told["unchanged"]) == (0, 0, 9)
    assert told["kinds"]["voices"] == {"added": 0, "changed": 0, "unchanged": 1}


def test_a_new_handle_alone_is_journalled_with_the_rest(file: Path) -> None:
    call(file)
    file.write_text(FILE.replace("handle: u88", "handle: u89"), encoding="utf-8")
    assert call(file) == 0
    first, second = JournalEntry.objects.filter(action="programme.file.applied").order_by("pk")
    assert first.facts == {"added": 9, "changed": 0}
    assert second.facts == {"added": 0, "changed": 1}


def test_a_check_says_what_would_change_and_writes_nothing(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(file, "--check") == 0
    assert "higgs: 9 added" in capsys.readouterr().out
    assert not Brand.objects.exists()
    assert not JournalEntry.objects.exists()
    call(file)
    file.write_text(FILE.replace("first_name: Marion", "first_name: Maud"), encoding="utf-8")
    assert call(file, "--check") == 0
    assert "voices: 0 added, 1 changed" in capsys.readouterr().out
    assert Voice.objects.get().first_name == "Marion"


def test_errors_are_told_one_a_line_and_nothing_is_written(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(
        FILE.replace("network: x", "network: twitter").replace("Europe/Paris", "Paris"), encoding="utf-8"
    )
    assert call(file) == 1
    said = capsys.readouterr()
    assert said.out == ""
    first, second = said.err.splitlines()
    assert first.startswith(f"{file}:1: time_zone: ")
    assert second.startswith(f"{file}:5: network: ")
    assert not Brand.objects.exists()


def test_an_account_held_by_a_stored_voice_takes_the_whole_file_back(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(file)
    file.write_text(
        FILE.replace("slug: marion", "slug: paul").replace("Higgs Days", "Other"), encoding="utf-8"
    )
    assert call(file) == 1
    assert capsys.readouterr().err.startswith(f"{file}:5: “marion” holds this account")
    assert Brand.objects.get().name == "Higgs Days"
    assert Voice.objects.count() == Account.objects.count() == 1


def test_a_file_that_is_not_there_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(tmp_path / "missing.yaml") == 1
    assert capsys.readouterr().err == f"{tmp_path / 'missing.yaml'}: No such file or directory\n"
    assert call(tmp_path) == 1
    assert capsys.readouterr().err == f"{tmp_path}: Is a directory\n"


@pytest.mark.parametrize("arguments", [[], ["init"], ["init", "f", "--format", "xml"], ["undo", "f"]])
def test_bad_usage_ends_with_two(arguments: list[str]) -> None:
    parser = ArgumentParser()
    programme.add_arguments(parser)
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(arguments)
    assert ended.value.code == 2


def command(data: Path, *arguments: str | Path) -> Done:
    """Run the real command in a process and a data folder of its own."""
    return run([*PORTEVOIX, "programme", *arguments], env=environ_of(data))


def test_the_command_makes_its_data_folder_and_answers_with_exit_codes(tmp_path: Path) -> None:
    good, bad, data = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "data"
    good.write_text(FILE, encoding="utf-8")
    bad.write_text(FILE.replace("persona", "robot"), encoding="utf-8")
    refused = command(data, "init", bad)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"{bad}:4: kind: ")
    written = command(data, "init", good)
    assert (written.returncode, written.stderr) == (0, "")
    assert "higgs: 9 added, 0 changed, 0 unchanged" in written.stdout
    assert command(data, "init").returncode == 2


EXAMPLE = Path(__file__).parents[2] / "docs" / "programme-file.md"


@pytest.mark.django_db
def test_the_example_of_the_document_is_applied_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    file = tmp_path / "example.yaml"
    file.write_text(text, encoding="utf-8")
    assert call(file) == 0
    capsys.readouterr()
    assert call(file, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], told["changed"]) == (0, 0)
    assert set(told["kinds"]) == {
        "brands", "spheres", "ranges", "phases", "lines", "voices", "consents", "accounts", "holdings"
    }  # fmt: skip
