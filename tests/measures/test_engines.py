"""Each metric, on a treacherous ledger, is what plain Python works out: on SQLite and on DuckDB."""

import pytest

from tests.measures.asking import METRIC_IDS, Lines, asked, assert_same, assert_tells_the_story
from tests.measures.treacherous import FIGURES, figures

ENGINES = ("sqlite", "duckdb")


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Lines]]:
    """Return what both engines say of an installation without facts and of the treacherous one."""
    return asked(tmp_path_factory.mktemp("engines"), *ENGINES)


def test_every_metric_has_a_figure_worked_out_independently() -> None:
    assert sorted(FIGURES) == sorted(METRIC_IDS)


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_the_story_has_a_case_for_each_metric(metric_id: str) -> None:
    told = [values[metric_id] for values in figures().values() if values[metric_id]]
    assert len(set(told)) > 4


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_a_metric_is_what_plain_python_works_out(
    metric_id: str, engine: str, answers: dict[str, dict[str, Lines]]
) -> None:
    assert_tells_the_story(answers["told"][engine], metric_id)


def test_both_engines_say_the_same(answers: dict[str, dict[str, Lines]]) -> None:
    assert_same(answers["told"]["sqlite"], answers["told"]["duckdb"])


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_said_of_an_installation_without_facts(
    engine: str, answers: dict[str, dict[str, Lines]]
) -> None:
    lines = answers["empty"][engine]
    assert len(lines) == 6
    assert not any(lines.values())


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_known_before_is_computed_alike_once_more_is_known(
    engine: str, answers: dict[str, dict[str, Lines]]
) -> None:
    assert_same(answers["replayed"][engine], answers["told"][engine])
    assert answers["late"][engine] != answers["told"][engine]
