"""What connectors never do: reach a model, sleep, or read the clock."""

import ast
from pathlib import Path

import pytest

from portevoix.networks.registry import connected
from tests.networks.calls import FOLDER


def sources() -> list[Path]:
    """Return every file of which connectors are made."""
    shared = [
        FOLDER / f"{name}.py"
        for name in (
            "calls",
            "connector",
            "contracts",
            "errors",
            "meter",
            "permits",
            "registry",
            "signing",
            "text",
        )
    ]
    return shared + [path for network in connected() for path in sorted((FOLDER / network.key).rglob("*.py"))]


def imported(tree: ast.AST) -> set[str]:
    """Return the dotted names that a module imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


FORBIDDEN = ("django.db", "django.apps", "portevoix.networks.models", "time", "asyncio")


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(FOLDER)))
def test_connectors_import_no_model_and_no_waiting(path: Path) -> None:
    names = imported(ast.parse(path.read_text(encoding="utf-8")))
    assert not [name for name in names if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN)]
    ours = {name for name in names if name.startswith("portevoix.")}
    assert all(name.startswith(("portevoix.networks.", "portevoix.core.")) for name in ours)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(FOLDER)))
def test_connectors_never_sleep_nor_read_the_clock(path: Path) -> None:
    calls = [
        node.func
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    names = {func.attr for func in calls if isinstance(func, ast.Attribute)}
    names |= {func.id for func in calls if isinstance(func, ast.Name)}
    assert not names & {"sleep", "now", "utcnow", "today", "monotonic", "perf_counter", "time_ns"}
