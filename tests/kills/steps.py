"""Every step that the source announces, found by reading it: none can be forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parents[2] / "src" / "portevoix"


def announced() -> frozenset[str]:
    """Return the names of all steps. Raises ValueError where one is not written out as a literal."""
    return frozenset(name for path in SOURCE.rglob("*.py") for name in _announced_in(path))


def _announced_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _is_announcement(node.func):
            yield _name(node, path)


def _is_announcement(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "reached"


def _name(call: ast.Call, path: Path) -> str:
    argument = call.args[0] if len(call.args) == 1 else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise ValueError(f"{path}:{call.lineno}: a step is announced under a name that cannot be read here")
