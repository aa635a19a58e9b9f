"""`portevoix scorecards close` and `verify`, as somebody types them."""

import csv
import io
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from portevoix.cli.main import parser_of
from portevoix.config.commands import COMMANDS
from portevoix.measures.catalogue import METRICS
from portevoix.measures.errors import NotClosable, NotClosed
from portevoix.measures.models import ClosedLine, Closing
from portevoix.networks.models import Account, Holding
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

OF_JULY = ("--brand", "acme", "--month", "2012-07")
START = 1_341_100_972


class Said(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    errors: str


Command = Callable[..., Said]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command with its words."""

    def run(name: str, *words: str) -> Said:
        module = import_module(COMMANDS[name])
        status = module.run(parser_of(name, module).parse_args(words))
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture
def facts(tmp_path: Path) -> Callable[[int], Path]:
    """Return a function that writes a file in which one actor more than before reposts."""

    def written(actor: int) -> Path:
        path = tmp_path / f"facts-{actor}.csv"
        path.write_text(f"actor,target,at,kind\n{actor},88,{START},repost\n")
        return path

    return written


@pytest.fixture
def july(db: None, data_folder: Path, command: Command, facts: Callable[[int], Path]) -> Brand:
    """Return a brand whose voice Marion was reposted once in July 2012."""
    brand = Brand.objects.create(slug="acme", name="Acme", time_zone="Europe/Paris")
    marion = Voice.objects.create(brand=brand, slug="marion", kind="persona", state="active")
    account = Account.objects.create(brand=brand, network="x", remote_id="88")
    Holding.objects.create(voice=marion, account=account)
    command("ledger", "import", str(facts(7)), "--brand", "acme", "--network", "x")
    return brand


@pytest.mark.usefixtures("july")
def test_a_month_is_closed_and_replayed(command: Command) -> None:
    closed = command("scorecards", "close", *OF_JULY)
    seal = Closing.objects.get().digest
    assert closed.out == f"2012-07 is closed. Its seal: {seal}\n"
    again = command("scorecards", "close", *OF_JULY)
    assert "was closed already" in again.out
    assert seal in again.out
    verified = command("scorecards", "verify", *OF_JULY)
    count = 2 * len(METRICS)
    assert verified == (0, f"2012-07: {count} figures are as they were closed, 0 differ.\n", "")


@pytest.mark.usefixtures("july")
def test_the_seal_and_the_replayed_figures_are_told_as_data(command: Command) -> None:
    told = json.loads(command("scorecards", "close", *OF_JULY, "--format", "json").out)
    closing = Closing.objects.get()
    assert told["is_new"]
    assert (told["digest"], told["facts_digest"]) == (closing.digest, closing.facts_digest)
    verified = json.loads(command("scorecards", "verify", *OF_JULY, "--format", "json").out)
    assert (verified["is_sound"], verified["is_sealed"], verified["has_its_facts"]) == (True, True, True)
    assert {
        "voice": "*",
        "metric": "reposts_received",
        "version": 1,
        "closed": 1,
        "replayed": 1,
        "closed_previous": None,
        "replayed_previous": None,
        "outcome": "same",
    } in verified["figures"]
    rows = list(csv.DictReader(io.StringIO(command("scorecards", "verify", *OF_JULY, "--format", "csv").out)))
    assert len(rows) == 2 * len(METRICS)
    assert {row["outcome"] for row in rows} == {"same"}


@pytest.mark.usefixtures("july")
def test_a_closed_figure_that_was_changed_is_printed_and_fails(command: Command) -> None:
    command("scorecards", "close", *OF_JULY)
    ClosedLine.objects.filter(metric="reposts_received", voice=None).update(value=2)
    ClosedLine.objects.filter(metric="likes_received", voice=None).update(metric_version=9)
    said = command("scorecards", "verify", *OF_JULY)
    assert said.status == 1
    assert said.out.splitlines() == [
        "What was closed is no longer what was sealed: lines, versions or holdings were changed.",
        "* likes_received cannot be replayed: version 9 is no longer here.",
        "* reposts_received: closed 2 / –, replayed 1 / –.",
        f"2012-07: {2 * len(METRICS) - 2} figures are as they were closed, 1 differ.",
    ]


@pytest.mark.usefixtures("july")
def test_printing_a_closed_month_says_beside_it_how_much_is_another_now(
    command: Command, facts: Callable[[int], Path]
) -> None:
    command("scorecards", "close", *OF_JULY)
    quiet = command("scorecards", *OF_JULY, "--format", "csv")
    assert quiet.out.startswith("month,voice,metric,value,previous\n")
    assert "0 closed figures are others." in quiet.errors
    command("ledger", "import", str(facts(8)), "--brand", "acme", "--network", "x")
    late = command("scorecards", *OF_JULY, "--format", "csv")
    assert "2012-07,marion,reposts_received,2,\n" in late.out
    assert "4 closed figures are others." in late.errors, "reposts and people, of the voice and of the brand"
    closed = command("scorecards", "close", *OF_JULY, "--format", "csv")
    assert "2012-07,marion,reposts_received,1,\n" in closed.out


@pytest.mark.usefixtures("july")
def test_what_cannot_be_closed_or_replayed_says_why(command: Command) -> None:
    with pytest.raises(NotClosable, match="no source told anything"):
        command("scorecards", "close", "--brand", "acme", "--month", "2011-01")
    with pytest.raises(NotClosed, match="2012-07 is not closed"):
        command("scorecards", "verify", *OF_JULY)
