"""`portevoix demo`: a programme of invented personas, brought in and served."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

gettext_noop = str  # marks what is told before there are settings; who tells it translates it

HELP = gettext_noop(
    "Bring a demonstration programme in and serve it: no network, no keys, a data folder of its own."
)
PATIENCE: Final = 20.0
"""Seconds that a command has to stop: about twice what one batch of lines takes on a slow machine."""
MONTHS: Final = range(3, 15)
"""How many months the company may live, the one that runs now included."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--higgs",
        action="store_true",
        help=gettext_noop(
            "half a million real interactions of July 2012, instead of a training company's fourteen months"
        ),
    )
    parser.add_argument(
        "--reset", action="store_true", help=gettext_noop("start anew: what was done in it is forgotten")
    )
    parser.add_argument(
        "--prepare", action="store_true", help=gettext_noop("only bring it in, and serve nothing")
    )
    parser.add_argument(
        "--months",
        type=int,
        choices=MONTHS,
        default=MONTHS[-1],
        metavar="NUMBER",
        help=gettext_noop("how many months the company lives, 3 to 14; default: 14"),
    )
    parser.add_argument(
        "--address", type="address", help=gettext_noop("listen here instead of the configured address")
    )
    parser.add_argument(
        "--port", type="port", help=gettext_noop("listen on this port instead of the configured one; 0: any")
    )


def data_folder(arguments: argparse.Namespace) -> str:
    """Return the folder that is used when none is named: each demonstration has its own."""
    return "./portevoix-demo-higgs" if arguments.higgs else "./portevoix-demo"


def run(arguments: argparse.Namespace) -> int:
    """Bring in what is missing and, unless only that is asked, serve it; return the exit status."""
    from portevoix.demo import folder, higgs  # noqa: PLC0415
    from portevoix.demo.atelier.cast import SLUG  # noqa: PLC0415

    if not arguments.prepare:
        _check_place(arguments)
    if arguments.reset:
        with folder.alone():
            folder.reset()
    folder.refuse_foreign(higgs.BRAND if arguments.higgs else SLUG)
    if not _prepare(arguments):
        return 1
    if not arguments.prepare:
        _serve(arguments)
    return 0


def _check_place(arguments: argparse.Namespace) -> None:
    """Raise UserError when the pages cannot be served: before half a million lines are read."""
    from django.conf import settings  # noqa: PLC0415

    from portevoix.core.serving import check_address  # noqa: PLC0415

    check_address(settings.ADDRESS)
    refuse_taken_port(settings.ADDRESS, _port(arguments))


def _port(arguments: argparse.Namespace) -> int:
    from django.conf import settings  # noqa: PLC0415

    return settings.PORT if arguments.port is None else int(arguments.port)


def refuse_taken_port(address: str, port: int) -> None:
    """Raise UserError when the port is taken, saying what to type with make."""
    from django.utils.translation import gettext as _  # noqa: PLC0415

    from portevoix.core.errors import UserError  # noqa: PLC0415
    from portevoix.core.serving import free_port  # noqa: PLC0415

    try:
        free_port(address, port)
    except UserError as taken:
        sentence = _("%(taken)s With make, run: PORTEVOIX_PORT=0 make demo.")
        raise UserError(sentence % {"taken": taken}) from taken


def _prepare(arguments: argparse.Namespace) -> bool:
    """Bring in what is missing of the demonstration that is asked for; return whether it now is there."""
    from portevoix.demo import folder, higgs  # noqa: PLC0415

    if arguments.higgs:
        return bring_in(higgs.commands(), is_there=higgs.is_there())
    whole_since = folder.whole_since()
    if arguments.prepare and whole_since is None:
        return _live(arguments.months)
    # In a process of its own, as any command.
    lived = ["demo", "--prepare", "--months", str(arguments.months)]
    is_brought_in = bring_in([lived], is_there=whole_since is not None)
    if whole_since:
        _say_that_it_ages(whole_since)
    return is_brought_in


def _say_that_it_ages(whole_since: "date") -> None:
    """Say that nobody has lived in it since another month than the one that runs."""
    from django.utils.translation import gettext as _  # noqa: PLC0415

    from portevoix.core import clock  # noqa: PLC0415

    if f"{whole_since:%Y-%m}" != f"{clock.now():%Y-%m}":
        sentence = _("Its months end in %(month)s; --reset lets them end today.")
        print(sentence % {"month": f"{whole_since:%Y-%m}"}, flush=True)


def _live(months: int) -> bool:
    """Live the company's months in this process, from an empty folder: a life that was cut short begins anew."""
    from django.utils.translation import gettext as _  # noqa: PLC0415

    from portevoix.core import clock  # noqa: PLC0415
    from portevoix.core.errors import UserError  # noqa: PLC0415
    from portevoix.demo import folder  # noqa: PLC0415
    from portevoix.demo.atelier.telling import tell  # noqa: PLC0415

    with folder.alone():
        if folder.is_begun():
            print(_("This demonstration had not come to its end: it begins anew."), flush=True)
        folder.reset()
        try:
            tell(clock.now(), months=months)
        except KeyboardInterrupt:
            raise UserError(_("Stopped. The same command begins this demonstration anew.")) from None
        folder.mark(whole_since=clock.now().date())
    return True


def bring_in(steps: Sequence[Sequence[str]], *, is_there: bool) -> bool:
    """Run the commands `steps`, unless all of it is there already; return whether it now is.

    Each is a process of its own: what the engine takes is given back before the pages are served.
    """
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation import gettext as _  # noqa: PLC0415

    from portevoix.demo import folder  # noqa: PLC0415

    if is_there:
        print(_("The demonstration is there already, in %(folder)s.") % {"folder": settings.DATA}, flush=True)
        return True
    folder.mark()
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


def _quoted(word: str) -> str:
    """Return a word as one types it: files by their name, blanks in quotes."""
    from portevoix.demo.higgs import FILES  # noqa: PLC0415

    name = Path(word).name if word.startswith(str(FILES)) else word
    return f"'{name}'" if " " in name else name


def _serve(arguments: argparse.Namespace) -> None:
    """Serve the demonstration until asked to stop, and say how to come in."""
    from django.conf import settings  # noqa: PLC0415

    from portevoix.core.serving import serve  # noqa: PLC0415
    from portevoix.demo.atelier import telling  # noqa: PLC0415
    from portevoix.people.links import greeting  # noqa: PLC0415

    def welcome(base_url: str) -> str:
        return greeting(base_url, always_link=True) if arguments.higgs else telling.greeting(base_url)

    serve(address=settings.ADDRESS, port=_port(arguments), welcome=welcome)
