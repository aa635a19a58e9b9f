"""`portevoix scorecards`: the monthly table of a brand; close a month, and replay one that is closed."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from portevoix.cli import arguments as common
from portevoix.cli.language import gettext as _
from portevoix.cli.language import gettext_noop, ngettext, number
from portevoix.core.periods import Month

if TYPE_CHECKING:
    from portevoix.measures.actions.verify import Replayed, Verification
    from portevoix.measures.models import Closing
    from portevoix.people.models import Brand

HELP = gettext_noop("Print the monthly figures of a brand, close a month, or replay one that is closed.")
HEADER = ("month", "voice", "metric", "value", "previous")
REPLAYED = (
    "voice",
    "metric",
    "version",
    "closed",
    "replayed",
    "closed_previous",
    "replayed_previous",
    "outcome",
)
STEPS = ("print", "close", "verify")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "step",
        nargs="?",
        choices=STEPS,
        default=STEPS[0],
        metavar="STEP",
        help=_("print (the default), close, or verify: replay a closed month"),
    )
    parser.add_argument("--brand", required=True, metavar="SLUG")
    parser.add_argument("--month", required=True, type=common.month, metavar="YYYY-MM")
    parser.add_argument("--voice", metavar="SLUG", help=_("only this voice; * is the brand's own line"))
    parser.add_argument(
        "--engine",
        choices=("duckdb", "sqlite", "postgres", "spark"),
        default="",
        help=_("what computes; default: the one of the settings"),
    )
    common.add_format(parser, "table", "csv", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print, close or replay the month; return the exit status."""
    from portevoix.people.queries import brand_of_slug  # noqa: PLC0415

    steps = {"print": _print, "close": _close, "verify": _verify}
    return steps[arguments.step](brand_of_slug(arguments.brand), arguments)


def _print(brand: "Brand", arguments: argparse.Namespace) -> int:
    from portevoix.measures.actions import refresh  # noqa: PLC0415
    from portevoix.measures.queries import closing_of, figures  # noqa: PLC0415

    month = arguments.month
    refresh([brand], month, engine=arguments.engine)
    found = figures(brand, month, voice_slug=arguments.voice)
    _print_figures(found, month, arguments.format)
    if closing := closing_of(brand, month):
        _say_restated(closing)
    return 0


def _print_figures(found: list[Any], month: Month, style: str) -> None:
    rows = [
        (str(month), figure.voice_slug, figure.metric.id, figure.value, figure.previous) for figure in found
    ]
    if style == "csv":
        common.print_csv(HEADER, [_blanks(row) for row in rows])
    elif style == "json":
        common.print_json([dict(zip(HEADER, row, strict=True)) for row in rows])
    else:
        _print_table(rows, month)


def _blanks(row: tuple[Any, ...]) -> list[Any]:
    return ["" if cell is None else cell for cell in row]


def _print_table(rows: list[tuple[Any, ...]], month: Month) -> None:
    told = [(row[1], row[2], _told(row[3]), _told(row[4])) for row in rows]
    common.print_table(
        (_("voice"), _("metric"), str(month), str(month.previous)), told, right=lambda column: column > 1
    )


def _told(value: float | None) -> str:
    if value is None:
        return "–"
    return number(value) if isinstance(value, int) else number(value, 2)


def _say_restated(closing: "Closing") -> None:
    """Say, beside what is printed, that the month is closed and how many of its figures are others now."""
    from portevoix.measures.queries import restated  # noqa: PLC0415

    count = len(restated(closing))
    sentence = ngettext(
        "%(month)s is closed; this is what is known now. %(count)s closed figure is another.",
        "%(month)s is closed; this is what is known now. %(count)s closed figures are others.",
        count,
    )
    print(sentence % {"month": closing.month, "count": number(count)}, file=sys.stderr)


def _close(brand: "Brand", arguments: argparse.Namespace) -> int:
    from portevoix.core import clock  # noqa: PLC0415
    from portevoix.measures.actions import close  # noqa: PLC0415
    from portevoix.measures.queries import closed_figures, closing_of  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415

    was_closed = closing_of(brand, arguments.month) is not None
    closing = close(brand, arguments.month, by=SYSTEM, now=clock.now())
    if arguments.format == "csv":
        _print_figures(closed_figures(closing), arguments.month, "csv")
    elif arguments.format == "json":
        common.print_json({"is_new": not was_closed, **_seal(closing)})
    else:
        said = (
            _("%(month)s was closed already, on %(day)s; nothing was changed. Its seal: %(digest)s")
            if was_closed
            else _("%(month)s is closed. Its seal: %(digest)s")
        )
        day = closing.closed_at.date().isoformat()
        print(said % {"month": closing.month, "day": day, "digest": closing.digest})
    return 0


def _seal(closing: "Closing") -> dict[str, Any]:
    return {
        "month": closing.month,
        "time_zone": closing.time_zone,
        "closed_at": closing.closed_at.isoformat(),
        "known_until_us": closing.known_until_us,
        "metric_versions": closing.metric_versions,
        "facts_digest": closing.facts_digest,
        "digest": closing.digest,
    }


def _verify(brand: "Brand", arguments: argparse.Namespace) -> int:
    from portevoix.measures.actions import verify  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415

    found = verify(brand, arguments.month, by=SYSTEM, engine=arguments.engine)
    rows = [_row(each) for each in found.figures]
    if arguments.format == "csv":
        common.print_csv(REPLAYED, [_blanks(row) for row in rows])
    elif arguments.format == "json":
        lines = [dict(zip(REPLAYED, row, strict=True)) for row in rows]
        told = {name: getattr(found, name) for name in ("is_sound", "is_sealed", "has_its_facts")}
        common.print_json(told | _seal(found.closing) | {"figures": lines})
    else:
        _print_verification(found)
    return 0 if found.is_sound else 1


def _row(each: "Replayed") -> tuple[Any, ...]:
    (closed, closed_previous), (replayed, replayed_previous) = each.closed, each.replayed
    values = (closed, replayed, closed_previous, replayed_previous)
    return (each.voice_slug, each.metric, each.version, *values, str(each.outcome))


def _print_verification(found: "Verification") -> None:
    from portevoix.measures.actions.verify import Outcome  # noqa: PLC0415

    month, differing = found.closing.month, found.those(Outcome.DIFFERENT)
    if not found.is_sealed:
        print(_("What was closed is no longer what was sealed: lines, versions or holdings were changed."))
    if not found.has_its_facts:
        print(
            _("The facts known at the closing are no longer the same: some were changed, added or removed.")
        )
    for each in found.those(Outcome.NOT_REPLAYED):
        sentence = _("%(voice)s %(metric)s cannot be replayed: version %(version)d is no longer here.")
        print(sentence % {"voice": each.voice_slug, "metric": each.metric, "version": each.version})
    for each in differing:
        sentence = _("%(voice)s %(metric)s: closed %(closed)s, replayed %(replayed)s.")
        told = {"closed": _pair(each.closed), "replayed": _pair(each.replayed)}
        print(sentence % {"voice": each.voice_slug, "metric": each.metric, **told})
    same = len(found.those(Outcome.SAME))
    sentence = ngettext(
        "%(month)s: %(same)s figure is as it was closed, %(count)s differ.",
        "%(month)s: %(same)s figures are as they were closed, %(count)s differ.",
        same,
    )
    print(sentence % {"month": month, "same": number(same), "count": number(len(differing))})


def _pair(values: tuple[float | None, float | None]) -> str:
    """Return a value and the one of the month before, with all the places that tell them apart."""
    return " / ".join("–" if value is None else f"{value:.17g}" for value in values)
