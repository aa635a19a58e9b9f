"""What those who run the sandbox do: open accounts, sign them out, and order what shall go wrong."""

import hashlib
import re
import secrets
import sqlite3
from datetime import datetime
from pathlib import Path

from portevoix.core.clock import to_us
from portevoix.core.disposable import Disposable
from portevoix.networks.contracts import Draft, Media
from portevoix.networks.sandbox import deeds, faults, rows
from portevoix.networks.sandbox.faults import Fault, Trouble
from portevoix.networks.sandbox.store import SEED, Store
from portevoix.networks.sandbox.timeline import SITE_NAME, View

HANDLE = re.compile(r"\w(?:[\w.-]*\w)?")


def token_hash(token: str) -> str:
    """Return what the sandbox keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Backstage(Disposable):
    """The directors' side of the sandbox in `file`. `seed` chooses the world where the file is new."""

    def __init__(self, file: Path, *, seed: int = SEED) -> None:
        self._store = Store(file, seed=seed)

    def open_account(
        self,
        account: str,
        *,
        now: datetime,
        handle: str = "",
        name: str = "",
        biography: str = "",
        language: str = "en",
        followers: int = 0,
        growth: float = 0.0,
    ) -> str:
        """Open an account with so many followers, and so many newcomers a day on average; return its token.

        An account that is already open stays as it is, and its older tokens cease to work.
        Raises ValueError for an id with a slash, or a handle that is none or is taken.
        """
        chosen = handle or account
        if not account or "/" in account or not HANDLE.fullmatch(chosen):
            raise ValueError(f"no account can be called {account!r} with the handle {chosen!r}")
        fresh = (account, chosen, name or chosen, biography, language, to_us(now), followers, growth)
        with self._store.writing() as db:
            try:
                db.execute(_OPEN, fresh)
            except sqlite3.IntegrityError:
                raise ValueError(f"the handle {chosen!r} is taken") from None
            return _new_token(db, account)

    def sign_out(self, account: str) -> None:
        """Make every token of `account` cease to work, as when somebody revokes an application."""
        with self._store.writing() as db:
            db.execute("UPDATE accounts SET token_hash = '' WHERE id = ?", (account,))

    def sign_in(self, account: str) -> str:
        """Return a new token of `account`. Raises ValueError when it was never opened."""
        with self._store.writing() as db:
            return _new_token(db, account)

    def order(
        self, account: str, fault: Fault, *, verb: str = "", seconds: int = 60, said: str = "", times: int = 1
    ) -> None:
        """Let the next `times` calls of `account` go wrong: those of the client's method `verb`, or any.

        `seconds` is how long a rate limit lasts or an answer takes, `said` the sentence with which content is
        refused.
        """
        with self._store.writing() as db:
            for _time in range(times):
                faults.add(db, account, Trouble(fault, seconds, said, verb))

    def calm(self, account: str) -> None:
        """Forget every fault that was ordered for `account` and did not happen yet."""
        with self._store.writing() as db:
            db.execute("DELETE FROM faults WHERE account = ?", (account,))

    def media(self, post_id: str) -> tuple[Media, ...]:
        """Return the media of a post, in order."""
        query = "SELECT content, media_type, alternative_text FROM media WHERE post = ? ORDER BY position"
        with self._store.reading() as db:
            return tuple(Media(*row) for row in db.execute(query, (post_id,)))

    def lists(self, account: str) -> dict[str, set[str]]:
        """Return {id: members} of the lists of `account`."""
        query = "SELECT number, member FROM lists LEFT JOIN listed ON list = number WHERE account = ?"
        found: dict[str, set[str]] = {}
        with self._store.reading() as db:
            for number, member in db.execute(query, (account,)):
                found.setdefault(f"{account}/list/{number}", set()).update({member} - {None})
        return found

    def write_outside(self, account: str, text: str, *, now: datetime) -> str:
        """Publish as somebody does in the sandbox's own application, not through us; return the post's id.

        Raises ValueError when the account was never opened, and ContentRefused.
        """
        with self._store.writing() as db:
            me = rows.member(db, account)
            if me is None:
                raise ValueError(f"nobody opened the account {account!r}")
            view = View(db, self._store.seed, to_us(now))
            return deeds.publish(view, me, Draft(text), secrets.token_hex(8), made_with=SITE_NAME).id

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


_OPEN = """
INSERT INTO accounts (id, handle, name, biography, language, opened_us, founders, growth,
                      told_us, token_hash, calls_window, calls)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0, 0) ON CONFLICT (id) DO NOTHING
"""


def _new_token(db: sqlite3.Connection, account: str) -> str:
    token = secrets.token_urlsafe(24)
    changed = db.execute("UPDATE accounts SET token_hash = ? WHERE id = ?", (token_hash(token), account))
    if not changed.rowcount:
        raise ValueError(f"nobody opened the account {account!r}")
    return token
