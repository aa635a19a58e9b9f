"""`portevoix programme init FILE`: write brand, spheres, ranges, voices and accounts from one YAML file."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from portevoix.cli import arguments as common
from portevoix.cli.language import gettext as _
from portevoix.cli.language import gettext_noop
from portevoix.core import clock
from portevoix.programme.file.nodes import MAX_BYTES
from portevoix.programme.file.problems import BadProgrammeFile
from portevoix.programme.tally import Change

if TYPE_CHECKING:
    from portevoix.programme.actions import Applied

HELP = gettext_noop("Write the programme (brand, spheres, ranges, voices, accounts) from a file.")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the verb `init` and its arguments to `parser`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    init = verbs.add_parser(
        "init",
        help=_("write what a YAML file says; running it again changes nothing"),
        description=_(
            "Writes what FILE says (docs/programme-file.md describes it). Rows that it names are added or "
            "changed; all others are kept. A file with an error writes nothing."
        ),
    )
    init.add_argument("file", metavar="FILE", type=Path, help=_("the programme file, in YAML"))
    init.add_argument("--check", action="store_true", help=_("only say what would change"))
    common.add_format(init, "table", "json")


def run(arguments: Namespace) -> int:
    """Apply or check the file; return 0, or 1 when it cannot be read or holds errors."""
    try:
        content = _content(arguments.file)
        applied = init(content, is_check=arguments.check)
    except OSError as unread:
        print(f"{arguments.file}: {unread.strerror or unread}", file=sys.stderr)
        return 1
    except BadProgrammeFile as bad:
        for problem in bad.problems:
            print(f"{arguments.file}:{problem.line}: {problem.reason}", file=sys.stderr)
        return 1
    if arguments.format == "json":
        common.print_json(_data(applied, is_check=arguments.check))
    else:
        print(_text(applied, is_check=arguments.check))
    return 0


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        # One byte more than is allowed tells a file that is too large, whatever its size.
        return opened.read(MAX_BYTES + 1)


@transaction.atomic
def init(content: bytes, *, is_check: bool) -> "Applied":
    """Apply the programme file `content` in one transaction, as SYSTEM; a check writes nothing.

    Raises BadProgrammeFile.
    """
    from portevoix.networks.actions.holdings import write_programme  # noqa: PLC0415
    from portevoix.people.journal import SYSTEM  # noqa: PLC0415

    applied = write_programme(content, by=SYSTEM, now=clock.now())
    transaction.set_rollback(is_check)
    return applied


def _data(applied: "Applied", *, is_check: bool) -> dict[str, object]:
    totals = {str(change): applied.tally.total(change) for change in Change}
    return {"brand": applied.brand.slug, "check": is_check, **totals, "kinds": applied.tally.as_dict()}


def _text(applied: "Applied", *, is_check: bool) -> str:
    tally = applied.tally
    names = _names()
    lines = [_line(names[kind], counts) for kind, counts in tally.as_dict().items()]
    totals = _line(applied.brand.slug, {str(change): tally.total(change) for change in Change})
    note = [_("This was a check: nothing was written.")] if is_check else []
    return "\n".join([*lines, totals, *note])


def _names() -> dict[str, str]:
    return {
        "brands": _("brands"),
        "spheres": _("spheres"),
        "ranges": _("ranges"),
        "phases": _("phases"),
        "lines": _("editorial lines"),
        "voices": _("voices"),
        "consents": _("consents"),
        "accounts": _("accounts"),
        "holdings": _("holdings"),
    }


def _line(name: str, counts: dict[str, int]) -> str:
    words = {"name": name, **counts}
    return _("%(name)s: %(added)d added, %(changed)d changed, %(unchanged)d unchanged") % words
