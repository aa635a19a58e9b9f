"""What is seen on the sandbox at an instant: publications, threads, counts, and the events of a member.

Simulated acts and those of other members come out as one stream, each at its place for ever: a member's
frontier (`told_us`) keeps anything new behind it.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from portevoix.core.clock import DAY_US, from_us
from portevoix.networks.contracts import ActorRef, Counted, Event, Gesture, Kind, PostKind, SeenPost
from portevoix.networks.sandbox import rows
from portevoix.networks.sandbox.chatter import phrase
from portevoix.networks.sandbox.crowd import crowd_of
from portevoix.networks.sandbox.people import person, url_of
from portevoix.networks.sandbox.reactions import (
    AFTERWARDS_US,
    REACH_US,
    Act,
    comings_and_goings,
    impressions,
    mentions,
    names_us,
    reactions,
    slice_of,
)
from portevoix.networks.sandbox.rows import Member, Post

SLICE_US = 3 * DAY_US
_STIRRED_US = REACH_US + AFTERWARDS_US + DAY_US
"""Longer than any post stirs anybody."""
_POST_PARTS, _MENTION_PARTS = 2, 3
_DAY_DIGITS = 6
SITE_NAME = "Sandbox"
"""In which application people of the sandbox write."""
_STANDING = {Kind.LIKE: Kind.LIKE_WITHDRAWN, Kind.REPOST: Kind.REPOST_WITHDRAWN}
SAID = (Kind.REPLY, Kind.QUOTE, Kind.MENTION)


class Place(NamedTuple):
    """A place in a member's stream: an instant, and the name of an event at that instant ('' before all)."""

    us: int
    name: str

    def __str__(self) -> str:
        return f"{self.us} {self.name}"


class Told(NamedTuple):
    """An event at its place."""

    place: Place
    event: Event


def words(act: Act, member: Member) -> str:
    """Return what is said in a person's act towards `member`, '' when nothing is."""
    if act.kind not in SAID:
        return ""
    kind = Kind.REPLY if act.concerns and act.kind is Kind.MENTION else act.kind
    said = phrase(kind, act.draw, language=member.language, handle=member.handle)
    return f"@{member.handle} {said}" if names_us(act._replace(kind=kind)) else said


def _event(act: Act, member: Member) -> Event:
    text = words(act, member)
    language = member.language if text else ""
    url = url_of(act.act) if text else ""
    actor, at = person(act.person), from_us(act.at_us)
    return Event(act.kind, actor, member.id, at, act.concerns, act.act, text, language, url)


def _person_said(act: Act, member: Member) -> SeenPost:
    is_reply = act.kind is Kind.REPLY
    kind = PostKind.REPLY if is_reply else PostKind.POST
    answered = act.concerns if is_reply else ""
    quoted = act.concerns if act.kind is Kind.QUOTE else ""
    said = (words(act, member), member.language, url_of(act.act))
    return SeenPost(act.act, person(act.person), from_us(act.at_us), kind, *said, answered, quoted, SITE_NAME)


def _standing(acts: tuple[Act, ...]) -> list[Act]:
    """Return the replies and quotes among `acts` that were not deleted."""
    deleted = {act.act for act in acts if act.kind is Kind.DELETED}
    return [act for act in acts if act.kind in (Kind.REPLY, Kind.QUOTE) and act.act not in deleted]


@dataclass(frozen=True)
class View:
    """The sandbox as it is seen at one instant (UTC microseconds), in one transaction of its file."""

    db: sqlite3.Connection
    seed: int
    now_us: int

    def acts_on(
        self, post: Post, author: Member, start_us: int = 0, end_us: int | None = None
    ) -> tuple[Act, ...]:
        """Return what people did to `post` from `start_us` to `end_us` (excluded, or now), while it stood."""
        end = self.now_us + 1 if end_us is None else end_us
        stood = end if post.gone_us is None else min(end, post.gone_us + 1)
        return slice_of(reactions(post.stir(author, self.seed)), start_us, stood)

    def publication(self, post_id: str) -> SeenPost | None:
        """Return what was published under that id, by anybody, if it is there."""
        parts = post_id.split("/")
        if len(parts) == _POST_PARTS:
            post = rows.post(self.db, post_id)
            author = rows.member(self.db, post.account) if post else None
            return post.seen(author) if post and author and post.is_there(self.now_us) else None
        if len(parts) == _MENTION_PARTS and parts[1] == Kind.MENTION:
            return self._mention(post_id)
        said = self._said_around("/".join(parts[:_POST_PARTS]))
        return next((one for one in said if one.remote_id == post_id), None)

    def _mention(self, mention_id: str) -> SeenPost | None:
        account, _word, number = mention_id.split("/")
        author, day = rows.member(self.db, account), number.partition("-")[0]
        if not author or not (day.isascii() and day.isdecimal() and len(day) <= _DAY_DIGITS):
            return None
        if author.opened_us + int(day) * DAY_US > self.now_us:
            return None
        acts = slice_of(mentions(author.origin(self.seed), int(day)), 0, self.now_us + 1)
        return next((_person_said(act, author) for act in acts if act.act == mention_id), None)

    def _said_around(self, post_id: str) -> list[SeenPost]:
        """Return the replies and quotes that people made to a member's post."""
        post = rows.post(self.db, post_id)
        author = rows.member(self.db, post.account) if post else None
        if not post or not author:
            return []
        return [_person_said(act, author) for act in _standing(self.acts_on(post, author))]

    def thread(self, post_id: str) -> list[SeenPost]:
        """Return the whole conversation around a publication, oldest first; empty when it is not there."""
        root = self.publication(post_id)
        while root and root.in_reply_to and (above := self.publication(root.in_reply_to)):
            root = above
        found = [root] if root else []
        for one in found:  # grows while it is walked
            found += self._answers(one.remote_id)
        return sorted(found, key=lambda one: (one.at, one.remote_id))

    def _answers(self, post_id: str) -> Iterator[SeenPost]:
        for post in rows.answers(self.db, post_id, self.now_us):
            if author := rows.member(self.db, post.account):
                yield post.seen(author)
        yield from (one for one in self._said_around(post_id) if one.in_reply_to == post_id)

    def counts(self, post: Post, author: Member) -> dict[Counted, int]:
        """Return every count of a post; they agree with the events told up to now."""
        done = Counter(act.kind for act in self.acts_on(post, author))
        given = {one: len(rows.givers(self.db, post.id, one, self.now_us)) for one in Gesture}
        replies = done[Kind.REPLY] - done[Kind.DELETED] + len(rows.answers(self.db, post.id, self.now_us))
        return {
            Counted.LIKES: done[Kind.LIKE] - done[Kind.LIKE_WITHDRAWN] + given[Gesture.LIKE],
            Counted.REPOSTS: done[Kind.REPOST] - done[Kind.REPOST_WITHDRAWN] + given[Gesture.REPOST],
            Counted.QUOTES: done[Kind.QUOTE] + len(rows.quotes(self.db, post.id, self.now_us)),
            Counted.REPLIES: replies,
            Counted.IMPRESSIONS: impressions(post.stir(author, self.seed), self.now_us),
        }

    def followers(self, member: Member) -> int:
        """Return how many follow `member`: people, and other members."""
        people = crowd_of(member.origin(self.seed)).size(max(self.now_us, member.opened_us))
        return people + len(rows.givers(self.db, member.id, Gesture.FOLLOW, self.now_us))

    def who_follow(self, member: Member) -> frozenset[str]:
        """Return who follows `member`: people, and other members."""
        people = crowd_of(member.origin(self.seed)).people(max(self.now_us, member.opened_us))
        members = rows.givers(self.db, member.id, Gesture.FOLLOW, self.now_us)
        return frozenset((*(person(number).remote_id for number in people), *members))

    def who_stand(self, kind: Kind, post: Post, author: Member) -> frozenset[str]:
        """Return whose like or repost of `post` stands; nobody's when the post is not there."""
        if not post.is_there(self.now_us):
            return frozenset()
        acts = self.acts_on(post, author)
        gone = {act.act for act in acts if act.kind is _STANDING[kind]}
        people = (act.person for act in acts if act.kind is kind and act.act not in gone)
        members = rows.givers(self.db, post.id, Gesture(kind.value), self.now_us)
        return frozenset((*(person(number).remote_id for number in people), *members))

    def events(self, member: Member, after: Place, size: int) -> tuple[list[Told], bool]:
        """Return up to `size` events of `member` after a place, oldest first, and whether there are more."""
        found: list[tuple[Place, Act | Event]] = []
        start = after.us
        while start <= self.now_us and len(found) <= size:
            end = min(start + SLICE_US, self.now_us + 1)
            found += [one for one in self._slice(member, start, end) if one[0] > after]
            start = end
        told = [Told(at, _event(one, member) if isinstance(one, Act) else one) for at, one in found[:size]]
        return told, len(found) > size

    def _slice(self, member: Member, start_us: int, end_us: int) -> list[tuple[Place, Act | Event]]:
        found: list[tuple[Place, Act | Event]] = [
            (Place(act.at_us, f"{act.act}:{act.kind}"), act)
            for act in self._simulated(member, start_us, end_us)
        ]
        found += self._done(member, start_us, end_us)
        return sorted(found, key=itemgetter(0))

    def _simulated(self, member: Member, start_us: int, end_us: int) -> Iterator[Act]:
        """Yield what people did to `member` from `start_us` to `end_us` (excluded)."""
        origin = member.origin(self.seed)
        for post in rows.posts_seen(self.db, member.id, start_us - _STIRRED_US, end_us):
            yield from self.acts_on(post, member, start_us, end_us)
        first, last = ((us - origin.opened_us) // DAY_US for us in (start_us, end_us))
        for day in range(max(first, 0), last + 1):
            yield from slice_of(mentions(origin, day), start_us, end_us)
        yield from comings_and_goings(origin, start_us, end_us)

    def _done(self, member: Member, start_us: int, end_us: int) -> Iterator[tuple[Place, Event]]:
        """Yield what other members did to `member`."""
        for row in rows.acts_told(self.db, member.id, start_us, end_us):
            doer, kind = rows.member(self.db, row["actor"]), Kind(row["kind"])
            actor = doer.actor if doer else ActorRef(row["actor"])
            said = (row["text"], row["language"], url_of(row["act"]) if row["text"] else "")
            at = from_us(row["at_us"])
            event = Event(kind, actor, member.id, at, row["concerns"], row["act"], *said)
            yield Place(row["told_us"], f"{row['act']}:{kind}"), event
