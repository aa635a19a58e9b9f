"""The whole contract of connectors, kept with the network's own software."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.networks import (
    test_contract,
    test_contract_errors,
    test_contract_publishing,
    test_contract_reading,
    test_contract_signing,
)
from tests.servers.bluesky.case import RealCase
from tests.servers.bluesky.running import Bluesky

pytestmark = pytest.mark.servers
MODULES = (
    test_contract,
    test_contract_errors,
    test_contract_publishing,
    test_contract_reading,
    test_contract_signing,
)
Held = tuple[Callable[..., None], dict[str, Any]]


def held(module: ModuleType) -> Iterator[Held]:
    """Yield each test of the contract that Bluesky is held to, with its arguments besides case and door."""
    for name, test in vars(module).items():
        if name.startswith("test_") and "case" in inspect.signature(test).parameters:
            marks = [mark for mark in test.pytestmark if mark.name == "parametrize"]
            for values in product(*(list(_sets(*mark.args[:2])) for mark in marks)):
                arguments = {key: value for each in values for key, value in each.items()}
                if arguments.pop("case") == "bluesky":
                    yield test, arguments


def _sets(names: str | tuple[str, ...], values: Any) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each turn of a parametrized test."""
    for value in values:
        yield dict(zip(names, value, strict=True)) if isinstance(names, tuple) else {names: value}


def called(one: Held) -> str:
    """Return what a test is called."""
    return "-".join((one[0].__name__.removeprefix("test_"), *map(str, one[1].values())))


HELD = [one for module in MODULES for one in held(module)]


def test_the_contract_is_found() -> None:
    assert len(HELD) >= 90


@pytest.mark.parametrize("one", HELD, ids=called)
def test_the_real_network_keeps_the_contract(one: Held, bluesky: Bluesky, data_folder: Path) -> None:
    test, arguments = one
    with closing(RealCase(data_folder, bluesky)) as case, case.connector() as door:
        with_door = {"door": door} if "door" in inspect.signature(test).parameters else {}
        test(case=case, **with_door, **arguments)
