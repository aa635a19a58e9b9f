"""Metrics are built of operations that mean the same on every engine, and of no other."""

import ibis
import pytest
from ibis.expr.operations import Node
from ibis.expr.types import Table as IbisTable

from portevoix.ledger.engine import Facts
from portevoix.ledger.tables import TABLES
from portevoix.measures import grains
from portevoix.measures.catalogue import METRICS
from portevoix.measures.grains import ALLOWED_OPERATIONS
from portevoix.measures.metric import Grain, Metric


def _facts() -> Facts:
    return Facts(**{table.name: ibis.memtable(table.schema().empty_table()) for table in TABLES})


def _relations() -> dict[Grain, IbisTable]:
    facts, scope, own = _facts(), grains.scope_table([]), grains.own_table([])
    return {
        Grain.RECEIVED: grains.received(facts, scope, own),
        Grain.MENTIONED: grains.mentioned(facts, scope, own),
        Grain.PUBLISHED: grains.published(facts, scope, own),
        Grain.AUDIENCE: grains.audience(facts, scope, grains.scope_table([])),
    }


def _operations(metric: Metric) -> set[str]:
    """Return the names of all operations in the whole expression of a metric, its relation's included."""
    expression = grains.totals(metric.grain, _relations()[metric.grain], [metric])
    return {type(node).__name__ for node in expression.op().find(Node)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_a_metric_uses_allowed_operations_alone(metric: Metric) -> None:
    assert _operations(metric) <= ALLOWED_OPERATIONS


def test_every_allowed_operation_is_used_by_some_metric() -> None:
    used = set[str]().union(*(_operations(metric) for metric in METRICS))
    assert used == ALLOWED_OPERATIONS


def test_every_grain_has_metrics_and_a_relation() -> None:
    assert {metric.grain for metric in METRICS} == set(Grain) == set(_relations())


def test_metrics_of_two_grains_are_not_computed_over_one_relation() -> None:
    relations = _relations()
    with pytest.raises(ValueError, match="another grain"):
        grains.totals(Grain.RECEIVED, relations[Grain.RECEIVED], METRICS)
