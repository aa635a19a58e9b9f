"""The command `portevoix`, as somebody types it: what it prints, where, and how it ends."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

from portevoix import __version__
from portevoix.config.commands import COMMANDS
from tests.children import PORTEVOIX, Done, ended, environ_of, run, started

MONTH = ("--month", "2026-10")


def call(folder: Path, *arguments: str, **variables: str) -> Done:
    return run([*PORTEVOIX, *arguments], env=environ_of(folder) | variables, cwd=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder whose tables are up to date."""
    made = tmp_path_factory.mktemp("data")
    call(made, "ledger", "imports")
    return made


def test_the_version_is_told(folder: Path) -> None:
    done = call(folder, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"portevoix {__version__}\n", "")


def test_help_lists_every_command(folder: Path) -> None:
    done = call(folder, "--help")
    assert done.returncode == 0
    told = " ".join(done.stdout.split())
    for name, module in COMMANDS.items():
        assert f"{name} {import_module(module).HELP}" in told


def test_the_terminals_language_is_spoken_from_the_first_word(folder: Path, tmp_path: Path) -> None:
    def said(*words: str) -> str:
        done = call(folder, *words, LC_ALL="fr_FR.UTF-8")
        return " ".join((done.stdout + done.stderr).split())

    facts = tmp_path / "facts.csv"
    facts.write_text("actor,target,at,kind\n1,88,1341100972,like\n")
    programme = tmp_path / "programme.yaml"
    programme.write_text("brand: {slug: acme, name: Acme, time_zone: Europe/Paris, languages: [fr]}\n")
    said("programme", "init", str(programme))

    assert "web Servir les pages." in said("--help")
    assert "la reconstituer à côté de l’ancienne" in said("ledger", "project", "--help")
    assert "99999 n’est pas un port" in said("web", "--port", "99999")
    assert "lues 1 ajoutées 1" in said("ledger", "import", str(facts), "--brand", "acme", "--network", "x")
    assert "à jour : 1 ligne" in said("ledger", "project")
    assert "Aucun import inachevé." in said("ledger", "imports")
    assert "voix mesure" in said("scorecards", "--brand", "acme", "--month", "2012-07")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_touches_nothing_for_it(tmp_path: Path, name: str) -> None:
    done = call(tmp_path, name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: portevoix {name}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("--fast", "scorecards"),
        ("ledger",),
        ("ledger", "burn"),
        ("scorecards",),
        ("scorecards", "--brand", "acme", "--month", "2026-13"),
        ("scorecards", "--brand", "acme", *MONTH, "--format", "pdf"),
        ("ledger", "import", "facts.csv", "--brand", "acme", "--network", "x", "--kinds", "RT=retweet"),
        ("ledger", "import", "facts.csv", "--brand", "acme", "--network", "x", "--columns", "actor,at"),
        ("ledger", "import", ".", "--brand", "acme", "--network", "x"),
        ("ledger", "import", "/dev/null", "--brand", "acme", "--network", "x"),
        *(
            (name, "--port", port)
            for name in ("up", "web", "demo")
            for port in ("eight", "-3", "65536", "٣", "9" * 5000)
        ),
        ("web", "--address", "some-name"),
        ("demo", "--address", "some-name"),
    ],
    ids=lambda words: " ".join(words)[:60],
)
def test_wrong_use_ends_with_2_and_says_how(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = call(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: portevoix")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scorecards", "--brand", "nowhere", *MONTH), "There is no brand nowhere."),
        (
            ("ledger", "import", "facts.csv", "--brand", "nowhere", "--network", "x"),
            "There is no brand nowhere.",
        ),
        (("ledger", "archive", "--brand", "nowhere", *MONTH), "There is no brand nowhere."),
        (("ledger", "imports", "--accept", "7"), "There is no unfinished import 7."),
        (("sign-in-link", "nobody@example.org"), "Nobody signs in with nobody@example.org."),
    ],
)
def test_a_failure_ends_with_1_and_one_line(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = call(folder, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"portevoix: {said}\n")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORTEVOIX_PORT", "eight"),
        ("PORTEVOIX_DEBUG", "yes"),
        ("PORTEVOIX_ENGINE", "abacus"),
        ("PORTEVOIX_SECRET_KEY_FILE", "absent"),
        ("PORTEVOIX_DATA", "/proc/nowhere"),
        ("PORTEVOIX_PORT", "99999"),
        ("PORTEVOIX_DATABASE_URL", "nonsense"),
        ("PORTEVOIX_ENCRYPTION_KEYS", "abc"),
        ("PORTEVOIX_PUBLIC_URL", "voices.example.org"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_with_1_and_is_named(
    folder: Path, variable: str, value: str
) -> None:
    done = call(folder, "ledger", "imports", **{variable: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"portevoix: {variable} ")
    assert done.stderr.count("\n") == 1


def test_what_the_machine_refuses_is_one_line_and_a_traceback_only_while_developing(tmp_path: Path) -> None:
    (tmp_path / "portevoix.sqlite3").mkdir()
    done = call(tmp_path, "ledger", "imports")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("portevoix: unable to open database file. What was stored is kept")
    assert done.stderr.count("\n") == 1
    debugged = call(tmp_path, "ledger", "imports", PORTEVOIX_DEBUG="1")
    assert debugged.returncode == 1
    assert "Traceback" in debugged.stderr


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "locks").touch()
    done = call(tmp_path, "ledger", "imports")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "File exists" in done.stderr


def test_an_output_that_cannot_show_a_letter_ends_no_command(folder: Path) -> None:
    done = call(folder, "ledger", "imports", LC_ALL="fr_FR.UTF-8", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Aucun import inachev?" in done.stdout


def test_a_data_folder_that_is_open_to_everybody_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    done = call(tmp_path, "ledger", "imports")
    assert done.returncode == 0
    assert (
        done.stderr
        == f"portevoix: {tmp_path} is open to everybody on this machine; `chmod o= {tmp_path}` closes it.\n"
    )


def test_a_data_folder_with_any_name_holds_its_own_database(tmp_path: Path) -> None:
    folder = tmp_path / "a#b%20?c"
    assert call(tmp_path, "ledger", "imports", PORTEVOIX_DATA=str(folder)).returncode == 0
    assert (folder / "portevoix.sqlite3").exists()
    assert folder.stat().st_mode & 0o777 == 0o700


def printed_to(folder: Path, output: str, *arguments: str) -> Done:
    """Run a command whose output the shell sends where `output` says."""
    words = " ".join([sys.executable, "-m", "portevoix", *arguments])
    command = ["bash", "-c", f"{words} {output}; exit ${{PIPESTATUS[0]}}"]
    return run(command, env=environ_of(folder), cwd=folder)


@pytest.mark.parametrize("arguments", [("ledger", "imports"), ("ledger", "--help")], ids=" ".join)
def test_whoever_has_read_enough_may_stop_reading(folder: Path, arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as output:
        done = run([*PORTEVOIX, *arguments], env=environ_of(folder), stdout=output)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("output", "said"),
    [(">/dev/full", "There is no room left to write"), (">&-", "Standard output is closed")],
)
def test_what_cannot_be_printed_is_told_in_one_line(folder: Path, output: str, said: str) -> None:
    done = printed_to(folder, output, "ledger", "imports")

    assert done.returncode == 1
    assert done.stderr.startswith(f"portevoix: {said}")
    assert done.stderr.count("\n") == 1


def test_a_command_makes_the_data_folder_and_its_tables_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    done = call(tmp_path, "ledger", "imports", PORTEVOIX_DATA=str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, "No unfinished import.\n", "")
    assert (folder / "portevoix.sqlite3").exists()


def test_without_a_folder_the_data_lies_where_one_is(tmp_path: Path) -> None:
    done = call(tmp_path, "ledger", "imports", PORTEVOIX_DATA="")
    assert done.returncode == 0
    assert (tmp_path / "portevoix-data" / "portevoix.sqlite3").exists()


def test_two_commands_may_begin_in_the_same_empty_folder(tmp_path: Path) -> None:
    command = [*PORTEVOIX, "ledger", "imports"]
    pair = [started(command, env=environ_of(tmp_path)) for _number in range(2)]
    done = [ended(process) for process in pair]
    assert [one.returncode for one in done] == [0, 0], done


def test_a_one_time_link_is_printed_alone(folder: Path) -> None:
    done = call(folder, "sign-in-link", PORTEVOIX_PUBLIC_URL="https://voices.example.org")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("https://voices.example.org/welcome/")
    assert len(done.stdout.splitlines()) == 1
    told = json.loads(call(folder, "sign-in-link", "--format", "json").stdout)
    assert told.keys() == {"link"}
    assert "/welcome/" in told["link"]
