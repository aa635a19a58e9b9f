"""The documentation says what the connectors can do, and nothing else."""

import os

from portevoix.networks.contracts import Capabilities, Proof
from portevoix.networks.registry import NETWORKS
from tests.networks.capability_table import COLUMNS, FILE, WRITE, capability_table


def test_the_capability_table_is_up_to_date() -> None:
    table = capability_table()
    if os.environ.get(WRITE) == "1":
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(table, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == table, f"run the tests once with {WRITE}=1"


def test_the_table_has_a_whole_line_for_every_network() -> None:
    lines = [line for line in capability_table().splitlines() if line.startswith("| **")]
    assert len(lines) == len(NETWORKS)
    assert all(line.count("|") == len(COLUMNS) + 1 for line in lines)


def test_a_connector_that_says_nothing_of_its_proof_claims_the_least() -> None:
    assert Capabilities().proof is list(Proof)[-1]
