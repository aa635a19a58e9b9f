"""The contract of errors: what goes wrong means the same for every call, and comes with advice."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from portevoix.networks.connector import Connector
from portevoix.networks.errors import (
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from tests.networks import walk
from tests.networks.calls import FOLDER, calls
from tests.networks.contract import ConnectorCase, all_cases

SWITCHES: dict[str, walk.Meaning] = {
    "unreachable": (Unreachable, Unreachable),
    "lose_answer": (OutcomeUnknown, Unreachable),
    "limit_rate": (RateLimited, RateLimited),
}


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize(("case", "name"), calls(), indirect=["case"])
def test_what_goes_wrong_means_the_same_for_every_call(
    case: ConnectorCase, door: Connector, name: str, switch: str
) -> None:
    walk.walk(case, door, name, getattr(case, switch), SWITCHES[switch])


@pytest.mark.parametrize("key", list(all_cases()))
def test_a_connector_that_makes_a_client_is_walked(key: str) -> None:
    makes_client = any("make_client" in path.read_text("utf-8") for path in (FOLDER / key).rglob("*.py"))
    assert all_cases()[key].speaks_http is makes_client


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_error_has_advice_in_every_language(language: str) -> None:
    kinds: list[NetworkError] = [
        error() for error in NetworkError.__subclasses__() if error is not RateLimited
    ]
    kinds.append(RateLimited(datetime(2026, 11, 2, tzinfo=UTC)))
    with override(language):
        advices = [error.advice for error in kinds]
    assert len(set(advices)) == len(kinds)
    assert all(str(kind) for kind in kinds)
