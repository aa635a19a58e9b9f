"""The sandbox's own file: what accounts did there, in SQLite, safe between processes.

It is never the product's database: shared with ours, a rollback would undo "the network" as well.
"""

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from uuid import uuid4

from portevoix.networks.contracts import OURS

SEED = 1871
"""The world that a file gets when nobody chooses another."""
PATIENCE = 60.0
"""Seconds that one process waits for another's transaction."""

SCHEMA = """
CREATE TABLE world (seed INTEGER NOT NULL);
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
    biography TEXT NOT NULL, language TEXT NOT NULL, opened_us INTEGER NOT NULL, founders INTEGER NOT NULL,
    growth REAL NOT NULL, told_us INTEGER NOT NULL, token_hash TEXT NOT NULL, calls_window INTEGER NOT NULL,
    calls INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE posts (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, key TEXT NOT NULL,
    text TEXT NOT NULL, language TEXT NOT NULL, in_reply_to TEXT NOT NULL, asks INTEGER NOT NULL,
    at_us INTEGER NOT NULL, seen_us INTEGER NOT NULL, gone_us INTEGER, UNIQUE (account, key)
);
CREATE INDEX posts_by_account ON posts (account, seen_us, number);
CREATE INDEX posts_by_answered ON posts (in_reply_to) WHERE in_reply_to != '';
CREATE TABLE media (
    post TEXT NOT NULL, position INTEGER NOT NULL, media_type TEXT NOT NULL, alternative_text TEXT NOT NULL,
    content BLOB NOT NULL, PRIMARY KEY (post, position)
) WITHOUT ROWID;
CREATE TABLE gestures (
    number INTEGER PRIMARY KEY, account TEXT NOT NULL, gesture TEXT NOT NULL, target TEXT NOT NULL,
    at_us INTEGER NOT NULL, gone_us INTEGER
);
CREATE INDEX gestures_by_target ON gestures (target, gesture);
CREATE UNIQUE INDEX gestures_once ON gestures (account, gesture, target) WHERE gone_us IS NULL;
CREATE TABLE acts (
    number INTEGER PRIMARY KEY, target TEXT NOT NULL, told_us INTEGER NOT NULL, at_us INTEGER NOT NULL,
    kind TEXT NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL, concerns TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT NOT NULL
);
CREATE INDEX acts_by_target ON acts (target, told_us);
CREATE INDEX acts_by_act ON acts (act);
CREATE TABLE faults (
    number INTEGER PRIMARY KEY, account TEXT NOT NULL, verb TEXT NOT NULL, fault TEXT NOT NULL,
    seconds INTEGER NOT NULL, said TEXT NOT NULL
);
"""

VERSION = 2
"""Of what a file holds; kept in it as SQLite's `user_version`."""
LATER_TABLES = (
    "CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, account TEXT NOT NULL, media_type TEXT NOT NULL,"
    " content BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS lists (number INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL,"
    " UNIQUE (account, name))",
    "CREATE TABLE IF NOT EXISTS listed (list INTEGER NOT NULL, member TEXT NOT NULL,"
    " PRIMARY KEY (list, member)) WITHOUT ROWID",
)
LATER_COLUMNS = (
    ("posts", "quoting", "TEXT NOT NULL DEFAULT ''"),
    ("posts", "made_with", f"TEXT NOT NULL DEFAULT '{OURS}'"),
    ("uploads", "ready_us", "INTEGER NOT NULL DEFAULT 0"),
)
LATER_INDEXES = ("CREATE INDEX IF NOT EXISTS posts_by_quoted ON posts (quoting) WHERE quoting != ''",)
"""What files made by earlier versions lack, added when one is opened."""


def found(file: Path, seed: int) -> None:
    """Make a new world at `file`, unless there is one. Two processes may try at once: one of them does it."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{uuid4().hex}")
    with closing(sqlite3.connect(draft, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(SCHEMA)
        db.execute("INSERT INTO world VALUES (?)", (seed,))
    with suppress(FileExistsError):
        os.link(draft, file)  # appears whole or not at all
    draft.unlink()


def _renew(db: sqlite3.Connection) -> None:
    """Give a file what it lacks, once; several processes may open it at the same moment."""
    if _version(db) >= VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) < VERSION:
            _add_what_is_missing(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _add_what_is_missing(db: sqlite3.Connection) -> None:
    for statement in LATER_TABLES:
        db.execute(statement)
    for table, column, kind in LATER_COLUMNS:
        known = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
        if column not in known:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    for statement in LATER_INDEXES:
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


class Store:
    """One connection to the sandbox's file, which is made on first use.

    Threads may share it: they take turns. `seed` counts only where the file is new.
    """

    def __init__(self, file: Path, *, seed: int = SEED) -> None:
        found(file, seed)
        self._lock = RLock()
        self._db = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        self._end = weakref.finalize(self, self._db.close)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA synchronous=NORMAL")  # outlives any death of a process without disk waits
        _renew(self._db)
        self.seed: int = self._db.execute("SELECT seed FROM world").fetchone()[0]

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the file's one write transaction; an exception undoes it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read one state of the file, whatever others write meanwhile."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the connection; twice is once."""
        self._end()
