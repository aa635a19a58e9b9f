"""`portevoix ledger`: bring facts in, list imports, project, archive, verify."""

import argparse
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from portevoix.cli import arguments as common

if TYPE_CHECKING:
    from portevoix.ledger.models import Import

HELP = "Bring facts in, list imports, write the projection and the archive, verify them."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    _add_import(steps.add_parser("import", help="bring the facts of a CSV or TSV file in, plain or gzip"))
    imports = steps.add_parser("imports", help="list unfinished imports, or accept one as it is")
    imports.add_argument("--accept", type=int, metavar="ID", help="make what import ID has brought count")
    common.add_format(imports, "table", "json")
    project = steps.add_parser("project", help="bring the Parquet projection up to date")
    project.add_argument(
        "--rebuild", action="store_true", help="grow it anew beside the old one, then replace it"
    )
    common.add_format(project, "table", "json")
    archive = steps.add_parser("archive", help="archive a past month (UTC) of a brand")
    archive.add_argument("--brand", required=True, metavar="SLUG")
    archive.add_argument("--month", required=True, type=common.month, metavar="YYYY-MM")
    common.add_format(archive, "table", "json")
    common.add_format(
        steps.add_parser("verify", help="check files against checksums and database"), "table", "json"
    )


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=common.file)
    parser.add_argument("--brand", required=True, metavar="SLUG")
    parser.add_argument("--network", required=True, metavar="KEY")
    parser.add_argument(
        "--columns",
        type=_columns,
        default=(),
        metavar="NAMES",
        help="the columns, when the file has no header",
    )
    parser.add_argument(
        "--delimiter", type=_delimiter, default=None, metavar="CHAR", help="what separates columns"
    )
    parser.add_argument(
        "--kinds", type=_kinds, default=None, metavar="WORD=KIND,…", help="how the file calls the kinds"
    )
    common.add_format(parser, "table", "json")


def _columns(text: str) -> tuple[str, ...]:
    from portevoix.ledger.rows import REQUIRED  # noqa: PLC0415

    names = tuple(name.strip().lower() for name in text.split(","))
    if missing := [name for name in REQUIRED if name not in names]:
        raise argparse.ArgumentTypeError(f"columns missing: {', '.join(missing)}")
    if len({name for name in names if name != "-"}) < len([name for name in names if name != "-"]):
        raise argparse.ArgumentTypeError("a column is named twice")
    return names


def _delimiter(text: str) -> str:
    found = {"\\t": "\t", "tab": "\t", "space": " "}.get(text, text)
    if len(found) != 1 or found in '"\r\n':
        raise argparse.ArgumentTypeError("a delimiter is one character, or tab, or space")
    return found


def _kinds(text: str) -> dict[str, str]:
    from portevoix.networks.contracts import Kind  # noqa: PLC0415

    kinds = {}
    for pair in text.split(","):
        word, equals, kind = (part.strip() for part in pair.partition("="))
        if not (word and equals and kind in set(Kind)):
            known = ", ".join(Kind)
            raise argparse.ArgumentTypeError(f"{pair!r} is not WORD=KIND; kinds are {known}")
        kinds[word] = kind
    return kinds


def run(arguments: argparse.Namespace) -> int:
    """Do one step; return the exit status."""
    steps = {
        "import": _import,
        "imports": _imports,
        "project": _project,
        "archive": _archive,
        "verify": _verify,
    }
    return steps[arguments.step](arguments)


def _import(arguments: argparse.Namespace) -> int:
    from portevoix.ledger.actions.imports import import_file  # noqa: PLC0415
    from portevoix.ledger.rows import Layout  # noqa: PLC0415
    from portevoix.networks.queries import known_network  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415
    from portevoix.people.queries import brand_of_slug  # noqa: PLC0415

    report = import_file(
        arguments.file,
        brand=brand_of_slug(arguments.brand),
        network=known_network(arguments.network),
        layout=Layout(arguments.columns, arguments.delimiter or "", arguments.kinds),
        by=SYSTEM,
        on_progress=_draw if sys.stderr.isatty() else None,
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    told = asdict(report)
    if arguments.format == "json":
        common.print_json(told)
    else:
        print(f"Import {report.import_id} is done.")
        for name in ("read", "added", "known", "rejected"):
            print(f"  {name:<9}{told[name]:>14,}")
        if report.rejects_file:
            print(f"  Refused lines, each with its reason: {report.rejects_file}")
    return 0


def _draw(run: "Import") -> None:
    percent = run.job.progress_percent or 0
    bar = "█" * (percent // 4)
    print(f"\r  {bar:<25} {percent:>3} %  {run.read_count:,} lines", end="", file=sys.stderr, flush=True)


def _imports(arguments: argparse.Namespace) -> int:
    from portevoix.core import clock  # noqa: PLC0415
    from portevoix.ledger import queries  # noqa: PLC0415
    from portevoix.ledger.actions.imports import accept  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415

    if arguments.accept is not None:
        report = accept(arguments.accept, by=SYSTEM, now=clock.now())
        if arguments.format == "json":
            common.print_json(asdict(report))
        else:
            print(f"Import {report.import_id} counts as it is: {report.added:,} facts.")
        return 0
    rows = [
        {
            "id": run.pk,
            "brand": run.brand.slug,
            "file": run.file_name,
            "read": run.read_count,
            "added": run.added_count,
            "state": "running" if queries.is_running(run, clock.now()) else "stopped",
        }
        for run in queries.unfinished_imports()
    ]
    if arguments.format == "json":
        common.print_json(rows)
    elif not rows:
        print("No unfinished import.")
    else:
        table = [[str(value) for value in row.values()] for row in rows]
        common.print_table(list(rows[0]), table, right=lambda column: column in (0, 3, 4))
    return 0


def _project(arguments: argparse.Namespace) -> int:
    from portevoix.ledger.actions.project import project  # noqa: PLC0415

    done = project(rebuild=arguments.rebuild)
    if arguments.format == "json":
        common.print_json(asdict(done))
    elif not done.segments:
        print("The projection was up to date.")
    else:
        how = "regrown" if done.was_regrown else "brought up to date"
        print(f"The projection was {how}: {done.rows:,} rows in {done.segments} segments.")
    return 0


def _archive(arguments: argparse.Namespace) -> int:
    from portevoix.core import clock  # noqa: PLC0415
    from portevoix.ledger.actions.archive import archive  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415
    from portevoix.people.queries import brand_of_slug  # noqa: PLC0415

    archived, is_new = archive(brand_of_slug(arguments.brand), arguments.month, by=SYSTEM, now=clock.now())
    if arguments.format == "json":
        common.print_json({"is_new": is_new, "version": archived.version, **archived.manifest})
        return 0
    rows = archived.manifest["tables"]["interactions"]["rows"]
    said = "archived" if is_new else "already archived, unchanged"
    print(
        f"{arguments.month} is {said}: {rows:,} interactions, version {archived.version}, in {archived.folder}."
    )
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from portevoix.ledger.actions.verify import verify  # noqa: PLC0415

    found = verify()
    if arguments.format == "json":
        common.print_json({**asdict(found), "is_sound": found.is_sound})
    else:
        for finding in found.findings:
            print(f"{finding.what}: {finding.problem.replace('_', ' ')}")
        print(
            f"{found.projected_files} projected files and {found.archived_months} archived months were checked."
        )
    if not found.is_sound:
        print(
            "portevoix: the ledger's files are not what was written. `portevoix ledger project --rebuild` regrows "
            "the projection from the database; an archived month must come from a backup.",
            file=sys.stderr,
        )
    return 0 if found.is_sound else 1
