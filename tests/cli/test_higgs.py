"""The main job on real facts, through the command line alone: half a million lines become an honest table."""

import csv
import gzip
import io
import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import portevoix.demo
from tests.children import PORTEVOIX, environ_of, printed

FILE = Path(portevoix.demo.__file__).parent / "data" / "higgs-activity_time.txt.gz"
ACCOUNTS = ("88", "677", "1988", "14454", "349", "3998", "7533", "2417")
METRICS = (
    "reposts_received",
    "mentions_received",
    "replies_received",
    "distinct_people",
    "internal_interactions",
)
KNOWN = {
    "88": (18972, 15589, 1323, 23140, 104),
    "677": (7427, 4346, 1289, 8951, 3),
    "3998": (1425, 2110, 54, 2138, 30),
    "*": (46256, 28030, 3023, 47509, 139),
}
"""Figures of July 2012 in Paris that were computed apart from this project."""
IMPORT = ("--columns", "actor,target,at,kind", "--delimiter", " ", "--kinds", "RT=repost,MT=mention,RE=reply")
Told = dict[tuple[str, str], tuple[str, str]]


class Office:
    """A data folder and the commands that are run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str) -> str:
        """Run a command that must succeed; return what it printed."""
        return printed([*PORTEVOIX, *words], env=environ_of(self.folder / "data"))

    def programme(self, zone: str) -> None:
        """Write the programme of eight voices, whose slugs are v and the account's id, in `zone`."""
        voices = [
            {"slug": f"v{account}", "first_name": "Ada", "accounts": [{"network": "x", "remote_id": account}]}
            for account in ACCOUNTS
        ]
        brand = {"slug": "higgs", "name": "Higgs Days", "time_zone": zone, "languages": ["fr", "en"]}
        path = self.folder / "programme.yaml"
        path.write_text(json.dumps({"brand": brand, "voices": voices}))  # JSON is YAML
        self.run("programme", "init", str(path))

    def table(self, month: str) -> Told:
        """Return {(account or *, metric): (value, previous)} of a month, as printed."""
        printed = self.run("scorecards", "--brand", "higgs", "--month", month, "--format", "csv")
        assert printed.startswith("month,voice,metric,value,previous\n")
        rows = csv.DictReader(io.StringIO(printed))
        return {
            (row["voice"].removeprefix("v"), row["metric"]): (row["value"], row["previous"]) for row in rows
        }


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return the office in which the real file has been imported twice."""
    office = Office(tmp_path_factory.mktemp("higgs"))
    office.programme("Europe/Paris")
    once, twice = (
        json.loads(
            office.run(
                "ledger",
                "import",
                str(FILE),
                "--brand",
                "higgs",
                "--network",
                "x",
                *IMPORT,
                "--format",
                "json",
            )
        )
        for _turn in range(2)
    )
    assert {name: once[name] for name in ("read", "added", "known", "rejected")} == {
        "read": 563_069,
        "added": 563_069,
        "known": 0,
        "rejected": 0,
    }
    assert (twice["read"], twice["added"], twice["known"]) == (563_069, 0, 563_069)
    return office


def _counted(zone: str, year: int, month: int) -> dict[str, tuple[int, ...]]:
    """Count a month by hand, in plain Python: each line once, with nothing of the project."""
    first = datetime(year, month, 1, tzinfo=ZoneInfo(zone)).timestamp()
    after = datetime(year, month + 1, 1, tzinfo=ZoneInfo(zone)).timestamp()
    reposts: dict[str, int] = defaultdict(int)
    replies: dict[str, int] = defaultdict(int)
    internal: dict[str, int] = defaultdict(int)
    acts: dict[str, set[tuple[str, str]]] = defaultdict(set)
    people: dict[str, set[str]] = defaultdict(set)
    with gzip.open(FILE, "rt") as file:
        for line in file:
            actor, target, at, kind = line.split()
            if target not in ACCOUNTS or not first <= int(at) < after:
                continue
            for who in (target, "*"):
                if actor in ACCOUNTS:
                    internal[who] += 1
                    continue
                people[who].add(actor)
                reposts[who] += kind == "RT"
                replies[who] += kind == "RE"
                if kind in ("MT", "RE"):
                    acts[who].add((actor, at))
    return {
        who: (reposts[who], len(acts[who]), replies[who], len(people[who]), internal[who])
        for who in (*ACCOUNTS, "*")
    }


def test_july_in_paris_says_what_was_counted_by_hand_and_what_was_computed_elsewhere(office: Office) -> None:
    told = office.table("2012-07")
    by_hand = _counted("Europe/Paris", 2012, 7)
    for who in (*ACCOUNTS, "*"):
        values = tuple(int(told[who, metric][0]) for metric in METRICS)
        assert values == by_hand[who]
        assert values == KNOWN.get(who, values)


def test_what_no_source_covers_is_empty_and_not_zero(office: Office) -> None:
    told = office.table("2012-07")
    for metric in ("likes_received", "quotes_received", "audience_size", "posts_published", "applause_rate"):
        assert {told[who, metric][0] for who in (*ACCOUNTS, "*")} == {""}
    assert {previous for _value, previous in told.values()} == {""}


def test_the_brands_line_counts_distinct_and_is_not_a_sum(office: Office) -> None:
    told = office.table("2012-07")
    sums = [sum(int(told[account, metric][0]) for account in ACCOUNTS) for metric in METRICS]
    assert sums == [46256, 29139, 3023, 55657, 139]


def test_in_new_york_two_minutes_past_midnight_is_still_june(office: Office) -> None:
    office.programme("America/New_York")
    july, june = office.table("2012-07"), office.table("2012-06")
    metrics = METRICS[1:4]
    assert [july["677", metric] for metric in metrics] == [("4345", "1"), ("1288", "1"), ("8950", "1")]
    assert [june["677", metric] for metric in metrics] == [("1", ""), ("1", ""), ("1", "")]
    by_hand = {month: _counted("America/New_York", 2012, month) for month in (6, 7)}
    for who in (*ACCOUNTS, "*"):
        assert tuple(int(july[who, metric][0]) for metric in METRICS) == by_hand[7][who]
        assert tuple(int(june[who, metric][0]) for metric in METRICS) == by_hand[6][who]
    office.programme("Europe/Paris")
