"""The relations that metrics aggregate, one for each grain, written once in Ibis for every engine.

Scopes come in as small tables: `scope` has one row for each (line, account) with its span; `own` one row for
each holding of the brand, which makes an act internal. Operations are those of `ALLOWED_OPERATIONS`: a test
walks every expression, and another runs each on every engine.
"""

from collections.abc import Sequence
from typing import Any, Final

import ibis
import pyarrow as pa
from ibis.expr.types import Table as IbisTable

from portevoix.ledger.engine import Facts
from portevoix.measures.catalogue import of_grain
from portevoix.measures.metric import POST_KINDS, Grain
from portevoix.measures.scopes import HeldAccount, Line
from portevoix.networks.contracts import Counted, Kind

ALLOWED_OPERATIONS: Final = frozenset(
    {
        "Aggregate", "And", "Cast", "Coalesce", "CountDistinct", "CountStar", "Distinct", "Divide", "Equals",
        "Field", "Filter", "GreaterEqual", "InMemoryTable", "InValues", "JoinChain", "JoinLink",
        "JoinReference", "Less", "LessEqual", "Literal", "Max", "Mean", "Multiply", "Not", "NotEquals",
        "NotNull", "NullIf", "Project", "Subtract", "Sum",
    }
)  # fmt: skip
"""Names of Ibis operations that mean the same on DuckDB, SQLite, PostgreSQL and Spark."""

_SCOPE: Final = ("line", "account_id", "from_us", "to_us", "month_us", "before_us")
_OWN: Final = ("own_id", "own_from_us", "own_to_us")
_ABOUT_POSTS: Final = (Kind.LIKE, Kind.REPOST, Kind.QUOTE, Kind.REPLY)


def scope_table(lines: Sequence[Line]) -> IbisTable:
    """Return one row for each (line, account held); `line` is the position in `lines`.

    Columns: line, account_id; from_us and to_us, between which the line's voice held the account in the month;
    month_us, the month's first instant; before_us, as long before it as the month lasts.
    """
    rows = [
        (number, held.actor_id, held.from_us, held.to_us, line.from_us, 2 * line.from_us - line.to_us)
        for number, line in enumerate(lines)
        for held in line.accounts
        if held.actor_id
    ]
    return ibis.memtable(_arrow(rows, _SCOPE))


def own_table(held: Sequence[HeldAccount]) -> IbisTable:
    """Return the table (own_id, own_from_us, own_to_us) of every holding: who is internal, and when."""
    return ibis.memtable(
        _arrow([(each.actor_id, each.from_us, each.to_us) for each in held if each.actor_id], _OWN)
    )


def _arrow(rows: Sequence[tuple[int, ...]], names: Sequence[str]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _name in names)
    return pa.table([pa.array(column, pa.int64()) for column in columns], names=list(names))


def _marked(interactions: IbisTable, own: IbisTable) -> IbisTable:
    """Return interactions with `is_internal`: the actor was a voice of the brand at that instant."""
    joined = interactions.left_join(
        own,
        [
            interactions.actor_id == own.own_id,
            interactions.at_us >= own.own_from_us,
            interactions.at_us < own.own_to_us,
        ],
    )
    return joined.select(*interactions.columns, is_internal=joined.own_id.notnull())


def received(facts: Facts, scope: IbisTable, own: IbisTable) -> IbisTable:
    """Return one row for each thing that was done to a line's accounts in its span, internal ones included.

    Columns: line, kind, actor_id, at_us, is_internal. Kinds are those that some metric of this grain counts.
    """
    kinds = frozenset().union(*(metric.fact_kinds for metric in of_grain(Grain.RECEIVED)))
    return _marked(_heard(facts, scope, sorted(kinds)), own)


def mentioned(facts: Facts, scope: IbisTable, own: IbisTable) -> IbisTable:
    """Return one row for each act that mentions a line: what one external actor did at one instant.

    Columns: line, actor_id, at_us. Pairs in a distinct count, which would say the same, not every engine has.
    """
    rows = _marked(_heard(facts, scope, [Kind.MENTION, Kind.REPLY]), own)
    return rows.filter(~rows.is_internal).select("line", "actor_id", "at_us").distinct()


def _heard(facts: Facts, scope: IbisTable, kinds: Sequence[Kind]) -> IbisTable:
    """Return (line, kind, actor_id, at_us) of what was done to a line's accounts while they were its own."""
    said = facts.interactions
    heard = said.filter(said.kind.isin([kind.value for kind in kinds]))
    return heard.join(
        scope,
        [heard.target_id == scope.account_id, heard.at_us >= scope.from_us, heard.at_us < scope.to_us],
    ).select("line", "kind", "actor_id", "at_us")


def published(facts: Facts, scope: IbisTable, own: IbisTable) -> IbisTable:
    """Return one row for each post that a line's accounts published in its span, with what came to it.

    Columns: line, author_id, remote_id, at_us, before_us; likes, reposts (quotes included), replies: external
    acts since the month began; followers: the author's at the last reading not after the post and not before
    `before_us`, or null.
    """
    seen = facts.publications
    posts = seen.filter(seen.kind.isin(sorted(POST_KINDS)))
    mine = posts.join(
        scope,
        [posts.author_id == scope.account_id, posts.at_us >= scope.from_us, posts.at_us < scope.to_us],
    ).select("line", "author_id", "remote_id", "at_us", "before_us")
    gained, dated = _gained(facts, scope, own), _followers_at(mine, facts)
    # By names: `dated` descends from `mine`, so a column of `mine` could be taken for its own.
    joined = mine.left_join(gained, [("author_id", "target_id"), ("remote_id", "object_id")]).left_join(
        dated, [("author_id", "follower_author"), ("at_us", "follower_at_us")]
    )
    return joined.select(
        "line",
        "author_id",
        "remote_id",
        "at_us",
        "before_us",
        likes=joined.likes.coalesce(0),
        reposts=joined.reposts.coalesce(0),
        replies=joined.replies.coalesce(0),
        followers=joined.followers,
    )


def _about_posts(facts: Facts, scope: IbisTable) -> IbisTable:
    """Return acts on posts of the accounts in `scope`, since the month began: nothing precedes its post.

    Columns: target_id, object_id, kind, actor_id, at_us.
    """
    said = facts.interactions
    about = said.filter((said.object_id != "") & said.kind.isin([kind.value for kind in _ABOUT_POSTS]))
    accounts = scope.select("account_id", "month_us").distinct()
    return about.join(
        accounts, [about.target_id == accounts.account_id, about.at_us >= accounts.month_us]
    ).select("target_id", "object_id", "kind", "actor_id", "at_us")


def _gained(facts: Facts, scope: IbisTable, own: IbisTable) -> IbisTable:
    """Return (target_id, object_id, likes, reposts, replies): how many external acts each post got."""
    acts = _marked(_about_posts(facts, scope), own)
    about = acts.filter(~acts.is_internal)
    return about.group_by("target_id", "object_id").aggregate(
        likes=about.count(where=about.kind == Kind.LIKE.value),
        reposts=about.count(where=about.kind.isin([Kind.REPOST.value, Kind.QUOTE.value])),
        replies=about.count(where=about.kind == Kind.REPLY.value),
    )


def _followers(facts: Facts) -> IbisTable:
    """Return readings of followers: reader_id, read_at_us, followers."""
    read = facts.readings
    of_account = read.filter((read.counted == Counted.FOLLOWERS.value) & (read.object_id == ""))
    return of_account.select(reader_id="actor_id", read_at_us="at_us", followers="value")


def _followers_at(posts: IbisTable, facts: Facts) -> IbisTable:
    """Return (follower_author, follower_at_us, followers) for each author and instant of `posts` that has some."""
    read = _followers(facts)
    instants = posts.select("author_id", "at_us", "before_us").distinct()
    before = instants.join(
        read,
        [
            instants.author_id == read.reader_id,
            read.read_at_us <= instants.at_us,
            read.read_at_us >= instants.before_us,
        ],
    )
    last = before.group_by("author_id", "at_us").aggregate(last_us=before.read_at_us.max())
    return last.join(read, [last.author_id == read.reader_id, last.last_us == read.read_at_us]).select(
        "followers", follower_author="author_id", follower_at_us="at_us"
    )


def audience(facts: Facts, scope: IbisTable, before: IbisTable) -> IbisTable:
    """Return one row for each (line, account) read in its span.

    Columns: line, account_id, followers_end (last reading in the span); followers_start (last reading in
    the span that `before` gives: the month before, and on until the line took the account over; null without
    one) and growth (null likewise).
    """
    read = _followers(facts)
    end = _last_reading(read, scope, "followers_end")
    start = _last_reading(read, before, "followers_start").select(
        "followers_start", start_line="line", start_account="account_id"
    )
    joined = end.left_join(start, [end.line == start.start_line, end.account_id == start.start_account])
    return joined.select(
        "line",
        "account_id",
        "followers_end",
        "followers_start",
        growth=joined.followers_end - joined.followers_start,
    )


def _last_reading(read: IbisTable, scope: IbisTable, name: str) -> IbisTable:
    """Return (line, account_id, `name`): followers at the last reading in each span of `scope`."""
    within = read.join(
        scope,
        [read.reader_id == scope.account_id, read.read_at_us >= scope.from_us, read.read_at_us < scope.to_us],
    ).select("line", "account_id", "read_at_us", "followers")
    last = within.group_by("line", "account_id").aggregate(last_us=within.read_at_us.max())
    at_last = last.join(
        within,
        [
            last.line == within.line,
            last.account_id == within.account_id,
            last.last_us == within.read_at_us,
        ],
    )
    return at_last.select("line", "account_id", **{name: at_last.followers})


def totals(grain: Grain, relation: IbisTable, metrics: Sequence[Any]) -> IbisTable:
    """Return one row a line with a column for each of `metrics`, which all aggregate `relation` of `grain`."""
    mismatched = [metric.id for metric in metrics if metric.grain is not grain]
    if mismatched:
        raise ValueError(f"metrics of another grain: {mismatched}")
    return relation.group_by("line").aggregate(
        **{metric.id: metric.expression(relation) for metric in metrics}
    )
