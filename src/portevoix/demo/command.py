"""`portevoix demo`: a programme of invented personas on real facts, brought in and served."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

gettext_noop = str  # marks what is told before there are settings; who tells it translates it

HELP = gettext_noop(
    "Bring a demonstration programme in and serve it: no network, no keys, a data folder of its own."
)
DATA_FOLDER = "./portevoix-demo"

BRAND: Final = "higgs"
MONTH: Final = "2012-07"
FILES: Final = Path(__file__).parent / "data"
FACTS: Final = FILES / "higgs-activity_time.txt.gz"
PATIENCE: Final = 20.0
"""Seconds that a command has to stop: about twice what one batch of lines takes on a slow machine."""
_LAYOUT: Final = (
    "--columns", "actor,target,at,kind", "--delimiter", " ", "--kinds", "RT=repost,MT=mention,RE=reply",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--higgs",
        action="store_true",
        help=gettext_noop(
            "the days around the announcement of July 2012: half a million real interactions (the default)"
        ),
    )
    parser.add_argument(
        "--address", type="address", help=gettext_noop("listen here instead of the configured address")
    )
    parser.add_argument(
        "--port", type="port", help=gettext_noop("listen on this port instead of the configured one; 0: any")
    )


def commands(facts: Path = FACTS) -> list[list[str]]:
    """Return the commands that bring the demonstration in, as anybody would type them."""
    return [
        ["programme", "init", str(FILES / "higgs.yaml")],
        ["ledger", "import", str(facts), "--brand", BRAND, "--network", "x", *_LAYOUT],
        ["scorecards", "--brand", BRAND, "--month", MONTH],
    ]


def run(arguments: argparse.Namespace) -> int:
    """Bring in what is missing, then serve until asked to stop; return the exit status."""
    from django.conf import settings  # noqa: PLC0415

    from portevoix.core.serving import check_address, serve  # noqa: PLC0415
    from portevoix.people.links import greeting  # noqa: PLC0415

    port = settings.PORT if arguments.port is None else arguments.port
    check_address(settings.ADDRESS)
    refuse_taken_port(settings.ADDRESS, port)
    if not bring_in(commands()):
        return 1
    serve(address=settings.ADDRESS, port=port, welcome=lambda base_url: greeting(base_url, always_link=True))
    return 0


def refuse_taken_port(address: str, port: int) -> None:
    """Raise UserError when the port is taken: before half a million lines are read."""
    from django.utils.translation import gettext as _  # noqa: PLC0415

    from portevoix.core.errors import UserError  # noqa: PLC0415
    from portevoix.core.serving import free_port  # noqa: PLC0415

    try:
        free_port(address, port)
    except UserError as taken:
        sentence = _("%(taken)s With make, run: PORTEVOIX_PORT=0 make demo.")
        raise UserError(sentence % {"taken": taken}) from taken


def bring_in(steps: Sequence[Sequence[str]]) -> bool:
    """Run the commands `steps`, unless all of it is there already; return whether it now is.

    Each is a process of its own: what the engine takes is given back before the pages are served.
    """
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation import gettext as _  # noqa: PLC0415

    refuse_foreign_folder()
    if is_there():
        print(_("The demonstration is there already, in %(folder)s.") % {"folder": settings.DATA}, flush=True)
        return True
    _mark().write_text(_("This folder holds a demonstration; every page says so.") + "\n", encoding="utf-8")
    for step in steps:
        print(f"$ portevoix {' '.join(_quoted(word) for word in step)}", flush=True)
        if _status(step):
            return False
    return True


def _status(step: Sequence[str]) -> int:
    """Run one command and return its exit status. Ctrl-C stops the command, which says so itself."""
    output = subprocess.DEVNULL if step[0] == "scorecards" else None
    with subprocess.Popen([sys.executable, "-m", "portevoix", *step], stdout=output) as command:
        try:
            return command.wait()
        except KeyboardInterrupt:
            return _stopped(command)


def _stopped(command: "subprocess.Popen[bytes]") -> int:
    """Return the exit status of a command that the terminal stops as well; it is ended if it does not stop."""
    try:
        status = command.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        command.terminate()
        raise KeyboardInterrupt from None
    if status == 0:  # it was done already: what follows is to stop
        raise KeyboardInterrupt
    return status


def _mark() -> Path:
    """Return the file that makes a data folder a demonstration; `config.settings` looks for it."""
    from django.conf import settings  # noqa: PLC0415

    return Path(settings.DATA) / "DEMONSTRATION"


def refuse_foreign_folder() -> None:
    """Raise UserError when the data folder holds a programme that is no demonstration."""
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation import gettext as _  # noqa: PLC0415

    from portevoix.core.errors import UserError  # noqa: PLC0415
    from portevoix.people.models import Brand  # noqa: PLC0415

    if not _mark().exists() and Brand.objects.exists():
        sentence = _(
            "%(folder)s holds a programme of your own. Nothing was changed; give the demonstration another "
            "folder with PORTEVOIX_DATA."
        )
        raise UserError(sentence % {"folder": settings.DATA})


def _quoted(word: str) -> str:
    """Return a word as one types it: files by their name, blanks in quotes."""
    name = Path(word).name if word.startswith(str(FILES)) else word
    return f"'{name}'" if " " in name else name


def is_there() -> bool:
    """Return whether the facts of the demonstration are in and its figures are computed."""
    from portevoix.ledger.models import Import  # noqa: PLC0415
    from portevoix.measures.models import Scorecard  # noqa: PLC0415

    finished = Import.objects.filter(brand__slug=BRAND, intake__known_at_us__isnull=False)
    return finished.exists() and Scorecard.objects.filter(brand__slug=BRAND, month=MONTH).exists()
