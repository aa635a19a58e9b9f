"""`portevoix ledger`: bring facts in, list imports, project, archive, verify."""

import argparse
import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portevoix.cli import arguments as common
from portevoix.cli.language import gettext as _
from portevoix.cli.language import gettext_noop, ngettext, number

if TYPE_CHECKING:
    from portevoix.ledger.actions.imports import ImportReport
    from portevoix.ledger.actions.verify import Verified
    from portevoix.ledger.models import Import

HELP = gettext_noop("Bring facts in, list imports, write the projection and the archive, verify them.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    _add_import(steps.add_parser("import", help=_("bring the facts of a CSV or TSV file in, plain or gzip")))
    imports = steps.add_parser("imports", help=_("list unfinished imports, or accept one as it is"))
    imports.add_argument("--accept", type=int, metavar="ID", help=_("make what import ID has brought count"))
    common.add_format(imports, "table", "json")
    project = steps.add_parser("project", help=_("bring the Parquet projection up to date"))
    project.add_argument(
        "--rebuild", action="store_true", help=_("grow it anew beside the old one, then replace it")
    )
    common.add_format(project, "table", "json")
    archive = steps.add_parser("archive", help=_("archive a past month (UTC) of a brand"))
    archive.add_argument("--brand", required=True, metavar="SLUG")
    archive.add_argument("--month", required=True, type=common.month, metavar="YYYY-MM")
    common.add_format(archive, "table", "json")
    common.add_format(
        steps.add_parser("verify", help=_("check files against checksums and database")), "table", "json"
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
        help=_("the columns, when the file has no header"),
    )
    parser.add_argument(
        "--delimiter", type=_delimiter, default=None, metavar="CHAR", help=_("what separates columns")
    )
    parser.add_argument(
        "--kinds", type=_kinds, default=None, metavar="WORD=KIND,…", help=_("how the file calls the kinds")
    )
    parser.add_argument(
        "--as", dest="form", default="", metavar="SORT", help=_("what the network gave: x-archive, …")
    )
    parser.add_argument(
        "--account", default="", metavar="ID", help=_("of which account it is, where it does not tell")
    )
    parser.add_argument(
        "--exported",
        type=_instant,
        default=None,
        metavar="INSTANT",
        help=_("when it was exported, where it does not tell"),
    )
    common.add_format(parser, "table", "json")


def _instant(text: str) -> datetime:
    sentence = _("an instant is written with its offset: 2026-11-02T18:00:00+01:00")
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(sentence) from problem
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(sentence)
    return found


def _columns(text: str) -> tuple[str, ...]:
    from portevoix.ledger.rows import REQUIRED  # noqa: PLC0415

    names = tuple(name.strip().lower() for name in text.split(","))
    if missing := [name for name in REQUIRED if name not in names]:
        raise argparse.ArgumentTypeError(_("columns missing: %(names)s") % {"names": ", ".join(missing)})
    if len({name for name in names if name != "-"}) < len([name for name in names if name != "-"]):
        raise argparse.ArgumentTypeError(_("a column is named twice"))
    return names


def _delimiter(text: str) -> str:
    found = {"\\t": "\t", "tab": "\t", "space": " "}.get(text, text)
    if len(found) != 1 or found in '"\r\n':
        raise argparse.ArgumentTypeError(_("a delimiter is one character, or tab, or space"))
    return found


def _kinds(text: str) -> dict[str, str]:
    from portevoix.networks.contracts import Kind  # noqa: PLC0415

    kinds = {}
    for pair in text.split(","):
        word, equals, kind = (part.strip() for part in pair.partition("="))
        if not (word and equals and kind in set(Kind)):
            sentence = _("%(pair)s is not WORD=KIND; kinds are %(known)s")
            raise argparse.ArgumentTypeError(sentence % {"pair": repr(pair), "known": ", ".join(Kind)})
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
    report = _takeout(arguments) if arguments.form else _table(arguments)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if arguments.format == "json":
        common.print_json(asdict(report))
    else:
        _print_report(report)
    return 0


def _table(arguments: argparse.Namespace) -> "ImportReport":
    from portevoix.ledger.actions.imports import import_file  # noqa: PLC0415
    from portevoix.ledger.rows import Layout  # noqa: PLC0415
    from portevoix.networks.queries import known_network  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415
    from portevoix.people.queries import brand_of_slug  # noqa: PLC0415

    return import_file(
        arguments.file,
        brand=brand_of_slug(arguments.brand),
        network=known_network(arguments.network),
        layout=Layout(arguments.columns, arguments.delimiter or "", arguments.kinds),
        by=SYSTEM,
        on_progress=_draw if sys.stderr.isatty() else None,
    )


def _takeout(arguments: argparse.Namespace) -> "ImportReport":
    from portevoix.ledger.actions.takeouts import import_takeout, reader_called  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415
    from portevoix.people.queries import brand_of_slug  # noqa: PLC0415

    return import_takeout(
        arguments.file,
        reader_called(arguments.form, arguments.network),
        brand=brand_of_slug(arguments.brand),
        account=arguments.account,
        at=arguments.exported,
        by=SYSTEM,
        on_progress=_draw if sys.stderr.isatty() else None,
    )


def _print_report(report: "ImportReport") -> None:
    print(_("Import %(id)d is done.") % {"id": report.import_id})
    counts = {
        _("read"): report.read,
        _("added"): report.added,
        _("already known"): report.known,
        _("refused"): report.rejected,
    }
    for name, count in counts.items():
        print(f"  {name:<14}{number(count):>14}")
    if report.rejects_file:
        print("  " + _("Refused lines, each with its reason: %(file)s") % {"file": report.rejects_file})


def _draw(run: "Import") -> None:
    percent = run.job.progress_percent or 0
    bar = "█" * (percent // 4)
    lines = ngettext("%(count)s line", "%(count)s lines", run.read_count) % {"count": number(run.read_count)}
    print(f"\r  {bar:<25} {percent:>3} %  {lines}", end="", file=sys.stderr, flush=True)


def _imports(arguments: argparse.Namespace) -> int:
    if arguments.accept is not None:
        return _accept(arguments)
    rows = _unfinished()
    if arguments.format == "json":
        common.print_json(rows)
    elif not rows:
        print(_("No unfinished import."))
    else:
        _print_imports(rows)
    return 0


def _accept(arguments: argparse.Namespace) -> int:
    from portevoix.core import clock  # noqa: PLC0415
    from portevoix.ledger.actions.imports import accept  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415

    report = accept(arguments.accept, by=SYSTEM, now=clock.now())
    if arguments.format == "json":
        common.print_json(asdict(report))
        return 0
    sentence = ngettext(
        "Import %(id)d counts as it is: %(count)s fact.",
        "Import %(id)d counts as it is: %(count)s facts.",
        report.added,
    )
    print(sentence % {"id": report.import_id, "count": number(report.added)})
    return 0


def _unfinished() -> list[dict[str, Any]]:
    """Return the unfinished imports as they are printed as JSON."""
    from portevoix.core import clock  # noqa: PLC0415
    from portevoix.ledger import queries  # noqa: PLC0415

    return [
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


def _print_imports(rows: list[dict[str, Any]]) -> None:
    states = {"running": _("running"), "stopped": _("stopped")}
    header = (_("id"), _("brand"), _("file"), _("read"), _("added"), _("state"))
    table = [
        [
            str(row["id"]),
            row["brand"],
            row["file"],
            number(row["read"]),
            number(row["added"]),
            states[row["state"]],
        ]
        for row in rows
    ]
    common.print_table(header, table, right=lambda column: column in (0, 3, 4))


def _project(arguments: argparse.Namespace) -> int:
    from portevoix.ledger.actions.project import project  # noqa: PLC0415

    done = project(rebuild=arguments.rebuild)
    if arguments.format == "json":
        common.print_json(asdict(done))
    elif not done.segments:
        print(_("The projection was up to date."))
    else:
        how = (
            _("The projection was regrown:")
            if done.was_regrown
            else _("The projection was brought up to date:")
        )
        rows = ngettext("%(count)s row", "%(count)s rows", done.rows) % {"count": number(done.rows)}
        print(how, rows)
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
    said = (
        _("%(month)s is archived (version %(version)d, in %(folder)s):")
        if is_new
        else _("%(month)s is archived already, unchanged (version %(version)d, in %(folder)s):")
    )
    count = ngettext("%(count)s interaction", "%(count)s interactions", rows) % {"count": number(rows)}
    words = {"month": arguments.month, "version": archived.version, "folder": archived.folder}
    print(said % words, count)
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from portevoix.ledger.actions.verify import verify  # noqa: PLC0415

    found = verify()
    if arguments.format == "json":
        common.print_json({**asdict(found), "is_sound": found.is_sound})
    else:
        _print_verified(found)
    if not found.is_sound:
        sentence = _(
            "The ledger's files are not what was written. `portevoix ledger project --rebuild` regrows "
            "the projection from the database; an archived month must come from a backup."
        )
        print(f"portevoix: {sentence}", file=sys.stderr)
    return 0 if found.is_sound else 1


def _print_verified(found: "Verified") -> None:
    problems = {
        "missing": _("missing"),
        "changed": _("changed since it was written"),
        "unlike_database": _("not what the database says"),
    }
    for finding in found.findings:
        print(f"{finding.what}: {problems[finding.problem]}")
    words = {"files": number(found.projected_files), "months": number(found.archived_months)}
    print(_("Checked %(files)s projected files and %(months)s archived months.") % words)
