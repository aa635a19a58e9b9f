"""`python -m bench [--facts N] [--pairs N]`: every figure of speed, as a table and as JSON.

Each side of a pair is a process of its own, by turns; what counts is the median of the pairs' ratios, with
its spread. Absolute times are told and never judged.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench.importing import HIGGS

ROOT: Final = Path(__file__).parents[1]
FACTS: Final = 5_000_000


def called(data: Path, module: str, *words: str | Path | int) -> str:
    """Run a module of the bench in a process of its own on the data folder `data`; return its last line."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTEVOIX_")}
    command = [sys.executable, "-m", f"bench.{module}", *map(str, words)]
    environment = kept | {"PORTEVOIX_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]


def by_turns(pairs: int, ours: Callable[[int], str], plain: Callable[[int], str]) -> dict[str, Any]:
    """Run both sides `pairs` times, now one first, now the other; each is given the turn and returns JSON.

    Return the median seconds of both, median, least and greatest ratio of the pairs, and our highest memory.
    """
    told: dict[Callable[[int], str], list[dict[str, Any]]] = {ours: [], plain: []}
    for turn in range(pairs):
        for side in (ours, plain) if turn % 2 else (plain, ours):
            told[side].append(json.loads(side(turn)))
    seconds = {side: [each["seconds"] for each in results] for side, results in told.items()}
    ratios = [one / other for one, other in zip(seconds[ours], seconds[plain], strict=True)]
    return {
        "ours_s": statistics.median(seconds[ours]),
        "plain_s": statistics.median(seconds[plain]),
        "ratio": statistics.median(ratios),
        "least": min(ratios),
        "greatest": max(ratios),
        "peak_mb": max(each["peak_mb"] for each in told[ours]),
    }


def importing(folder: Path, pairs: int) -> dict[str, Any]:
    """Measure the import of the real file against a bare `executemany` of the same rows."""
    rows = folder / "rows"
    prepared = json.loads(called(folder / "prepared", "importing", "prepare", rows))
    return {
        "what": "import of the real file ÷ executemany",
        "rows": prepared["rows"],
        **by_turns(
            pairs,
            ours=lambda turn: called(folder / f"ours-{turn}", "importing", "ours", HIGGS),
            plain=lambda turn: called(
                folder / f"bare-{turn}", "importing", "bare", rows, folder / f"db-{turn}"
            ),
        ),
    }


def memory(folder: Path) -> dict[str, Any]:
    """Measure the memory that the import of a file ten times as long takes."""
    file = folder / "tenfold.txt.gz"
    called(folder / "none", "importing", "tenfold", file)
    told = json.loads(called(folder / "ten", "importing", "ours", file))
    return {"what": "import of ten times the real file", "rows": told["rows"], "peak_mb": told["peak_mb"]}


def recomputing(folder: Path, facts: int, pairs: int) -> dict[str, Any]:
    """Measure the recomputation of a whole host against hand-written SQL of the same engine."""
    host = folder / "host"
    called(host, "synthetic", facts)
    called(host, "recomputing", "compare")
    return {
        "what": "recomputation of a whole host ÷ hand-written SQL",
        "rows": facts,
        **by_turns(
            pairs,
            ours=lambda _turn: called(host, "recomputing", "ours"),
            plain=lambda _turn: called(host, "recomputing", "sql"),
        ),
    }


def pages(folder: Path) -> dict[str, Any]:
    """Measure what each page of the demonstration costs the server against a bare page of the same brand."""
    data = folder / "demonstration"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTEVOIX_")}
    fill = [sys.executable, "-m", "portevoix", "demo", "--prepare"]
    subprocess.run(fill, cwd=ROOT, env=kept | {"PORTEVOIX_DATA": str(data)}, stdout=sys.stderr, check=True)
    return {"what": "pages ÷ a bare page", "pages": json.loads(called(data, "pages"))}


def page_lines(told: dict[str, dict[str, float]]) -> list[str]:
    """Return the pages as rows of a Markdown table, the dearest first."""
    return [
        f"| {name} | {each['ms']:.1f} | {each['bare_ms']:.1f} "
        f"| {each['ratio']:.1f} ({each['least']:.1f} to {each['greatest']:.1f}) | {each['first_ms']:.1f} "
        f"| {each['queries']:.0f} | {each['bytes'] / 1000:.1f} |"
        for name, each in sorted(told.items(), key=lambda item: -item[1]["ratio"])
    ]


def line(result: dict[str, Any]) -> str:
    """Return a result as one row of a Markdown table."""
    seconds = f"{result['ours_s']:.2f} | {result['plain_s']:.2f}" if "ratio" in result else "– | –"
    ratio = (
        f"{result['ratio']:.2f} ({result['least']:.2f} to {result['greatest']:.2f})"
        if "ratio" in result
        else "–"
    )
    return f"| {result['what']} | {result['rows']:,} | {seconds} | {ratio} | {result['peak_mb']:.0f} |"


def main() -> None:
    """Measure everything, and print the table and the JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--facts", type=int, default=FACTS, help="synthetic facts of the whole host")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", choices=("importing", "memory", "recomputing", "pages"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portevoix-bench-") as name:
        folder = Path(name)
        measures: dict[str, Callable[[], dict[str, Any]]] = {
            "importing": lambda: importing(folder, arguments.pairs),
            "memory": lambda: memory(folder),
            "recomputing": lambda: recomputing(folder, arguments.facts, arguments.pairs),
            "pages": lambda: pages(folder),
        }
        results = [measure() for what, measure in measures.items() if arguments.only in (None, what)]
    print("| what | rows | ours, s | plain, s | median ratio (spread) | peak memory, MB |")
    print("|---|---|---|---|---|---|")
    for result in results:
        if "pages" not in result:
            print(line(result))
    for result in results:
        if "pages" in result:
            print("\n| page | ms | bare, ms | median ratio (spread) | first, ms | queries | HTML, kB |")
            print("|---|---|---|---|---|---|---|")
            print("\n".join(page_lines(result["pages"])))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
