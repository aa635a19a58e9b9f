"""`portevoix scorecards`: the monthly table of a brand."""

import argparse
from typing import Any

from portevoix.cli import arguments as common
from portevoix.cli.language import gettext as _
from portevoix.cli.language import gettext_noop, number
from portevoix.core.periods import Month

HELP = gettext_noop("Print the monthly figures of a brand, computed anew where facts have changed.")
HEADER = ("month", "voice", "metric", "value", "previous")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--brand", required=True, metavar="SLUG")
    parser.add_argument("--month", required=True, type=common.month, metavar="YYYY-MM")
    parser.add_argument("--voice", metavar="SLUG", help=_("only this voice; * is the brand's own line"))
    common.add_format(parser, "table", "csv", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print the scorecard; return the exit status."""
    from portevoix.measures.actions import refresh  # noqa: PLC0415
    from portevoix.measures.queries import figures  # noqa: PLC0415
    from portevoix.people.queries import brand_of_slug  # noqa: PLC0415

    brand, month = brand_of_slug(arguments.brand), arguments.month
    refresh([brand], month)
    rows = [
        (str(month), figure.voice_slug, figure.metric.id, figure.value, figure.previous)
        for figure in figures(brand, month, voice_slug=arguments.voice)
    ]
    if arguments.format == "csv":
        common.print_csv(HEADER, [["" if cell is None else cell for cell in row] for row in rows])
    elif arguments.format == "json":
        common.print_json([dict(zip(HEADER, row, strict=True)) for row in rows])
    else:
        _print_table(rows, month)
    return 0


def _print_table(rows: list[tuple[Any, ...]], month: Month) -> None:
    told = [(row[1], row[2], _told(row[3]), _told(row[4])) for row in rows]
    common.print_table(
        (_("voice"), _("metric"), str(month), str(month.previous)), told, right=lambda column: column > 1
    )


def _told(value: float | None) -> str:
    if value is None:
        return "–"
    return number(value) if isinstance(value, int) else number(value, 2)
