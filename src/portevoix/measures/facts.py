"""From a figure to the very facts it is made of, page by page: rows of the database, never an engine.

The rules are those of `measures.grains`, told to the database: the target was held by the line's voice at the
instant of the fact, an actor who was any voice of the brand at that instant is internal, and facts count once
their intake is finished. A test holds, for each metric, that as many things are listed as the figure says.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from portevoix.core.errors import NotFound
from portevoix.core.periods import Month
from portevoix.ledger.models import Actor, Content, Interaction, Publication, Reading
from portevoix.measures.basis import Basis
from portevoix.measures.metric import POST_KINDS, Metric, Opens
from portevoix.measures.models import Closing
from portevoix.measures.scopes import ALWAYS_US, HeldAccount, Line, holdings_of, lines_of
from portevoix.networks.contracts import Counted, Kind
from portevoix.people.models import Brand
from portevoix.programme.models import Voice

PAGE: Final = 50
"""How many things one page lists."""


class Party(NamedTuple):
    """What lists tell of an account: an actor's columns. A page names a hundred of them."""

    pk: int
    network: str
    remote_id: str
    handle: str
    display_name: str
    url: str


@dataclass(frozen=True)
class Act:
    """What one account did to a line at one instant; several kinds where one act was told under several.

    `url` is where the act itself can be seen, `post_url` the post that it concerns; empty where not told.
    """

    actor: Party
    at_us: int
    kinds: tuple[str, ...]
    targets: tuple[Party, ...]
    url: str
    post_url: str


@dataclass(frozen=True)
class Person:
    """An account that interacted with a line: in how many acts, and when last."""

    actor: Actor
    act_count: int
    last_us: int


@dataclass(frozen=True)
class Post:
    """A post of a line with what came to it; `followers` is None where nobody had read them by then.

    `is_outside`: it was written in another application; None where the network does not tell.
    """

    author: Actor
    kind: str
    at_us: int
    url: str
    likes: int
    reposts: int
    replies: int
    followers: int | None
    is_outside: bool | None = None


@dataclass(frozen=True)
class AccountRead:
    """An account's followers at the last reading of the month, and at the one that growth starts from, if any."""

    actor: Actor
    at_us: int
    followers: int
    start_us: int | None
    start_followers: int | None

    @property
    def growth(self) -> int | None:
        """Return how many followers were gained, None where nobody had read them before."""
        return None if self.start_followers is None else self.followers - self.start_followers


Fact = Act | Person | Post | AccountRead


@dataclass(frozen=True)
class FactPage:
    """One page of what a figure is made of: `rows`, out of `total`. `number` counts from 1."""

    rows: tuple[Fact, ...]
    total: int
    number: int
    line: Line
    held: tuple[HeldAccount, ...]

    @property
    def page_count(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))

    @property
    def has_previous(self) -> bool:
        """Return whether a page comes before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Return whether a page comes after this one."""
        return self.number < self.page_count

    def voice_id_of(self, actor: Actor | Party, at_us: int) -> int | None:
        """Return the voice of the brand that spoke through `actor` at `at_us`, or None for anybody else."""
        spans = self._held_by_actor.get(actor.pk, ())
        return next((held.voice_id for held in spans if held.from_us <= at_us < held.to_us), None)

    @cached_property
    def _held_by_actor(self) -> dict[int, list[HeldAccount]]:
        found: dict[int, list[HeldAccount]] = defaultdict(list)
        for each in self.held:
            found[each.actor_id].append(each)
        return found


@dataclass(frozen=True)
class _Asked:
    """One figure's question: which line, which holdings make an act internal, which metric, which page.

    Facts count that are known by `known_until_us`: for an open month those that are known at all.
    """

    line: Line
    held: tuple[HeldAccount, ...]
    metric: Metric
    first: int
    known_until_us: int

    @property
    def page(self) -> slice:
        return slice(self.first, self.first + PAGE)

    @property
    def is_known(self) -> Q:
        """Return the condition that a fact counts here."""
        return Q(intake__known_at_us__lte=self.known_until_us)

    @property
    def author_ids(self) -> list[int]:
        return [held.actor_id for held in self.line.accounts if held.actor_id]


def facts_of(
    brand: Brand,
    month: Month,
    metric: Metric,
    *,
    voice: Voice | None,
    number: int = 1,
    closing: Closing | None = None,
) -> FactPage:
    """Return page `number` of the facts behind the figure `metric` of `voice`, or of the brand's own line (None).

    With `closing`, as the month was closed: its holdings, and the facts that were known then. Raises NotFound
    when the voice has no line in that month or there is no such page.
    """
    held, lines = _rested_on(brand, month, closing)
    wanted = voice.pk if voice else None
    line = next((line for line in lines if line.voice_id == wanted), None)
    if line is None:
        raise NotFound(_("This voice has no figures in %(month)s.") % {"month": month})
    known_us = closing.known_until_us if closing else ALWAYS_US
    asked = _Asked(line, tuple(held), metric, (number - 1) * PAGE, known_us)
    rows, total = _OPENERS[metric.opens](asked) if number > 0 else ((), 0)
    if number != 1 and not rows:
        raise NotFound(_("There are not that many pages."))
    return FactPage(tuple(rows), total, number, line, tuple(held))


def _rested_on(
    brand: Brand, month: Month, closing: Closing | None
) -> tuple[Sequence[HeldAccount], Sequence[Line]]:
    """Return the holdings and lines that the figures of `month` rest on: those of now, or those closed."""
    if closing:
        basis = Basis.thawed(brand, month, closing.basis)
        return basis.held, basis.lines[month]
    held = holdings_of(brand)
    return held, lines_of(brand, month, held)


def _within(line: Line, account: str) -> Q:
    """Return the condition that the actor in field `account` was held by `line` at the row's instant."""
    condition = Q(pk__in=[])
    for (from_us, to_us), ids in _by_span(line.accounts).items():
        condition |= Q(**{f"{account}__in": ids}, at_us__gte=from_us, at_us__lt=to_us)
    return condition


def _by_span(held: Iterable[HeldAccount]) -> dict[tuple[int, int], list[int]]:
    """Return the actors of holdings by their span: what was held alike is asked together."""
    spans: dict[tuple[int, int], list[int]] = defaultdict(list)
    for each in held:
        if each.actor_id:
            spans[each.from_us, each.to_us].append(each.actor_id)
    return spans


def _internal(held: Iterable[HeldAccount]) -> Q:
    """Return the condition that the actor was a voice of the brand at the row's instant."""
    spans = _by_span(held)
    always = spans.pop((0, ALWAYS_US), [])
    condition = Q(actor__in=always)
    for (from_us, to_us), ids in spans.items():
        some = [actor_id for actor_id in ids if actor_id not in always]
        condition |= Q(actor__in=some, at_us__gte=from_us, at_us__lt=to_us)
    return condition


def _received(asked: _Asked, *, is_internal: bool = False) -> QuerySet[Interaction]:
    """Return what the line received in its span, of the metric's kinds: external acts, or internal ones."""
    kinds = [str(kind) for kind in asked.metric.fact_kinds]
    heard = Interaction.objects.filter(asked.is_known, _within(asked.line, "target"), kind__in=kinds)
    internal = _internal(asked.held)
    return heard.filter(internal if is_internal else ~internal)


Opened = tuple[Sequence[Fact], int]


def _acts(asked: _Asked) -> Opened:
    """List acts: one for each actor and instant, with all its kinds."""
    heard = _received(asked)
    keys = heard.values_list("actor", "at_us").distinct()
    page = list(keys.order_by("-at_us", "actor")[asked.page])
    parts: dict[tuple[int, int], list[_Row]] = defaultdict(list)
    near = heard.filter(actor__in={key[0] for key in page}, at_us__in={key[1] for key in page})
    for row in _told(near):
        parts[row.actor.pk, row.at_us].append(row)
    return [_act(parts[key]) for key in page], keys.count()


def _rows(asked: _Asked) -> Opened:
    """List interactions, one a row."""
    return _each(_received(asked), asked)


def _internals(asked: _Asked) -> Opened:
    """List what voices of the brand did to the line."""
    return _each(_received(asked, is_internal=True), asked)


def _each(heard: QuerySet[Interaction], asked: _Asked) -> Opened:
    page = list(heard.order_by("-at_us", "-pk").values_list("pk", flat=True)[asked.page])
    rows = _told(Interaction.objects.filter(pk__in=page))
    return [_act([row]) for row in rows], heard.count()


@dataclass(frozen=True)
class _Row:
    """One interaction, with the addresses at which act and post can be seen, '' where not told."""

    actor: Party
    at_us: int
    kind: str
    target: Party
    said_url: str
    post_url: str


def _told(rows: QuerySet[Interaction]) -> list[_Row]:
    """Return `rows`, newest first: objects of the ORM would be most of a page's cost."""
    said = Content.objects.filter(author=OuterRef("actor"), remote_id=OuterRef("remote_id"))
    post = Publication.objects.filter(author=OuterRef("target"), remote_id=OuterRef("object_id"))
    urls = Subquery(said.values("url")[:1]), Subquery(post.values("url")[:1])
    accounts = (f"{side}__{field}" for side in ("actor", "target") for field in Party._fields)
    found = rows.order_by("-at_us", "-pk").values_list("at_us", "kind", *urls, *accounts)
    half = len(Party._fields)
    return [
        _Row(Party(*both[:half]), at_us, kind, Party(*both[half:]), said_url or "", post_url or "")
        for at_us, kind, said_url, post_url, *both in found
    ]


def _act(parts: Sequence[_Row]) -> Act:
    """Return the act that `parts`, rows of the same actor and instant, tell together."""
    return Act(
        actor=parts[0].actor,
        at_us=parts[0].at_us,
        kinds=tuple(sorted({part.kind for part in parts})),
        targets=tuple({part.target.pk: part.target for part in parts}.values()),
        url=next((part.said_url for part in parts if part.said_url), ""),
        post_url=next((part.post_url for part in parts if part.post_url), ""),
    )


def _people(asked: _Asked) -> Opened:
    """List accounts, those that acted most often first."""
    heard = _received(asked)
    counted = heard.values("actor").annotate(act_count=Count("at_us", distinct=True), last_us=Max("at_us"))
    page = list(counted.order_by("-act_count", "-last_us", "actor")[asked.page])
    actors = Actor.objects.in_bulk([row["actor"] for row in page])
    people = [Person(actors[row["actor"]], row["act_count"], row["last_us"]) for row in page]
    return people, heard.values("actor").distinct().count()


def _posts(asked: _Asked) -> Opened:
    """List the posts of the month with what came to each."""
    written = Publication.objects.filter(asked.is_known, _within(asked.line, "author"), kind__in=POST_KINDS)
    posts = list(written.select_related("author").order_by("-at_us", "-pk"))
    page = posts[asked.page]
    gained, followers = _gained(asked, page), _Followers.of(asked)
    return [
        Post(
            author=post.author,
            kind=post.kind,
            at_us=post.at_us,
            url=post.url,
            likes=gained[post.author_id, post.remote_id, Kind.LIKE],
            reposts=sum(gained[post.author_id, post.remote_id, kind] for kind in (Kind.REPOST, Kind.QUOTE)),
            replies=gained[post.author_id, post.remote_id, Kind.REPLY],
            followers=followers.at(post.author_id, post.at_us),
            is_outside=post.is_outside,
        )
        for post in page
    ], len(posts)


def _gained(asked: _Asked, posts: Sequence[Publication]) -> dict[tuple[int, str, str], int]:
    """Return {(author, post, kind): external acts at any time}."""
    acts = Interaction.objects.filter(
        asked.is_known,
        ~_internal(asked.held),
        target__in={post.author_id for post in posts},
        object_id__in={post.remote_id for post in posts},
        at_us__gte=asked.line.from_us,
    )
    found: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in acts.values("target", "object_id", "kind").annotate(number=Count("pk")):
        found[row["target"], row["object_id"], row["kind"]] = row["number"]
    return found


@dataclass(frozen=True)
class _Followers:
    """Readings of followers of some accounts, oldest first: {account: [(at_us, followers)]}."""

    read: dict[int, list[tuple[int, int]]]

    @classmethod
    def of(cls, asked: _Asked) -> "_Followers":
        """Read those of the line's accounts from as long before its month as it lasts, to its end."""
        line = asked.line
        rows = Reading.objects.filter(
            asked.is_known,
            actor__in=asked.author_ids,
            counted=str(Counted.FOLLOWERS),
            object_id="",
            at_us__gte=2 * line.from_us - line.to_us,
            at_us__lt=line.to_us,
        )
        read: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for actor_id, at_us, value in rows.order_by("at_us").values_list("actor", "at_us", "value"):
            read[actor_id].append((at_us, value))
        return cls(read)

    def last(self, actor_id: int, from_us: int, to_us: int) -> tuple[int, int] | None:
        """Return the last reading of that account in [from_us, to_us), or None."""
        rows = self.read.get(actor_id, [])
        place = bisect_right(rows, (to_us, -1))
        return rows[place - 1] if place and rows[place - 1][0] >= from_us else None

    def at(self, actor_id: int, at_us: int) -> int | None:
        """Return the followers at the last reading not after `at_us`, or None."""
        found = self.last(actor_id, 0, at_us + 1)
        return found[1] if found else None


def _readings(asked: _Asked) -> Opened:
    """List the accounts that were read in the month, the most followed first."""
    followers = _Followers.of(asked)
    actors = Actor.objects.in_bulk(asked.author_ids)
    read = [
        account
        for actor_id in dict.fromkeys(asked.author_ids)
        if (account := _account_read(asked.line, actors[actor_id], followers))
    ]
    read.sort(key=lambda account: -account.followers)
    return read[asked.page], len(read)


def _account_read(line: Line, actor: Actor, followers: _Followers) -> AccountRead | None:
    spans = [held for held in line.accounts if held.actor_id == actor.pk]
    ends = [end for span in spans if (end := followers.last(actor.pk, span.from_us, span.to_us))]
    if not ends:
        return None
    at_us, value = max(ends)
    start = followers.last(actor.pk, 0, line.grows_from(actor.pk))
    start_us, start_value = start if start else (None, None)
    return AccountRead(actor, at_us, value, start_us, start_value)


_OPENERS: Final[dict[Opens, Callable[[_Asked], Opened]]] = {
    Opens.ACTS: _acts,
    Opens.ROWS: _rows,
    Opens.INTERNAL: _internals,
    Opens.PEOPLE: _people,
    Opens.POSTS: _posts,
    Opens.READINGS: _readings,
}
