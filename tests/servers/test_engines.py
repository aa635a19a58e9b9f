"""Each metric, on the treacherous ledger, is what plain Python works out: on PostgreSQL and on Spark too."""

import pytest

from tests.measures.asking import METRIC_IDS, Lines, asked, assert_same, assert_tells_the_story
from tests.servers.conftest import PostgreSQL

pytestmark = pytest.mark.servers
ENGINES = ("postgres", "spark", "duckdb")


@pytest.fixture(scope="module")
def answers(
    postgresql: PostgreSQL, spark_master: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Lines]]:
    """Return what the engines say of one installation whose database is PostgreSQL."""
    return asked(
        tmp_path_factory.mktemp("engines"),
        *ENGINES,
        PORTEVOIX_DATABASE_URL=postgresql.fresh_database(),
        PORTEVOIX_SPARK_MASTER=spark_master,
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_a_metric_is_what_plain_python_works_out(
    metric_id: str, engine: str, answers: dict[str, dict[str, Lines]]
) -> None:
    assert_tells_the_story(answers["told"][engine], metric_id)


@pytest.mark.parametrize("engine", ENGINES[:2])
def test_both_say_the_same_as_duckdb(engine: str, answers: dict[str, dict[str, Lines]]) -> None:
    assert_same(answers["told"][engine], answers["told"]["duckdb"])


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_said_of_an_installation_without_facts(
    engine: str, answers: dict[str, dict[str, Lines]]
) -> None:
    assert not any(answers["empty"][engine].values())


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_known_before_is_computed_alike_once_more_is_known(
    engine: str, answers: dict[str, dict[str, Lines]]
) -> None:
    assert_same(answers["replayed"][engine], answers["told"][engine])
    assert answers["late"][engine] != answers["told"][engine]
