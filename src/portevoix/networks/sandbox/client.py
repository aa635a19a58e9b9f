"""What the sandbox offers to one account, as a network's API would: admission, posts, gestures, reading."""

import hmac
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

from django.utils.translation import gettext as _

from portevoix.core.clock import SECOND_US, from_us, to_us
from portevoix.networks.contracts import Counted, Draft, Gesture, Kind, Media, Profile, SeenPost
from portevoix.networks.errors import (
    ContentRefused,
    Gone,
    NeedsReconnection,
    NetworkError,
    RateLimited,
    UnexpectedReply,
    Unreachable,
)
from portevoix.networks.sandbox import deeds, faults, rows
from portevoix.networks.sandbox.backstage import token_hash
from portevoix.networks.sandbox.faults import Trouble
from portevoix.networks.sandbox.people import followers_of, number_of, person
from portevoix.networks.sandbox.rows import Member, Post
from portevoix.networks.sandbox.store import Store
from portevoix.networks.sandbox.timeline import Place, Told, View

CALLS_A_WINDOW = 300
WINDOW_US = 300 * SECOND_US
PAGE_SIZE = 500


@contextmanager
def _translated(*, writes: bool) -> Iterator[None]:
    """Turn what the file or the machine refuses into our errors: its transaction was undone."""
    try:
        yield
    except (UnicodeEncodeError, OverflowError):
        if writes:
            raise ContentRefused("sandbox: no text", reason=_("This is not readable text.")) from None
        raise UnexpectedReply("sandbox: no id or cursor of its own") from None
    except (sqlite3.Error, OSError) as problem:
        raise Unreachable(f"sandbox: its file cannot be used ({type(problem).__name__})") from problem


class SandboxClient:
    """The sandbox in `file`, as the holder of `token` meets it. Every method may raise a NetworkError."""

    def __init__(self, file: Path, account: str, token: str) -> None:
        self._file = file
        self._lock = Lock()
        self._opened: Store | None = None
        self._account = account
        self._token_hash = token_hash(token)

    def close(self) -> None:
        """Let go of the file."""
        if self._opened:
            self._opened.close()

    @property
    def _store(self) -> Store:
        """The file, opened by the first call: what goes wrong there is that call's error."""
        with self._lock:
            self._opened = self._opened or Store(self._file)
            return self._opened

    # What every call goes through

    @contextmanager
    def _call(self, verb: str, now: datetime, *, writes: bool = False, tells: bool = False) -> Iterator[View]:
        """Admit one call, carry it out in one transaction, and let the fault that was ordered happen."""
        now_us = to_us(now)
        with _translated(writes=writes):
            trouble = self._admitted(verb, now_us, tells=tells)
            if trouble and not trouble.comes_after:
                raise trouble.error(writes=writes, now=now)
            delay_us = trouble.delay_us if trouble and writes else 0
            with self._kept_unless_it_happens(trouble), self._transaction(writes=writes) as db:
                yield View(db, self._store.seed, now_us + delay_us)
        if trouble and trouble.is_felt:
            raise trouble.error(writes=writes, now=now)

    def _transaction(self, *, writes: bool) -> AbstractContextManager[sqlite3.Connection]:
        return self._store.writing() if writes else self._store.reading()

    @contextmanager
    def _kept_unless_it_happens(self, trouble: Trouble | None) -> Iterator[None]:
        """Put a fault back that was to follow a call which is refused: it still waits for one that is not."""
        try:
            yield
        except (NetworkError, UnicodeEncodeError, OverflowError):
            if trouble:
                with self._store.writing() as db:
                    faults.add(db, self._account, trouble)
            raise

    def _admitted(self, verb: str, now_us: int, *, tells: bool) -> Trouble | None:
        """Check token and limit, move the frontier of what was told, and return the fault to come."""
        with self._store.writing() as db:
            row = db.execute("SELECT * FROM accounts WHERE id = ?", (self._account,)).fetchone()
            if row is None or not hmac.compare_digest(row["token_hash"], self._token_hash):
                raise NeedsReconnection("sandbox: the token opens no account")
            window = now_us // WINDOW_US
            calls = row["calls"] + 1 if row["calls_window"] == window else 1
            if calls > CALLS_A_WINDOW:
                raise RateLimited(from_us((window + 1) * WINDOW_US), "sandbox: too many calls")
            told_us = max(row["told_us"], now_us) if tells else row["told_us"]
            db.execute(
                "UPDATE accounts SET calls_window = ?, calls = ?, told_us = ? WHERE id = ?",
                (window, calls, told_us, self._account),
            )
            return faults.take(db, self._account, verb)

    def _me(self, view: View) -> Member:
        found = rows.member(view.db, self._account)
        if found is None:
            raise NeedsReconnection("sandbox: the account is closed")
        return found

    # Writing

    def upload(self, media: Media, upload_id: str, *, now: datetime) -> datetime:
        """Keep a picture for a post to come; return from when on it may have it. Raises ContentRefused."""
        with self._call("upload", now, writes=True) as view:
            return from_us(deeds.upload(view, self._me(view), media, upload_id))

    def publish(self, draft: Draft, *, key: str, now: datetime) -> Post:
        """Publish `draft` once for `key`. Raises ContentRefused, also when that post was withdrawn since."""
        with self._call("publish", now, writes=True) as view:
            return deeds.publish(view, self._me(view), draft, key)

    def edit(self, post_id: str, draft: Draft, *, now: datetime) -> Post:
        """Replace the content of a post. Raises ContentRefused, also when it is not there any more."""
        with self._call("edit", now, writes=True) as view:
            return deeds.edit(view, self._me(view), post_id, draft)

    def remove(self, remote_id: str, *, now: datetime) -> None:
        """Withdraw a post or a gesture of this account; what is not there is withdrawn already."""
        with self._call("remove", now, writes=True) as view:
            deeds.remove(view, self._me(view), remote_id)

    def give(self, gesture: Gesture, target: str, *, now: datetime) -> tuple[str, datetime]:
        """Like, repost or follow, once; return the gesture's id and instant. Raises ContentRefused."""
        with self._call("give", now, writes=True) as view:
            return deeds.give(view, self._me(view), gesture, target)

    def keep_list(self, name: str, members: Iterable[str], *, now: datetime) -> str:
        """Let this account's list called `name` hold exactly `members`; return its id. Raises ContentRefused."""
        with self._call("keep_list", now, writes=True) as view:
            return deeds.keep_list(view, self._me(view), name, members)

    # Reading

    def check(self, upload_id: str, *, now: datetime) -> datetime:
        """Return from when on a post may have a picture. Raises ContentRefused when there is none."""
        with self._call("check", now) as view:
            return from_us(deeds.ready_us(view, self._me(view), upload_id))

    def standing(self, kind: Kind, post_id: str, *, now: datetime) -> frozenset[str]:
        """Return who follows this account, or whose like or repost of a post of this account stands."""
        with self._call("standing", now) as view:
            me = self._me(view)
            if kind is Kind.FOLLOW:
                return view.who_follow(me)
            post = rows.post(view.db, post_id)
            return view.who_stand(kind, post, me) if post and post.account == me.id else frozenset()

    def whoami(self, *, now: datetime) -> Profile:
        """Return the account that the token opens."""
        with self._call("whoami", now) as view:
            return _profile(view, self._me(view))

    def profile(self, remote_id: str, *, now: datetime) -> Profile:
        """Return a member's or a person's profile. Raises UnexpectedReply when it is nobody's id."""
        with self._call("profile", now) as view:
            if member := rows.member(view.db, remote_id):
                return _profile(view, member)
            number = number_of(remote_id)
        if number is None:
            raise UnexpectedReply("sandbox: nobody has this id")
        return Profile(person(number), now, followers_count=followers_of(number))

    def look(self, key: str, *, now: datetime) -> Post | None:
        """Return the post of this account that was published with `key`, if it is there."""
        with self._call("look", now) as view:
            post = rows.post_by_key(view.db, self._account, key)
            return post if post and post.is_there(view.now_us) else None

    def events(self, after: Place | None, *, now: datetime) -> tuple[list[Told], bool]:
        """Return one page of what happened to this account after a place, and whether there is more."""
        with self._call("events", now, tells=True) as view:
            me = self._me(view)
            return view.events(me, after or Place(me.opened_us, ""), PAGE_SIZE)

    def posts(self, after: Place | None, *, now: datetime) -> tuple[list[tuple[Place, SeenPost]], bool]:
        """Return one page of what this account published after a place, and whether there is more."""
        with self._call("posts", now, tells=True) as view:
            me, start = self._me(view), after or Place(0, "")
            seen = rows.posts_seen(view.db, me.id, start.us, view.now_us + 1)
            places = [(Place(post.seen_us, post.id), post) for post in seen if post.is_there(view.now_us)]
            later = sorted((one for one in places if one[0] > start), key=lambda one: one[0])
            return [(place, post.seen(me)) for place, post in later[:PAGE_SIZE]], len(later) > PAGE_SIZE

    def counts(self, post_ids: Iterable[str], *, now: datetime) -> tuple[int, dict[str, dict[Counted, int]]]:
        """Return the account's followers, and the counts of those of its posts that are there."""
        with self._call("counts", now) as view:
            me = self._me(view)
            posts = (rows.post(view.db, post_id) for post_id in post_ids)
            mine = [one for one in posts if one and one.account == me.id and one.is_there(view.now_us)]
            return view.followers(me), {post.id: view.counts(post, me) for post in mine}

    def thread(self, post_id: str, *, now: datetime) -> list[SeenPost]:
        """Return the conversation around a publication. Raises UnexpectedReply when it is not there."""
        with self._call("thread", now) as view:
            found = view.thread(post_id)
        if not found:
            raise Gone("sandbox: no such publication")
        return found


def _profile(view: View, member: Member) -> Profile:
    return Profile(
        member.actor,
        from_us(view.now_us),
        biography=member.biography,
        followers_count=view.followers(member),
        following_count=rows.following(view.db, member.id, view.now_us),
        posts_count=rows.posts_there(view.db, member.id, view.now_us),
    )
