"""Recomputing a month of a whole host: the catalogue through its engine, and SQL written by hand for DuckDB.

Both get the same lines and holdings, open DuckDB, read the same Parquet files, and must say the same.
In the data folder that PORTEVOIX_DATA names, `python -m bench.recomputing ours` or `sql` measures one side in
a process of its own; `compare` fails unless both sides say the same.
"""

import json
import math
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import duckdb
import pyarrow as pa

from bench.synthetic import MONTH
from portevoix.cli.main import prepare

RECEIVED: Final = """
WITH acts AS MATERIALIZED (
    SELECT s.line, i.kind, i.actor_id, i.at_us, o.own_id IS NOT NULL AS internal
    FROM read_parquet($interactions) i
    JOIN scope s ON i.target_id = s.account_id AND i.at_us >= s.from_us AND i.at_us < s.to_us
    LEFT JOIN own o ON i.actor_id = o.own_id AND i.at_us >= o.from_us AND i.at_us < o.to_us
    WHERE i.kind IN ('like', 'repost', 'quote', 'reply', 'mention')
), counts AS (
    SELECT line,
        count(*) FILTER (kind = 'like' AND NOT internal) AS likes_received,
        count(*) FILTER (kind = 'reply' AND NOT internal) AS replies_received,
        count(*) FILTER (kind IN ('repost', 'quote') AND NOT internal) AS reposts_received,
        count(*) FILTER (kind = 'quote' AND NOT internal) AS quotes_received,
        count(*) FILTER (internal) AS internal_interactions
    FROM acts GROUP BY line
), people AS (
    SELECT line, count(*) AS distinct_people
    FROM (SELECT DISTINCT line, actor_id FROM acts WHERE NOT internal) GROUP BY line
), mentions AS (
    SELECT line, count(*) AS mentions_received
    FROM (SELECT DISTINCT line, actor_id, at_us FROM acts WHERE NOT internal AND kind IN ('mention', 'reply'))
    GROUP BY line
)
SELECT * FROM counts LEFT JOIN people USING (line) LEFT JOIN mentions USING (line)
"""
PUBLISHED: Final = """
WITH mine AS (
    SELECT s.line, p.author_id, p.remote_id, p.at_us, s.before_us
    FROM read_parquet($publications) p
    JOIN scope s ON p.author_id = s.account_id AND p.at_us >= s.from_us AND p.at_us < s.to_us
    WHERE p.kind IN ('post', 'article')
), gained AS (
    SELECT i.target_id, i.object_id,
        count(*) FILTER (i.kind = 'like') AS likes,
        count(*) FILTER (i.kind IN ('repost', 'quote')) AS reposts,
        count(*) FILTER (i.kind = 'reply') AS replies
    FROM read_parquet($interactions) i
    JOIN (SELECT DISTINCT account_id, month_us FROM scope) s
        ON i.target_id = s.account_id AND i.at_us >= s.month_us
    WHERE i.object_id <> '' AND i.kind IN ('like', 'repost', 'quote', 'reply') AND NOT EXISTS (
        SELECT 1 FROM own o WHERE o.own_id = i.actor_id AND i.at_us >= o.from_us AND i.at_us < o.to_us
    )
    GROUP BY ALL
), followed AS (
    SELECT * FROM read_parquet($readings) WHERE counted = 'followers' AND object_id = ''
), posts AS (
    SELECT m.line,
        coalesce(g.likes, 0) AS likes, coalesce(g.reposts, 0) AS reposts, coalesce(g.replies, 0) AS replies,
        CASE WHEN f.at_us >= m.before_us AND f.value <> 0 THEN f.value END AS followers
    FROM mine m
    LEFT JOIN gained g ON m.author_id = g.target_id AND m.remote_id = g.object_id
    ASOF LEFT JOIN followed f ON m.author_id = f.actor_id AND m.at_us >= f.at_us
)
SELECT line, count(*) AS posts_published,
    avg(replies) AS conversation_rate, avg(reposts) AS amplification_rate, avg(likes) AS applause_rate,
    avg(replies * 1000 / followers) AS replies_per_1000_followers,
    avg(reposts * 1000 / followers) AS reposts_per_1000_followers,
    avg(likes * 1000 / followers) AS likes_per_1000_followers
FROM posts GROUP BY line
"""
AUDIENCE: Final = """
WITH accounts AS (
    SELECT s.line, s.account_id,
        arg_max(r.value, r.at_us) FILTER (r.at_us >= s.from_us AND r.at_us < s.to_us) AS finish,
        arg_max(r.value, r.at_us) FILTER (r.at_us >= s.before_us AND r.at_us < s.month_us) AS start
    FROM read_parquet($readings) r JOIN scope s ON r.actor_id = s.account_id
    WHERE r.counted = 'followers' AND r.object_id = ''
    GROUP BY ALL
)
SELECT line, sum(finish) AS audience_size, sum(finish - start) AS audience_growth,
    sum(finish - start) * 100.0 / nullif(sum(start), 0) AS audience_growth_rate
FROM accounts WHERE finish IS NOT NULL GROUP BY line
"""

Lines = list[dict[str, Any]]


def question() -> Any:
    """Return the question that both sides answer: every brand's lines of the month."""
    from portevoix.measures.evaluate import Question  # noqa: PLC0415 - Django must be set up first
    from portevoix.measures.scopes import holdings_of, lines_of  # noqa: PLC0415
    from portevoix.people.models import Brand  # noqa: PLC0415

    held = {brand: holdings_of(brand) for brand in Brand.objects.order_by("pk")}
    lines = tuple(line for brand, mine in held.items() for line in lines_of(brand, MONTH, mine))
    return Question(lines, tuple(each for mine in held.values() for each in mine), brand_ids=None)


def ours(asked: Any) -> Lines:
    """Answer through the catalogue."""
    from portevoix.ledger.engine import opened  # noqa: PLC0415 - Django must be set up first
    from portevoix.measures.evaluate import evaluate  # noqa: PLC0415

    with opened("duckdb") as engine:
        return evaluate(engine, asked)


def by_hand(asked: Any) -> Lines:
    """Answer with the SQL above."""
    from portevoix.ledger.actions.project import live_files  # noqa: PLC0415 - Django must be set up first

    months = (str(MONTH.previous), str(MONTH))
    files = {
        "interactions": live_files("interactions", None, *months),
        "publications": live_files("publications", None, *months),
        "readings": live_files("readings", None, str(MONTH.previous.previous), months[1]),
    }
    found: Lines = [{} for _line in asked.lines]
    with duckdb.connect() as connection:
        connection.register("scope", _scope(asked))
        connection.register("own", _own(asked))
        for query in (RECEIVED, PUBLISHED, AUDIENCE):
            named = {name: paths for name, paths in files.items() if f"${name}" in query}
            answer = connection.execute(query, named)
            names = [column[0] for column in answer.description]
            for row in answer.fetchall():
                told = dict(zip(names, row, strict=True))
                found[told.pop("line")] |= {name: value for name, value in told.items() if value is not None}
    return found


def _scope(asked: Any) -> pa.Table:
    rows = [
        (number, each.actor_id, each.from_us, each.to_us, line.from_us, 2 * line.from_us - line.to_us)
        for number, line in enumerate(asked.lines)
        for each in line.accounts
    ]
    names = ["line", "account_id", "from_us", "to_us", "month_us", "before_us"]
    return pa.table([pa.array(column, pa.int64()) for column in zip(*rows, strict=True)], names=names)


def _own(asked: Any) -> pa.Table:
    rows = [(each.actor_id, each.from_us, each.to_us) for each in asked.held]
    columns = [pa.array(column, pa.int64()) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=["own_id", "from_us", "to_us"])


def same(one: Lines, other: Lines) -> bool:
    """Return whether both answers say the same: counts exactly, ratios but for their last digits."""
    return all(
        mine.keys() == theirs.keys()
        and all(math.isclose(value, theirs[name], rel_tol=1e-9) for name, value in mine.items())
        for mine, theirs in zip(one, other, strict=True)
    )


def compared(asked: Any) -> dict[str, int]:
    """Return how many lines and figures both sides told. Raises AssertionError when they differ."""
    answer = ours(asked)
    assert any(answer), "the host has no figures"
    assert same(answer, by_hand(asked)), "the two sides do not say the same"
    return {"lines": len(answer), "figures": sum(map(len, answer))}


def timed(answer: Callable[[Any], Lines], asked: Any) -> dict[str, float]:
    """Return the seconds that an answer takes, and the highest memory of this process in megabytes.

    It is given once before: what is loaded at first use, and the disk's cache, are no part of the work.
    """
    answer(asked)
    started = time.perf_counter()
    answer(asked)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main(what: str) -> None:
    """Measure one side, or compare both, and print JSON."""
    prepare()
    asked = question()
    sides = {"ours": ours, "sql": by_hand}
    if what in sides:
        print(json.dumps(timed(sides[what], asked)))
    else:
        print(json.dumps(compared(asked)))


if __name__ == "__main__":
    main(sys.argv[1])
