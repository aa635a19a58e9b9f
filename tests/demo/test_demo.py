"""The demonstration: a programme in good order, real facts of known origin, and a folder that says what it is."""

import gzip
import hashlib
import os
import signal
import sqlite3
import sys
from argparse import Namespace
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portevoix.cli.programme import init
from portevoix.config.commands import COMMANDS
from portevoix.core import clock
from portevoix.core.errors import UserError
from portevoix.core.locks import machine_lock
from portevoix.demo import command, folder, higgs
from portevoix.networks.models import Holding
from portevoix.people.models import Brand
from portevoix.programme.models import ProductRange, Sphere, Voice
from tests.children import PORTEVOIX, Done, ended, environ_of, eventually, printed, run, running

ACCOUNTS = {"88", "677", "1988", "14454", "349", "3998", "7533", "2417"}
FACTS_SHA256 = "901b199716a23b0fc0371705e3ae9941b5c9493277aec65456abc4988674ad79"
TODAY = date(2026, 11, 24)


def test_its_programme_is_in_good_order(db: None) -> None:
    init((higgs.FILES / "higgs.yaml").read_bytes(), is_check=False)

    brand = Brand.objects.get()
    assert (brand.slug, brand.name, brand.time_zone) == ("higgs", "Higgs Days", "Europe/Paris")
    assert set(Holding.objects.values_list("account__remote_id", flat=True)) == ACCOUNTS
    voices = Voice.objects.all()
    assert {voice.kind for voice in voices} == {"persona"}
    assert len({voice.hue for voice in voices}) == len({voice.first_name for voice in voices}) == 8
    assert Sphere.objects.filter(pk__in=voices.values("sphere")).count() == 4
    assert ProductRange.objects.filter(pk__in=voices.values("product_range")).count() == 4


def test_applying_it_twice_changes_nothing(db: None) -> None:
    content = (higgs.FILES / "higgs.yaml").read_bytes()
    init(content, is_check=False)

    assert not init(content, is_check=False).tally.has_written


def test_its_facts_are_the_published_ones_with_their_source_beside_them() -> None:
    content = higgs.FACTS.read_bytes()
    source = (higgs.FILES / "SOURCE.md").read_text(encoding="utf-8")

    assert hashlib.sha256(content).hexdigest() == FACTS_SHA256
    assert gzip.decompress(content).count(b"\n") == 563_069
    for word in ("De Domenico", "Lima", "Mougel", "Musolesi", "2980", "snap.stanford.edu", "anonymised"):
        assert word in source


def test_it_brings_in_with_the_commands_that_anybody_would_type() -> None:
    assert {step[0] for step in higgs.commands()} <= set(COMMANDS)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of commands that work in an empty folder."""
    return environ_of(tmp_path)


def bring_in(facts: Path, environ: dict[str, str]) -> Done:
    """Bring a demonstration of other facts in, as a process of its own."""
    program = (
        "import sys; from pathlib import Path; from portevoix.cli.main import prepare; prepare();"
        "from portevoix.demo import command, folder, higgs;"
        "folder.refuse_foreign(higgs.BRAND); steps = higgs.commands(Path(sys.argv[1]));"
        "sys.exit(0 if command.bring_in(steps, is_there=higgs.is_there()) else 1)"
    )
    return run([sys.executable, "-c", program, facts], env=environ)


def test_what_is_there_is_used_again_and_the_folder_says_what_it_is(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    facts = tmp_path / "few.txt"
    facts.write_text("5 88 1341300000 MT\n6 677 1341300001 RT\n", encoding="utf-8")

    first, second = bring_in(facts, environ), bring_in(facts, environ)

    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout.count("$ portevoix") == 3
    assert "is there already" in second.stdout
    assert "$ portevoix" not in second.stdout
    asked = "from portevoix.config import settings; print(settings.IS_DEMONSTRATION)"
    assert printed([sys.executable, "-c", asked], env=environ) == "True\n"


def test_a_step_that_fails_ends_it(tmp_path: Path, environ: dict[str, str]) -> None:
    done = bring_in(tmp_path / "nowhere.txt", environ)

    assert done.returncode == 1
    assert "scorecards" not in done.stdout


def has_begun(data: Path, stored: str) -> bool:
    """Return whether some rows are `stored`: a table, and perhaps a condition."""
    file = data / "portevoix.sqlite3"
    if not file.exists():
        return False
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        try:
            return bool(database.execute(f"SELECT count(*) FROM {stored}").fetchone()[0])
        except sqlite3.OperationalError:
            return False


@pytest.mark.parametrize(
    ("words", "stored", "kept"),
    [
        (["--higgs"], "ledger_import WHERE read_count > 0", "goes on from there"),
        (["--months", "3"], "ledger_intake", "begins this demonstration anew"),
    ],
)
def test_ctrl_c_is_answered_once(
    tmp_path: Path, environ: dict[str, str], words: list[str], stored: str, kept: str
) -> None:
    command = [*PORTEVOIX, "demo", "--port", "0", *words]
    with running(command, env=environ, start_new_session=True) as demo:
        assert eventually(lambda: has_begun(tmp_path, stored))
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does: to all that it runs
        done = ended(demo)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("portevoix: Stopped.")
    assert kept in done.stderr


def demo(environ: dict[str, str], *words: str) -> Done:
    """Run `portevoix demo` with `words`."""
    return run([*PORTEVOIX, "demo", *words], env=environ)


def state_of(data: Path) -> list[str]:
    """Return the lines of the file that marks a demonstration's folder."""
    return (data / folder.MARK).read_text(encoding="utf-8").splitlines()


def test_a_life_that_was_cut_short_begins_anew_and_is_then_there(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    short = ["--prepare", "--months", "3"]
    with running([*PORTEVOIX, "demo", *short], env=environ):
        assert eventually(lambda: has_begun(tmp_path, "people_brand"))
    assert len(state_of(tmp_path)) == 1

    again, third = demo(environ, *short), demo(environ, *short)

    assert (again.returncode, third.returncode) == (0, 0), again.stderr
    assert "begins anew" in again.stdout
    assert "lives 3 months" in again.stdout
    assert "is there already" in third.stdout
    assert state_of(tmp_path)[1:] == [f"whole since {clock.now():%Y-%m-%d}"]
    asked = ["scorecards", "--brand", "atelier", "--month", f"{clock.now():%Y-%m}", "--format", "csv"]
    assert ",marion,audience_size," in printed([*PORTEVOIX, *asked], env=environ)


def test_it_never_turns_a_programme_of_ones_own_into_a_demonstration(
    db: None, data_folder: Path, settings: Any
) -> None:
    folder.refuse_foreign("atelier")
    Brand.objects.create(slug="acme", name="Acme", time_zone="UTC")

    for gesture in (partial(folder.refuse_foreign, "atelier"), folder.reset):
        with pytest.raises(UserError, match="a programme of your own"):
            gesture()
    assert Brand.objects.exists()
    assert not (data_folder / folder.MARK).exists()


@pytest.mark.django_db
def test_one_demonstration_is_never_brought_into_the_folder_of_another(data_folder: Path) -> None:
    folder.mark()
    Brand.objects.create(slug=higgs.BRAND, name="Higgs Days", time_zone="UTC")
    folder.refuse_foreign(higgs.BRAND)
    with pytest.raises(UserError, match="another demonstration"):
        folder.refuse_foreign("atelier")


@pytest.mark.usefixtures("data_folder")
def test_a_folder_says_since_when_its_demonstration_is_whole() -> None:
    assert folder.whole_since() is None
    folder.mark()
    assert folder.whole_since() is None
    folder.mark(whole_since=TODAY)
    assert folder.whole_since() == TODAY


def test_a_demonstration_of_another_month_says_how_it_is_brought_up_to_today(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with clock.at(datetime(2026, 11, 24, tzinfo=UTC)):
        command._say_that_it_ages(TODAY)
        assert capsys.readouterr().out == ""
        command._say_that_it_ages(date(2026, 8, 3))
    told = capsys.readouterr().out
    assert "2026-08" in told
    assert "--reset" in told


def test_each_demonstration_has_a_folder_of_its_own() -> None:
    folders = {command.data_folder(Namespace(higgs=is_higgs)) for is_higgs in (True, False)}
    assert folders == {"./portevoix-demo", "./portevoix-demo-higgs"}


@pytest.mark.django_db(transaction=True)
def test_starting_anew_forgets_everything_but_the_keys(data_folder: Path) -> None:
    folder.mark(whole_since=TODAY)
    Brand.objects.create(slug="atelier", name="Atelier Formation", time_zone="UTC")
    for name in ("projection/facts.parquet", "mail/1.log", "sandbox.sqlite3", "sandbox.sqlite3-wal"):
        (data_folder / name).parent.mkdir(exist_ok=True)
        (data_folder / name).touch()
    (data_folder / "encryption-keys").touch()

    folder.reset()

    assert not Brand.objects.exists()
    assert {path.name for path in data_folder.iterdir()} == {folder.MARK, "encryption-keys"}
    assert folder.whole_since() is None


def test_nothing_is_brought_in_while_its_pages_are_served(data_folder: Path) -> None:
    with machine_lock("served"), pytest.raises(UserError, match="are being served"), folder.alone():
        pass


def test_two_at_once_do_not_bring_it_in_together(data_folder: Path) -> None:
    with folder.alone(), pytest.raises(UserError, match="Another process"), folder.alone():
        pass


def test_tests_themselves_are_no_demonstration() -> None:
    assert settings.IS_DEMONSTRATION is False
