"""From lines to values: build the expressions, let an engine compute them, and say where nobody looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from portevoix.ledger.engine import Engine, Facts
from portevoix.measures import grains
from portevoix.measures.catalogue import METRICS, of_grain
from portevoix.measures.metric import Grain, Metric, Unit, Value
from portevoix.measures.scopes import Covered, HeldAccount, Line


@dataclass(frozen=True)
class Question:
    """The lines to compute, all of one month as each brand lives it, and every holding of their brands."""

    lines: tuple[Line, ...]
    held: tuple[HeldAccount, ...]
    brand_ids: tuple[int, ...] | None
    """Brands whose facts are read; None reads the whole host."""
    known_until_us: int | None = None
    """The last instant from which a fact may count; None takes all that count at present."""

    @property
    def span_us(self) -> tuple[int, int]:
        """Return [from, to) that holds the span of every line."""
        return min(line.from_us for line in self.lines), max(line.to_us for line in self.lines)


def evaluate(engine: Engine, question: Question) -> list[dict[str, Value]]:
    """Return, for each line of `question`, {metric id: value}; None for what no fact gave.

    Coverage is not looked at here: see `settle`.
    """
    found: list[dict[str, Value]] = [{} for _line in question.lines]
    if not question.lines:
        return found
    for grain, relation in _relations(engine, question).items():
        rows = engine.run(grains.totals(grain, relation, of_grain(grain)))
        _take(rows, of_grain(grain), found)
    return found


def _relations(engine: Engine, question: Question) -> dict[Grain, Any]:
    """Return the relation of each grain over the facts that it needs."""
    from_us, to_us = question.span_us
    brands = list(question.brand_ids) if question.brand_ids is not None else None
    scope, own = grains.scope_table(question.lines), grains.own_table(question.held)
    before = _month_before(question)
    start = min((line.from_us for line in before), default=from_us)
    in_month, since, read = (
        engine.facts(brands, *span, known_until_us=question.known_until_us)
        for span in ((from_us, to_us), (from_us, None), (start, to_us))
    )
    of_posts = Facts(since.interactions, in_month.publications, read.readings)
    return {
        Grain.RECEIVED: grains.received(in_month, scope, own),
        Grain.MENTIONED: grains.mentioned(in_month, scope, own),
        Grain.PUBLISHED: grains.published(of_posts, scope, own),
        Grain.AUDIENCE: grains.audience(read, scope, grains.scope_table(before)),
    }


def _month_before(question: Question) -> list[Line]:
    """Return the same lines, whose accounts are scoped to where growth starts from: the month before.

    Where a line took an account over within the month, the scope goes on until then.
    """
    return [_shifted(line) for line in question.lines]


def _shifted(line: Line) -> Line:
    length = line.to_us - line.from_us
    start = line.from_us - length
    accounts = {
        held.actor_id: replace(held, from_us=start, to_us=line.grows_from(held.actor_id))
        for held in line.accounts
    }
    return replace(line, from_us=start, to_us=line.from_us, accounts=tuple(accounts.values()))


def _take(rows: pa.Table, metrics: Sequence[Metric], found: list[dict[str, Value]]) -> None:
    for row in rows.to_pylist():
        for metric in metrics:
            value = row[metric.id]
            if value is not None and value == value:  # noqa: PLR0124 - a NaN is no value
                found[row["line"]][metric.id] = int(value) if metric.unit is Unit.COUNT else float(value)


def settle(line: Line, found: Mapping[str, Value], covered: Covered) -> dict[str, Value]:
    """Return the values of `line`: what was found, `when_empty` where a source looked, None where none did."""
    return {metric.id: _settled(metric, line, found.get(metric.id), covered) for metric in METRICS}


def _settled(metric: Metric, line: Line, value: Value, covered: Covered) -> Value:
    if metric.kinds and not covered.has(line, metric.coverage_kinds):
        return None
    if metric.needs_posts and not covered.has(line, frozenset({"post"})):
        return None
    if value is None and metric.when_empty is not None:
        return int(metric.when_empty)
    return value
