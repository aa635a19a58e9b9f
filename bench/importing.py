"""Importing a file of facts, and a bare `executemany` of the same rows into SQLite.

`python -m bench.importing prepare ROWS` imports the file of the demonstration into the data folder that
PORTEVOIX_DATA names and writes what was stored to the file ROWS; `ours FILE` imports in a fresh folder;
`bare ROWS DATABASE` stores ROWS in a table of the same columns and the same unique key, with ids already
resolved, in batches of the same size, under the same pragmas. Each is a process of its own; only importing
and storing are timed.
"""

import gzip
import json
import pickle
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from portevoix.cli.main import calm_the_collector, prepare
from portevoix.core.batches import batches

HIGGS: Final = Path(__file__).parents[1] / "src/portevoix/demo/data/higgs-activity_time.txt.gz"
KINDS: Final = {"RT": "repost", "MT": "mention", "RE": "reply"}
LAYOUT: Final = ("actor", "target", "at", "kind")
COLUMNS: Final = "brand_id, kind, actor_id, target_id, key, at_us, object_id, remote_id, intake_id"
TABLE: Final = """
CREATE TABLE interaction (
    id integer PRIMARY KEY AUTOINCREMENT, brand_id bigint NOT NULL, kind varchar(16) NOT NULL,
    actor_id bigint NOT NULL, target_id bigint NOT NULL, key varchar(200) NOT NULL, at_us bigint NOT NULL,
    object_id varchar(500) NOT NULL, remote_id varchar(500) NOT NULL, intake_id bigint NOT NULL,
    UNIQUE (actor_id, kind, key)
)
"""


def ours(file: Path) -> dict[str, Any]:
    """Import `file` as the command does; return seconds, rows, and the process's highest memory."""
    prepare()
    from portevoix.ledger.actions.imports import import_file  # noqa: PLC0415 - Django must be set up first
    from portevoix.ledger.rows import Layout  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415
    from portevoix.people.models import Brand  # noqa: PLC0415

    brand, _made = Brand.objects.get_or_create(
        slug="higgs", defaults={"name": "Higgs Days", "time_zone": "Europe/Paris"}
    )
    layout = Layout(LAYOUT, " ", KINDS)
    calm_the_collector()  # as the command does
    started = time.perf_counter()
    report = import_file(file, brand=brand, network="x", layout=layout, by=SYSTEM)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "rows": report.added, "rejected": report.rejected, "peak_mb": peak_mb()}


def bare(rows_file: Path, database: Path) -> dict[str, Any]:
    """Store the rows of `rows_file` in a new `database`; return seconds and rows."""
    prepare()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from portevoix.ledger.actions.imports import BATCH  # noqa: PLC0415

    rows: list[tuple[Any, ...]] = pickle.loads(rows_file.read_bytes())  # noqa: S301 - our own, just written
    calm_the_collector()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
        connection.execute(TABLE)
        started = time.perf_counter()
        for some in batches(rows, BATCH):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO interaction ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", some)
            connection.execute("COMMIT")
        return {"seconds": time.perf_counter() - started, "rows": len(rows), "peak_mb": peak_mb()}


def prepared(rows_file: Path) -> dict[str, Any]:
    """Import once, and write the rows that it stored to `rows_file`, in the order of the file."""
    result = ours(HIGGS)
    from portevoix.ledger import rows  # noqa: PLC0415 - Django must be set up first
    from portevoix.ledger.lines import LineReader  # noqa: PLC0415
    from portevoix.ledger.models import Actor, Interaction  # noqa: PLC0415

    ids = dict(Actor.objects.values_list("remote_id", "pk"))
    stored = Interaction.objects.values_list("brand", "intake").first()
    assert stored is not None
    read = rows.reader(rows.Layout(LAYOUT, " ", KINDS), 2**60)
    acts = (read(line) for line in LineReader(HIGGS))
    told = [
        (stored[0], act.kind, ids[act.actor], ids[act.target], act.key, act.at_us, "", "", stored[1])
        for act in acts
    ]
    rows_file.write_bytes(pickle.dumps(told))
    return result


def tenfold(file: Path) -> dict[str, Any]:
    """Write a file of ten times as many lines, all of them different facts; return how many."""
    said = gzip.decompress(HIGGS.read_bytes()).decode().splitlines()
    written = 0
    with gzip.open(file, "wt", compresslevel=1) as out:
        for week in range(10):
            for line in said:
                actor, target, at, kind = line.split(" ")
                out.write(f"{actor} {target} {int(at) + week * 604_800} {kind}\n")
                written += 1
    return {"rows": written}


def peak_mb() -> float:
    """Return the highest memory of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STEPS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "prepare": prepared,
    "ours": ours,
    "bare": bare,
    "tenfold": tenfold,
}


def main(words: Sequence[str]) -> None:
    """Do what is told, and print JSON."""
    print(json.dumps(STEPS[words[0]](*map(Path, words[1:]))))


if __name__ == "__main__":
    main(sys.argv[1:])
