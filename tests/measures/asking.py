"""What every engine must answer, checked in the same words for those in the product and those beside it."""

import json
import math
import sys
from pathlib import Path
from typing import Any, Final

from portevoix.measures.catalogue import BY_ID, METRICS
from tests.children import environ_of, printed
from tests.measures.treacherous import figures

ROOT: Final = Path(__file__).parents[2]
Lines = dict[str, dict[str, Any]]
METRIC_IDS: Final = [metric.id for metric in METRICS]


def asked(data: Path, *engines: str, **environment: str) -> dict[str, dict[str, Lines]]:
    """Return {"empty" | "told" | "late" | "replayed": {engine: answers}} of a fresh installation in `data`."""
    command = [sys.executable, "-m", "tests.measures.evaluating", *engines]
    told = printed(command, cwd=ROOT, env=environ_of(data) | environment)
    found: dict[str, dict[str, Lines]] = json.loads(told.splitlines()[-1])
    return found


def settled(value: float | None, metric_id: str) -> float | None:
    """Return a value as a table tells it where every source looked."""
    return BY_ID[metric_id].when_empty if value is None else value


def assert_tells_the_story(lines: Lines, metric_id: str) -> None:
    """Fail unless `metric_id` is, on every line, what plain Python works out."""
    expected = figures()
    assert lines.keys() == expected.keys()
    told = {name: settled(values.get(metric_id), metric_id) for name, values in lines.items()}
    wrong = {
        name: (told[name], values[metric_id])
        for name, values in expected.items()
        if not is_same(told[name], values[metric_id])
    }
    assert not wrong, f"{metric_id}: (told, expected) by line"


def assert_same(one: Lines, other: Lines) -> None:
    """Fail unless two engines answer the same, and leave the same unanswered."""
    assert {name: values.keys() for name, values in one.items()} == {
        name: values.keys() for name, values in other.items()
    }
    for name, values in one.items():
        for metric_id, value in values.items():
            assert is_same(value, other[name][metric_id]), (name, metric_id)


def is_same(one: float | None, other: float | None) -> bool:
    """Return whether two figures are the same but for the order in which a mean was added up."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12)
