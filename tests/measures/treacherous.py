"""A small ledger full of traps, and every figure of it worked out anew in plain Python.

The figures here come from the story itself: lists of what happened, holdings, zones. Nothing of how the
product computes them is used: no scope, no relation, no expression.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

US: Final = timedelta(microseconds=1)
MONTHS: Final = ((2026, 2), (2026, 3), (2026, 4))
"""March holds a daylight-saving night in both zones."""


@dataclass(frozen=True)
class Held:
    """A voice holds an account in [start, end); None is always."""

    voice: str
    account: str
    start: datetime | None = None
    end: datetime | None = None

    def has(self, account: str, at: datetime) -> bool:
        """Return whether this is a holding of `account` in force at `at`."""
        begun = self.start is None or self.start <= at
        return self.account == account and begun and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Done:
    """Somebody did something to an account, perhaps to a post of it."""

    kind: str
    actor: str
    target: str
    at: datetime
    post: str = ""
    own_id: str = ""


@dataclass(frozen=True)
class Posted:
    """A publication."""

    author: str
    own_id: str
    at: datetime
    kind: str = "post"


@dataclass(frozen=True)
class Counted:
    """A count that was read; of a post where `post` is not empty."""

    account: str
    value: int
    at: datetime
    counted: str = "followers"
    post: str = ""


@dataclass(frozen=True)
class Story:
    """All there is to know of one brand. A voice is (slug, kind, state)."""

    slug: str
    zone: str
    voices: tuple[tuple[str, str, str], ...]
    held: tuple[Held, ...]
    done: tuple[Done, ...]
    posted: tuple[Posted, ...]
    counted: tuple[Counted, ...]

    def bounds(self, month: tuple[int, int]) -> tuple[datetime, datetime]:
        """Return the first instant of a month and that of the next, in this brand's zone."""
        zone, (year, number) = ZoneInfo(self.zone), month
        start, end = datetime(year, number, 1, tzinfo=zone), datetime(year, number + 1, 1, tzinfo=zone)
        return start.astimezone(UTC), end.astimezone(UTC)


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """Return an instant of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


HANDED_OVER: Final = at(3, 15)
PARIS_MARCH: Final = (at(2, 28, 23), at(3, 31, 22))
NEW_YORK_MARCH: Final = (at(3, 1, 5), at(4, 1, 4))
_KINDS: Final = ("like", "repost", "quote", "reply", "mention", "follow", "like_withdrawn", "deleted")
_WITH_AN_ID: Final = ("quote", "reply", "mention")


def _random_acts(dice: random.Random, accounts: list[str], posts: list[Posted], count: int) -> list[Done]:
    """Return acts of all sorts around the limits of months and holdings, each once."""
    limits = [*PARIS_MARCH, *NEW_YORK_MARCH, HANDED_OVER, at(3, 29, 1), at(3, 8, 7)]
    actors = [*accounts, *(f"someone-{number}" for number in range(25))]
    told: dict[tuple[str, ...], Done] = {}
    for number in range(count):
        near = dice.choice(limits) + dice.choice((-1, 0, 1)) * US
        when = dice.choice((near, at(2, 1) + timedelta(seconds=dice.randrange(88 * 86_400))))
        kind, actor = dice.choice(_KINDS), dice.choice(actors)
        post = dice.choice(posts) if dice.random() < 0.7 else None
        target = post.author if post else dice.choice([*accounts, "stranger"])
        own_id = f"act-{number}" if kind in _WITH_AN_ID else ""
        act = Done(kind, actor, target, when, post.own_id if post else "", own_id)
        told.setdefault((actor, kind, own_id or act.post or f"{target} {when}"), act)
    return list(told.values())


_VOICES_OF_PARIS: Final = (
    ("marion", "persona", "active"), ("paul", "persona", "active"), ("claire", "persona", "closed"),
    ("lea", "named", "active"), ("house", "brand", "active"), ("ghost", "persona", "active"),
    ("idle", "persona", "active"),
)  # fmt: skip
_HELD_IN_PARIS: Final = (
    Held("marion", "m1"),
    Held("marion", "shared", end=HANDED_OVER),
    Held("paul", "shared", start=HANDED_OVER),
    Held("claire", "old", end=at(3, 10)),
    Held("lea", "named"),
    Held("house", "h1"),
    Held("house", "new", start=at(3, 20)),
    Held("ghost", "never-met"),
)
_TOLD_OF_PARIS: Final = [
    Done("reply", "fan", "m1", at(3, 12, 9), "m1-1", "reply-with-a-twin"),
    Done("mention", "fan", "m1", at(3, 12, 9), "", "its-twin"),
    Done("reply", "fan", "m1", at(3, 12, 10), "m1-1", "reply-without-a-twin"),
    Done("mention", "fan", "m1", at(3, 13), "", "to-two"),
    Done("mention", "fan", "shared", at(3, 13), "", "to-two"),
    Done("mention", "fan", "h1", at(3, 13), "", "to-two"),
    Done("like", "fan", "m1", PARIS_MARCH[0], "m1-1"),
    Done("like", "fan", "m1", PARIS_MARCH[1], "m1-2"),
    Done("like", "early", "m1", PARIS_MARCH[0] - US, "m1-0"),
    Done("like", "m1", "m1", at(3, 5), "m1-2"),
    Done("like", "named", "m1", at(3, 5), "m1-2"),
    Done("repost", "old", "m1", at(3, 9), "m1-2"),
    Done("repost", "old", "m1", at(3, 11), "m1-3"),
    Done("reply", "new", "shared", at(3, 19), "shared-1", "not-yet-ours"),
    Done("reply", "new", "shared", at(3, 20), "shared-1", "ours-by-now"),
    Done("like", "before-the-month", "m1", at(2, 20), "m1-3"),
    Done("like", "long-after", "m1", at(4, 20), "m1-3"),
    Done("like_withdrawn", "fan", "m1", at(3, 20), "m1-1"),
    Done("like", "fan", "stranger", at(3, 20), "stranger-1"),
]
"""What was done around the limits of March and of holdings, what has a twin, and what was done to several."""
_COUNTED_IN_PARIS: Final = [
    Counted("m1", 100, at(1, 20)),  # too old to start March from
    Counted("m1", 120, at(2, 10)),
    Counted("m1", 150, PARIS_MARCH[0]),
    Counted("m1", 180, at(3, 21)),  # at the very instant of two posts
    Counted("m1", 190, at(3, 21) + US),
    Counted("m1", 170, PARIS_MARCH[1] - US),
    Counted("m1", 999, PARIS_MARCH[1]),
    Counted("shared", 40, at(3, 14)),
    Counted("shared", 42, HANDED_OVER),  # belongs to whoever takes over, and is where growth starts
    Counted("shared", 44, at(3, 16)),
    Counted("shared", 10, PARIS_MARCH[0] - US),
    Counted("h1", 0, at(2, 25)),
    Counted("h1", 0, at(3, 3)),
    Counted("new", 55, at(1, 5)),  # too old to stand for the followers of its first posts
    Counted("new", 77, at(3, 25)),
    Counted("old", 30, at(3, 12)),  # read when nobody of ours held it any more
    Counted("old", 31, at(2, 12)),
    Counted("m1", 5, PARIS_MARCH[1] - US, counted="likes", post="m1-1"),
    Counted("m1", 6, PARIS_MARCH[1] - US, counted="likes"),
    Counted("m1", 7, PARIS_MARCH[1] - US, counted="followers", post="m1-1"),
]


def _paris() -> Story:
    """Return a brand whose accounts change hands, with a closed voice and one that only had a past."""
    dice, (start, end) = random.Random(1871), PARIS_MARCH
    accounts = ["m1", "shared", "old", "named", "h1", "new"]
    edges = (start - US, start, start + US, end - US, end, HANDED_OVER - US, HANDED_OVER)
    times = (*edges, at(3, 21), at(3, 21), at(2, 10), at(4, 10))
    posted = [
        Posted(author, f"{author}-{place}", when, dice.choice(("post", "post", "article", "reply")))
        for author in (*accounts, "stranger")
        for place, when in enumerate(times)
    ]
    acts = (*_TOLD_OF_PARIS, *_random_acts(dice, accounts, posted, 600))
    return Story(
        "paris", "Europe/Paris", _VOICES_OF_PARIS, _HELD_IN_PARIS, acts, tuple(posted), tuple(_COUNTED_IN_PARIS),
    )  # fmt: skip


def _new_york() -> Story:
    """Return a brand that watches, among others, an account of the same id as one in Paris."""
    dice = random.Random(1886)
    held = (Held("ann", "ann"), Held("bob", "m1", start=at(3, 8, 7)))
    times = [limit + step * US for limit in NEW_YORK_MARCH for step in (-1, 0, 1)]
    posted = [
        Posted(name, f"{name}-{place}", when) for name in ("ann", "m1") for place, when in enumerate(times)
    ]
    acts = _random_acts(dice, ["ann", "m1"], posted, 250)
    counts = [Counted("ann", 10 + day, at(3, day, 5)) for day in range(1, 20, 3)]
    voices = (("ann", "persona", "active"), ("bob", "persona", "active"))
    return Story("york", "America/New_York", voices, held, tuple(acts), tuple(posted), tuple(counts))


def _empty() -> Story:
    voices = (("nobody", "persona", "active"),)
    return Story("empty", "Asia/Kathmandu", voices, (Held("nobody", "nothing"),), (), (), ())


STORIES: Final = (_paris(), _new_york(), _empty())
"""The last one is a brand about which nothing is ever told."""


@dataclass(frozen=True)
class Row:
    """One line of one month: whose accounts it looks at ('*': all voices that a table shows)."""

    story: Story
    voice: str
    month: tuple[int, int]

    @property
    def name(self) -> str:
        """Return a name for messages."""
        return f"{self.story.slug} {self.voice} {self.month[0]}-{self.month[1]:02d}"

    def is_ours(self, account: str, when: datetime) -> bool:
        """Return whether the line's voice held `account` at an instant of the month."""
        start, end = self.story.bounds(self.month)
        return start <= when < end and any(each.has(account, when) for each in self._held())

    def _held(self) -> Iterable[Held]:
        shown = {slug for slug, kind, _state in self.story.voices if kind in ("brand", "persona")}
        return [
            each for each in self.story.held if each.voice in ({self.voice} if self.voice != "*" else shown)
        ]

    def is_internal(self, act: Done) -> bool:
        """Return whether any voice of the brand did it."""
        return any(each.has(act.actor, act.at) for each in self.story.held)

    def received(self, *kinds: str) -> list[Done]:
        """Return external acts of `kinds` on the line's accounts in the month."""
        return [act for act in self._all(*kinds) if not self.is_internal(act)]

    def _all(self, *kinds: str) -> list[Done]:
        return [act for act in self.story.done if act.kind in kinds and self.is_ours(act.target, act.at)]

    def internals(self) -> list[Done]:
        """Return what the brand did to itself."""
        return [
            act for act in self._all("like", "repost", "quote", "reply", "mention") if self.is_internal(act)
        ]

    def posts(self) -> list[Posted]:
        """Return the line's posts of the month, replies apart."""
        return [
            post
            for post in self.story.posted
            if post.kind in ("post", "article") and self.is_ours(post.author, post.at)
        ]

    def gained(self, post: Posted, *kinds: str) -> int:
        """Return how many external acts of `kinds` a post got since the month began."""
        start, _end = self.story.bounds(self.month)
        return sum(
            act.kind in kinds and act.target == post.author and act.post == post.own_id
            and act.at >= start and not self.is_internal(act)
            for act in self.story.done
        )  # fmt: skip

    def followers(self, account: str, keep: Callable[[datetime], bool]) -> int | None:
        """Return the followers of an account at the last of its readings whose instant is kept."""
        mine = [
            each
            for each in self.story.counted
            if each.account == account and each.counted == "followers" and not each.post and keep(each.at)
        ]
        return max(mine, key=lambda each: each.at).value if mine else None

    def followers_at(self, post: Posted) -> int | None:
        """Return the author's followers at the last reading not after the post, nor long before the month."""
        start, end = self.story.bounds(self.month)
        return self.followers(post.author, lambda when: start - (end - start) <= when <= post.at)

    def audience(self) -> list[tuple[int, int | None]]:
        """Return (followers at the end, at the start or None) of each account read in the month."""
        found = []
        for account in sorted({each.account for each in self._held()}):
            last = self.followers(account, partial(self.is_ours, account))
            if last is not None:
                first = self.followers(account, partial(self._is_start, account))
                found.append((last, first))
        return found

    def _is_start(self, account: str, when: datetime) -> bool:
        """Return whether growth may start from a reading: before the month, or before it was held."""
        start, end = self.story.bounds(self.month)
        mine = [each for each in self._held() if each.account == account]
        begun = [each.start for each in mine if each.start and start < each.start < end]
        is_from_the_start = len(begun) < sum(not each.end or each.end > start for each in mine)
        latest = start - US if is_from_the_start else min(begun)
        return start - (end - start) <= when <= latest


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _per_post(*kinds: str) -> Callable[[Row], float | None]:
    return lambda row: _mean([row.gained(post, *kinds) for post in row.posts()])


def _per_1000(*kinds: str) -> Callable[[Row], float | None]:
    return lambda row: _mean(
        [
            row.gained(post, *kinds) * 1000 / followers
            for post in row.posts()
            if (followers := row.followers_at(post))
        ]
    )


def _growth(row: Row) -> int | None:
    known = [last - first for last, first in row.audience() if first is not None]
    return sum(known) if known else None


def _growth_rate(row: Row) -> float | None:
    growth, first = _growth(row), sum(first for _last, first in row.audience() if first is not None)
    return growth * 100 / first if growth is not None and first else None


FIGURES: Final[dict[str, Callable[[Row], float | None]]] = {
    "audience_size": lambda row: sum(last for last, _first in row.audience()) if row.audience() else None,
    "audience_growth": _growth,
    "audience_growth_rate": _growth_rate,
    "likes_received": lambda row: len(row.received("like")),
    "mentions_received": lambda row: len({(act.actor, act.at) for act in row.received("mention", "reply")}),
    "replies_received": lambda row: len(row.received("reply")),
    "reposts_received": lambda row: len(row.received("repost", "quote")),
    "quotes_received": lambda row: len(row.received("quote")),
    "distinct_people": lambda row: len(
        {act.actor for act in row.received("like", "repost", "quote", "reply", "mention")}
    ),
    "internal_interactions": lambda row: len(row.internals()),
    "posts_published": lambda row: len(row.posts()),
    "conversation_rate": _per_post("reply"),
    "amplification_rate": _per_post("repost", "quote"),
    "applause_rate": _per_post("like"),
    "replies_per_1000_followers": _per_1000("reply"),
    "reposts_per_1000_followers": _per_1000("repost", "quote"),
    "likes_per_1000_followers": _per_1000("like"),
}
"""Every metric by its id, worked out from the story."""


def rows() -> list[Row]:
    """Return every line of every brand and month."""
    return [
        Row(story, voice, month)
        for story in STORIES
        for month in MONTHS
        for voice in (*_shown(story, month), "*")
    ]


def _shown(story: Story, month: tuple[int, int]) -> list[str]:
    """Return the voices that the table of a month shows: a closed one only while it held something."""
    start, end = story.bounds(month)

    def held_something(slug: str) -> bool:
        mine = [each for each in story.held if each.voice == slug]
        return any(
            (not each.start or each.start < end) and (not each.end or each.end > start) for each in mine
        )

    return [
        slug
        for slug, kind, state in story.voices
        if kind in ("brand", "persona") and (state != "closed" or held_something(slug))
    ]


def figures() -> dict[str, dict[str, Any]]:
    """Return {line: {metric: value}} of the whole story."""
    return {row.name: {name: figure(row) for name, figure in FIGURES.items()} for row in rows()}
