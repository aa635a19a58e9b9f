"""Writes the documents that are made of the code itself: metrics, states, and what each network can do.

`documents.py` writes them; `tests/docs` holds that what stands in `docs/` is what this would write.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from portevoix.core.states import StateGraph
    from portevoix.measures.metric import Metric

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src" / "portevoix"
NETWORKS_TABLE: Final = "tests/networks/test_capability_table.py"

METRICS_HEAD: Final = """\
# Metrics

This page is written from the catalogue (`make docs`); each metric is one entry of `measures/catalogue/`.

A figure is *empty* (an en dash on pages, nothing in CSV) where nobody looked: no source of the account covers what
it counts in that month. It is the value of the column *when empty* where a source looked and found nothing. Months
are those of the brand's time zone. Acts of the brand's own voices on one another are excluded from every figure
but `internal_interactions`.

*Basis*: **received** is what came in during the month, whatever the age of the post; **published** is what came to
the posts of the month, whenever it came; **read** is what was counted on the network at a moment of the month.
"""
STATES_HEAD: Final = """\
# States

This page is written from the state graphs (`make docs`). A row moves only along an arrow; the graph is declared as
data in the `states.py` of its part (`core/jobs.py` for jobs) and is checked when it is imported.
"""


def told_kinds(metric: "Metric") -> str:
    """Return in words what must be covered for `metric` to have a value."""
    needed = [" or ".join(sorted(f"`{kind}`" for kind in metric.kinds))] if metric.kinds else []
    if metric.needs_posts:
        needed.append("`post`")
    if metric.counted:
        needed.append(f"a reading of `{metric.counted}`")
    return " and ".join(needed)


def metric_entry(metric: "Metric") -> str:
    """Return the entry of one metric."""
    empty = "empty" if metric.when_empty is None else str(int(metric.when_empty))
    rows = (
        ("label", metric.label),
        ("formula", metric.formula),
        ("basis", str(metric.basis)),
        ("unit", str(metric.unit)),
        ("needs", told_kinds(metric)),
        ("when empty", empty),
        ("what it is not", metric.is_not),
        ("opens onto", str(metric.opens)),
        ("version", str(metric.version)),
    )
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"## `{metric.id}`\n\n| | |\n|---|---|\n{table}\n"


def metrics() -> str:
    """Return docs/metrics.md."""
    from portevoix.measures.catalogue import METRICS  # noqa: PLC0415 - Django is set up first

    return "\n".join([METRICS_HEAD, *map(metric_entry, METRICS)])


def graphs() -> Iterator[tuple[str, "StateGraph"]]:
    """Yield (dotted module, graph) of every state graph, in the order of modules."""
    from portevoix.core.states import StateGraph  # noqa: PLC0415

    seen: set[int] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        if "StateGraph(" not in path.read_text(encoding="utf-8"):
            continue
        name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for graph in vars(import_module(name)).values():
            if isinstance(graph, StateGraph) and id(graph) not in seen:
                seen.add(id(graph))
                yield name, graph


def graph_entry(module: str, graph: "StateGraph") -> str:
    """Return the entry of one graph, as a diagram and in words."""
    arrows = [f"    [*] --> {graph.initial}"]
    arrows += [f"    {state} --> {after}" for state, following in graph.edges.items() for after in following]
    arrows += [f"    {state} --> [*]" for state in graph.states if state in graph.final]
    rows = [f"| `{state}` | {_listed(following)} |" for state, following in graph.edges.items()]
    return "\n".join(
        [
            f"## {graph.name}",
            "",
            f"Declared in `{module}`. It begins as `{graph.initial}`.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *arrows,
            "```",
            "",
            "| from | to |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def _listed(states: tuple[str, ...]) -> str:
    return ", ".join(f"`{state}`" for state in states) or "nothing: the end"


def states() -> str:
    """Return docs/states.md."""
    entries = (graph_entry(module, graph) for module, graph in graphs())
    return "\n".join([STATES_HEAD, *entries])


DOCUMENTS: Final[dict[str, Callable[[], str]]] = {"docs/metrics.md": metrics, "docs/states.md": states}


def main() -> int:
    """Write every generated document; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="portevoix-docs-") as data:
        for name in [name for name in os.environ if name.startswith("PORTEVOIX_")]:
            del os.environ[name]  # a document says the same whatever this shell's installation is
        os.environ.update(PORTEVOIX_DATA=data, DJANGO_SETTINGS_MODULE="portevoix.config.settings")
        import django  # noqa: PLC0415 - its settings read the environment set just above

        django.setup()
        for name, text in DOCUMENTS.items():
            (ROOT / name).write_text(text(), encoding="utf-8")
            print(name)
        told = {**os.environ, "PORTEVOIX_WRITE_DOCS": "1"}
        command = [sys.executable, "-m", "pytest", "-q", NETWORKS_TABLE]
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
        print("docs/networks/capabilities.md" if done.returncode == 0 else done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
