"""The source as the architecture tests see it: every module with its place, its text and its syntax tree."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "portevoix"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One module: `place` is its path below the package, `dotted` how it is imported."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        """Return the path below `src/portevoix`, with forward slashes."""
        return self.path.relative_to(SOURCE).as_posix()

    @property
    def dotted(self) -> str:
        """Return the name under which the module is imported."""
        parts = self.path.relative_to(SOURCE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def part(self) -> str:
        """Return the part of the house that the module belongs to, empty for the package itself."""
        place = self.path.relative_to(SOURCE)
        return place.parts[0] if len(place.parts) > 1 else ""

    def imported(self) -> Iterator[str]:
        """Yield the dotted name of everything that the module imports, at its top or inside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the product but migrations, which Django writes."""
    found = (path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts)
    return tuple(
        Module(path, text := path.read_text(encoding="utf-8"), ast.parse(text, str(path))) for path in found
    )


@cache
def project() -> dict[str, Any]:
    """Return what pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def storeys() -> dict[str, int]:
    """Return the line on which each part stands, 0 the lowest, from the contract that import-linter holds."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {
        name.strip(" ()"): height for height, line in enumerate(reversed(layers)) for name in line.split("|")
    }


def parts() -> list[str]:
    """Return the parts of the house that exist: the folders of the package with code in them."""
    return sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method of `tree`."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Return how many lines `function` takes after its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def call_name(call: ast.Call) -> str:
    """Return the last name of what is called: `now` for `datetime.now()`, `_` for `_("…")`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield every call of `tree`."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))
