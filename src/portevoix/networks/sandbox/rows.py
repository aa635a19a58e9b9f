"""What the sandbox's file holds, as frozen values: members (the accounts opened there) and their posts."""

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from portevoix.core.clock import from_us
from portevoix.networks.contracts import OURS, ActorRef, Media, PostKind, SeenPost, Uploaded
from portevoix.networks.sandbox.crowd import Origin
from portevoix.networks.sandbox.people import url_of
from portevoix.networks.sandbox.reactions import Stir


@dataclass(frozen=True)
class Member:
    """An account that somebody opened. `told_us` is the last instant whose events were told to it."""

    id: str
    handle: str
    name: str
    biography: str
    language: str
    opened_us: int
    founders: int
    growth: float
    told_us: int

    def origin(self, seed: int) -> Origin:
        """Return what its crowd depends on."""
        return Origin(seed, self.id, self.opened_us, self.founders, self.growth)

    @property
    def actor(self) -> ActorRef:
        """Return the account as others see it."""
        return ActorRef(self.id, self.handle, self.name, url_of(f"@{self.handle}"))


@dataclass(frozen=True)
class Post:
    """A post of a member: seen by others from `seen_us`, until `gone_us` if it was withdrawn."""

    id: str
    account: str
    text: str
    language: str
    in_reply_to: str
    asks: int
    at_us: int
    seen_us: int
    gone_us: int | None
    quoting: str = ""
    made_with: str = OURS

    def is_there(self, now_us: int) -> bool:
        """Return whether others see it at `now_us`."""
        return self.seen_us <= now_us and (self.gone_us is None or now_us < self.gone_us)

    def stir(self, author: Member, seed: int) -> Stir:
        """Return what people react to in it."""
        return Stir(author.origin(seed), self.id, self.seen_us, bool(self.asks))

    def seen(self, author: Member) -> SeenPost:
        """Return the post as others see it."""
        kind = PostKind.REPLY if self.in_reply_to else PostKind.POST
        at, url = from_us(self.at_us), url_of(self.id)
        said, about = (self.text, self.language, url), (self.in_reply_to, self.quoting)
        return SeenPost(self.id, author.actor, at, kind, *said, *about, self.made_with)


_MEMBER = "SELECT id, handle, name, biography, language, opened_us, founders, growth, told_us FROM accounts"
_POST = (
    "SELECT id, account, text, language, in_reply_to, asks, at_us, seen_us, gone_us, quoting, made_with"
    " FROM posts"
)


def member(db: sqlite3.Connection, account: str) -> Member | None:
    """Return the member of that id, or None."""
    row = db.execute(f"{_MEMBER} WHERE id = ?", (account,)).fetchone()
    return Member(*row) if row else None


def member_by_handle(db: sqlite3.Connection, handle: str) -> Member | None:
    """Return the member of that handle, whatever its case, or None."""
    row = db.execute(f"{_MEMBER} WHERE handle = ?", (handle,)).fetchone()
    return Member(*row) if row else None


def post(db: sqlite3.Connection, post_id: str) -> Post | None:
    """Return the member's post of that id, withdrawn or not, or None."""
    row = db.execute(f"{_POST} WHERE id = ?", (post_id,)).fetchone()
    return Post(*row) if row else None


def post_by_key(db: sqlite3.Connection, account: str, key: str) -> Post | None:
    """Return the post that `account` published with `key`, withdrawn or not, or None."""
    row = db.execute(f"{_POST} WHERE account = ? AND key = ?", (account, key)).fetchone()
    return Post(*row) if row else None


def answers(db: sqlite3.Connection, post_id: str, now_us: int) -> list[Post]:
    """Return the members' posts that answer `post_id` and are there at `now_us`."""
    rows = db.execute(f"{_POST} WHERE in_reply_to = ? AND in_reply_to != ''", (post_id,))
    return [one for one in (Post(*row) for row in rows) if one.is_there(now_us)]


def quotes(db: sqlite3.Connection, post_id: str, now_us: int) -> list[Post]:
    """Return the members' posts that quote `post_id` and are there at `now_us`."""
    rows = db.execute(f"{_POST} WHERE quoting = ? AND quoting != ''", (post_id,))
    return [one for one in (Post(*row) for row in rows) if one.is_there(now_us)]


def posts_seen(db: sqlite3.Connection, account: str, start_us: int, end_us: int) -> list[Post]:
    """Return the posts of `account` first seen from `start_us` to `end_us` (excluded), oldest first."""
    where = "WHERE account = ? AND seen_us >= ? AND seen_us < ? ORDER BY seen_us, number"
    return [Post(*row) for row in db.execute(f"{_POST} {where}", (account, start_us, end_us))]


def givers(db: sqlite3.Connection, target: str, gesture: str, now_us: int) -> list[str]:
    """Return the members whose gesture of that kind stands on `target` at `now_us`."""
    rows = db.execute(
        "SELECT account FROM gestures WHERE target = ? AND gesture = ? AND at_us <= ?"
        " AND (gone_us IS NULL OR gone_us > ?)",
        (target, gesture, now_us, now_us),
    )
    return [account for (account,) in rows]


def acts_told(db: sqlite3.Connection, target: str, start_us: int, end_us: int) -> list[sqlite3.Row]:
    """Return what members did to the member `target`, told to it from `start_us` to `end_us` (excluded)."""
    query = "SELECT * FROM acts WHERE target = ? AND told_us >= ? AND told_us < ?"
    return db.execute(query, (target, start_us, end_us)).fetchall()


def told_of(db: sqlite3.Connection, act: str) -> list[str]:
    """Return the members who were told of `act`."""
    return [target for (target,) in db.execute("SELECT DISTINCT target FROM acts WHERE act = ?", (act,))]


def add_act(db: sqlite3.Connection, act: tuple[str | int, ...]) -> None:
    """Keep an act: target, told_us, at_us, kind, actor, act, concerns, text, language."""
    db.execute(
        "INSERT INTO acts (target, told_us, at_us, kind, actor, act, concerns, text, language)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        act,
    )


def add_post(db: sqlite3.Connection, new: Post, key: str) -> None:
    """Keep a new post under its author's `key`."""
    db.execute(
        "INSERT INTO posts (id, account, text, language, in_reply_to, asks, at_us, seen_us, gone_us, quoting,"
        " made_with, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*astuple(new), key),
    )


def named_in(db: sqlite3.Connection, post_id: str) -> set[str]:
    """Return the members who were told that a post names them."""
    query = "SELECT target FROM acts WHERE act = ? AND kind = 'mention'"
    return {target for (target,) in db.execute(query, (post_id,))}


def change_words(db: sqlite3.Connection, edited: Post) -> None:
    """Replace the text of a post and its language."""
    db.execute(
        "UPDATE posts SET text = ?, language = ? WHERE id = ?", (edited.text, edited.language, edited.id)
    )


def withdraw_post(db: sqlite3.Connection, post_id: str, gone_us: int) -> None:
    """Let a post be there no more from `gone_us`."""
    db.execute("UPDATE posts SET gone_us = ? WHERE id = ?", (gone_us, post_id))


def add_upload(db: sqlite3.Connection, upload_id: str, account: str, media: Media, ready_us: int) -> None:
    """Keep a picture for a post of `account` to come, which may have it from `ready_us` on."""
    row = (upload_id, account, media.media_type, media.content, ready_us)
    db.execute("INSERT INTO uploads (id, account, media_type, content, ready_us) VALUES (?, ?, ?, ?, ?)", row)


def upload_ready_us(db: sqlite3.Connection, account: str, upload_id: str) -> int | None:
    """Return from when a post may have a picture that `account` has put here; None when there is none."""
    query = "SELECT ready_us FROM uploads WHERE id = ? AND account = ?"
    row = db.execute(query, (upload_id, account)).fetchone()
    return int(row[0]) if row else None


def keep_media(db: sqlite3.Connection, post_id: str, media: tuple[Uploaded, ...]) -> None:
    """Keep uploaded media with a post, in order, instead of those it had."""
    db.execute("DELETE FROM media WHERE post = ?", (post_id,))
    db.executemany(
        "INSERT INTO media (post, position, media_type, alternative_text, content)"
        " SELECT ?, ?, media_type, ?, content FROM uploads WHERE id = ?",
        [(post_id, n, one.alternative_text, one.remote_id) for n, one in enumerate(media)],
    )


def posts_ever(db: sqlite3.Connection, account: str) -> int:
    """Return how many posts `account` ever published, withdrawn or not."""
    return int(db.execute("SELECT COUNT(*) FROM posts WHERE account = ?", (account,)).fetchone()[0])


def posts_there(db: sqlite3.Connection, account: str, now_us: int) -> int:
    """Return how many posts of `account` are there at `now_us`."""
    return sum(one.is_there(now_us) for one in posts_seen(db, account, 0, now_us + 1))


@dataclass(frozen=True)
class Given:
    """A like, repost or follow that a member gave, until `gone_us` if it was taken back."""

    number: int
    account: str
    gesture: str
    target: str
    at_us: int
    gone_us: int | None

    @property
    def id(self) -> str:
        """Return the id that the network shows."""
        return f"{self.account}/{self.gesture}/{self.number}"


_GIVEN = "SELECT number, account, gesture, target, at_us, gone_us FROM gestures"


def gesture(db: sqlite3.Connection, account: str, gesture_id: str) -> Given | None:
    """Return the gesture of `account` that has this id, taken back or not, or None."""
    number = gesture_id.rpartition("/")[2]
    row = db.execute(f"{_GIVEN} WHERE number = ? AND account = ?", (number, account)).fetchone()
    found = Given(*row) if row else None
    return found if found and found.id == gesture_id else None


def standing_gesture(db: sqlite3.Connection, account: str, kind: str, target: str) -> Given | None:
    """Return the gesture of that kind of `account` that stands on `target`, or None."""
    where = "WHERE account = ? AND gesture = ? AND target = ? AND gone_us IS NULL"
    row = db.execute(f"{_GIVEN} {where}", (account, kind, target)).fetchone()
    return Given(*row) if row else None


def add_gesture(db: sqlite3.Connection, account: str, kind: str, target: str, at_us: int) -> Given:
    """Keep a new gesture and return it."""
    values = (account, kind, target, at_us)
    made = db.execute("INSERT INTO gestures (account, gesture, target, at_us) VALUES (?, ?, ?, ?)", values)
    return Given(made.lastrowid or 0, *values, None)


def withdraw_gesture(db: sqlite3.Connection, number: int, gone_us: int) -> None:
    """Take a gesture back from `gone_us` on."""
    db.execute("UPDATE gestures SET gone_us = ? WHERE number = ?", (gone_us, number))


def keep_list(db: sqlite3.Connection, account: str, name: str, members: Iterable[str]) -> int:
    """Let the list of `account` called `name` hold exactly `members`, and return its number."""
    db.execute("INSERT INTO lists (account, name) VALUES (?, ?) ON CONFLICT DO NOTHING", (account, name))
    query = "SELECT number FROM lists WHERE account = ? AND name = ?"
    number = int(db.execute(query, (account, name)).fetchone()[0])
    db.execute("DELETE FROM listed WHERE list = ?", (number,))
    db.executemany("INSERT INTO listed VALUES (?, ?)", [(number, one) for one in dict.fromkeys(members)])
    return number


def following(db: sqlite3.Connection, account: str, now_us: int) -> int:
    """Return how many accounts `account` follows at `now_us`."""
    row = db.execute(
        "SELECT COUNT(*) FROM gestures WHERE account = ? AND gesture = 'follow' AND at_us <= ?"
        " AND (gone_us IS NULL OR gone_us > ?)",
        (account, now_us, now_us),
    ).fetchone()
    return int(row[0])
