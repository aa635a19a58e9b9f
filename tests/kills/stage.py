"""A data folder in which processes are run and killed, and what a person would find in it afterwards."""

import csv
import json
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import psutil
import pyarrow.parquet as pq

from tests import children
from tests.children import Child, end, environ_of, eventually, started
from tests.kills.files import BATCH

ROOT: Final = Path(__file__).parents[2]
SIZES: Final = {
    "portevoix.ledger.actions.imports.BATCH": BATCH,
    "portevoix.ledger.actions.takeouts.BATCH": BATCH,
    "portevoix.ledger.actions.project.INTAKES_AT_ONCE": 1,
    "portevoix.ledger.actions.segments.ROWS_AT_ONCE": 90,
    "portevoix.ledger.actions.segments.PIECES_AT_ONCE": 2,
    "portevoix.ledger.actions.merge.TOO_MANY": 4,
    "portevoix.networks.sandbox.client.PAGE_SIZE": 40,
}
"""What a small file would fit into whole is made small, so that a process can die in the middle."""
ACT_COLUMNS: Final = (
    "b.slug, a.network, a.remote_id, f.kind, t.remote_id, f.key, f.at_us, f.object_id, f.remote_id"
)
_ACTS: Final = (
    f"SELECT {ACT_COLUMNS} FROM ledger_interaction f JOIN ledger_intake i ON i.id = f.intake_id "
    "JOIN people_brand b ON b.id = f.brand_id JOIN ledger_actor a ON a.id = f.actor_id "
    "JOIN ledger_actor t ON t.id = f.target_id WHERE i.known_at_us IS NOT NULL"
)
_POSTS: Final = (
    "SELECT a.remote_id, f.remote_id, f.kind, f.at_us, f.in_reply_to FROM ledger_publication f "
    "JOIN ledger_intake i ON i.id = f.intake_id JOIN ledger_actor a ON a.id = f.author_id "
    "WHERE i.known_at_us IS NOT NULL"
)
_READINGS: Final = (
    "SELECT a.remote_id, f.object_id, f.counted, f.value, f.at_us FROM ledger_reading f "
    "JOIN ledger_intake i ON i.id = f.intake_id JOIN ledger_actor a ON a.id = f.actor_id "
    "WHERE i.known_at_us IS NOT NULL"
)
_CONTENTS: Final = (
    "SELECT a.remote_id, c.remote_id, c.text FROM ledger_content c JOIN ledger_actor a ON a.id = c.author_id"
)
_PROJECTED: Final = {
    "interactions": "SELECT f.brand_id, f.kind, f.actor_id, f.target_id, f.object_id, f.at_us, i.known_at_us "
    "FROM ledger_interaction f JOIN ledger_intake i ON i.id = f.intake_id WHERE i.known_at_us IS NOT NULL",
    "publications": "SELECT f.brand_id, f.author_id, f.remote_id, f.kind, f.at_us, i.known_at_us "
    "FROM ledger_publication f JOIN ledger_intake i ON i.id = f.intake_id WHERE i.known_at_us IS NOT NULL",
    "readings": "SELECT f.brand_id, f.actor_id, f.object_id, f.counted, f.value, f.at_us, i.known_at_us "
    "FROM ledger_reading f JOIN ledger_intake i ON i.id = f.intake_id WHERE i.known_at_us IS NOT NULL",
}
"""For each projected table, what the database says of it, in the columns of the files."""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Ended:
    """How a process ended: its status (minus the signal's number if one ended it) and what each command said."""

    status: int
    errors: str
    results: list[dict[str, Any]]

    def out(self, position: int = -1) -> str:
        """Return what the command at `position` printed."""
        return str(self.results[position]["out"])

    def told(self, position: int = -1) -> Any:
        """Return the JSON that the command at `position` printed."""
        return json.loads(self.out(position))


@dataclass
class Stage:
    """One installation: its data folder, and the environment of its processes."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    _started: list[Child] = field(default_factory=list, init=False)

    def copied(self, data: Path) -> Self:
        """Return the same installation, once more, in another folder."""
        shutil.copytree(self.data, data)
        return type(self)(data, self.environment)

    def start(self, *commands: Sequence[str | Path], options: Sequence[str] = ()) -> Child:
        """Start a process that carries out `commands`, one after another."""
        words = [str(word) for command in commands for word in ("--", *command)]
        sizes = [word for name, size in SIZES.items() for word in ("--size", f"{name}={size}")]
        command = [sys.executable, "-m", "tests.kills.runner", *sizes, *options, *words]
        process = started(command, cwd=ROOT, env=environ_of(self.data) | self.environment)
        self._started.append(process)
        return process

    def run(self, *commands: Sequence[str | Path], options: Sequence[str] = ()) -> Ended:
        """Carry out `commands` in one process and return how it ended."""
        return ended(self.start(*commands, options=options))

    def done(self, *commands: Sequence[str | Path], options: Sequence[str] = ()) -> Ended:
        """Carry out `commands`, all of which must succeed."""
        result = self.run(*commands, options=options)
        assert result.status == 0, result.errors
        return result

    def killed(self, step: str, *commands: Sequence[str | Path], passing: int = 1) -> None:
        """Carry out `commands` and end the process at `step`, which must be reached."""
        result = self.run(*commands, options=("--at", step, "--passing", str(passing)))
        assert result.status == -signal.SIGKILL, f"{step} was not reached {passing} times: {result}"

    def stopped(self, step: str, *commands: Sequence[str | Path], passing: int = 1) -> Child:
        """Return a process that carries out `commands` and now waits at `step`, until `go_on`."""
        options = ("--at", step, "--passing", str(passing), "--signal", "SIGSTOP")
        process = self.start(*commands, options=options)
        assert eventually(lambda: process.poll() is not None or _is_stopped(process))
        assert process.returncode is None, f"{step} was not reached {passing} times"
        return process

    def close(self) -> None:
        """End the processes that a test left behind."""
        for process in self._started:
            end(process)

    def rows(self, query: str) -> list[Row]:
        """Return what the database answers to `query`, sorted."""
        with closing(sqlite3.connect(self.data / "portevoix.sqlite3")) as database:
            return sorted(database.execute(query).fetchall())

    def acts(self) -> list[Row]:
        """Return every interaction that counts, by its identity and all that it tells."""
        return self.rows(_ACTS)

    def posts(self) -> list[Row]:
        """Return every publication that counts."""
        return self.rows(_POSTS)

    def readings(self) -> list[Row]:
        """Return every reading that counts."""
        return self.rows(_READINGS)

    def contents(self) -> list[Row]:
        """Return everything that was said."""
        return self.rows(_CONTENTS)

    def rejects(self) -> list[bytes]:
        """Return the content of each file of refused lines."""
        return [path.read_bytes() for path in sorted((self.data / "imports").glob("*"))]

    def projected_files(self) -> list[str]:
        """Return every file in the projection's folder, by its path below the data folder."""
        found = (self.data / "projection").rglob("*")
        return sorted(str(path.relative_to(self.data)) for path in found if path.is_file())

    def live_files(self) -> list[str]:
        """Return the files that readers of the projection open."""
        query = (
            "SELECT f.path FROM ledger_segmentfile f JOIN ledger_segment s ON s.id = f.segment_id "
            "WHERE s.state = 'live' AND f.superseded_at IS NULL"
        )
        return [path for (path,) in self.rows(query)]

    def assert_projection_tells_the_database(self) -> None:
        """Fail unless readers find each fact that counts exactly once, and nothing lies about unnamed."""
        named = {path for (path,) in self.rows("SELECT path FROM ledger_segmentfile")}
        assert {*self.projected_files()} <= named
        self.assert_readers_find_each_fact_once()

    def assert_readers_find_each_fact_once(self) -> None:
        """Fail unless the live files hold each fact that counts exactly once."""
        files = self.live_files()
        for table, query in _PROJECTED.items():
            mine = [self.data / path for path in files if path.startswith(f"projection/{table}/")]
            projected = Counter(row for path in mine for row in _parquet_rows(path))
            assert projected == Counter(self.rows(query)), table

    def figures(self, printed: str) -> dict[tuple[str, str], str]:
        """Return {(voice, metric): value} of scorecards printed as CSV, those without a value left out."""
        table = csv.DictReader(printed.splitlines())
        return {(row["voice"], row["metric"]): row["value"] for row in table if row["value"]}


def _parquet_rows(path: Path) -> list[Row]:
    columns = pq.ParquetFile(path).read().to_pydict()
    return list(zip(*columns.values(), strict=True))


def _is_stopped(process: Child) -> bool:
    return psutil.Process(process.pid).status() == psutil.STATUS_STOPPED


def ended(process: Child) -> Ended:
    """Wait for `process` and return how it ended."""
    done = children.ended(process)
    return Ended(done.returncode, done.stderr, json.loads(done.stdout) if done.stdout else [])


def go_on(process: Child) -> Ended:
    """Let a process that waits at a step go on; wait for it and return how it ended."""
    process.send_signal(signal.SIGCONT)
    return ended(process)
